"""The live screen and the plain one."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from wirewatch.service.screen.live import LiveScreen
from wirewatch.service.screen.plain import PlainScreen
from wirewatch.service.supervisor.status import PartCondition, PartStatus


def part(name, condition, why="", address="http://127.0.0.1:1/metrics"):
    return PartStatus(
        name=name,
        condition=condition,
        why=why,
        pid=1,
        restarts=0,
        exit_code=None,
        address=address,
        version=None,
        settings_version=None,
        configs={},
        config_errors=(),
        last_lines=(),
    )


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def out():
    return io.StringIO()


def live(out, *rounds, width=60, alerts=0, clock=None):
    """Show `rounds` on a terminal; return what stands on it at the end, line by line."""
    console = Console(file=out, force_terminal=False, width=width)
    with LiveScreen(console, clock or Clock()) as screen:
        for _ in range(alerts):
            screen.alert(Text("an alert"))
        for parts in rounds:
            screen.show(parts, 1.0, 0.5)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_figures(out):
    clock = Clock()
    clock.now = -65.0
    console = Console(file=out, width=80)
    with LiveScreen(console, clock) as screen:
        clock.now = 0.0
        screen.alert(Text("an alert"))
        screen.show([part("notify", PartCondition.READY)], 1234.0, 10.4)
    last = out.getvalue().splitlines()[-1]
    assert last == "wirewatch · 1,234 articles · 10 articles/s · 1 alert · up 1:05 · Ctrl-C stops"


def test_once_all_are_ready_it_says_how_long_that_took(out):
    starting, ready = part("notify", PartCondition.WAITING, "starting"), part("notify", PartCondition.READY)
    lines = live(out, [starting], [ready], [starting], [ready])
    assert [line for line in lines if "all parts" in line] == ["all parts are ready after 0 s"]


def test_when_all_has_stopped_there_is_nothing_to_stop(out):
    lines = live(out, [part("notify", PartCondition.STOPPED), part("replay", PartCondition.FINISHED)])
    assert lines[-1] == "wirewatch · 1 article · 0 articles/s · 0 alerts"


@pytest.mark.parametrize(
    ("condition", "whole"),
    [
        pytest.param(PartCondition.WAITING, False, id="a wait"),
        pytest.param(PartCondition.FAILED, True, id="a death"),
    ],
)
def test_a_wait_takes_one_line_and_a_failure_as_many_as_it_needs(out, condition, whole):
    why = "something that is " + "very " * 20 + "long"
    lines = live(out, [part("notify", condition, why)])
    shown = [line for line in lines if "very" in line]
    assert (len(shown) > 1) == whole
    assert ("long" in shown[-1]) == whole


def test_where_there_is_no_terminal_each_change_is_a_line(out):
    screen = PlainScreen(Console(file=out, width=1000))
    waiting = part("notify", PartCondition.WAITING, "starting")
    with screen:
        for parts in ([waiting], [waiting], [part("notify", PartCondition.READY)]):
            screen.show(parts, None, None)
    assert out.getvalue().splitlines() == [
        "notify: waiting (starting)",
        "notify: ready (http://127.0.0.1:1/metrics)",
    ]
