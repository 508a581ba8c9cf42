"""`wirewatch top`: figures out of two looks, and the picture in a real terminal on a real run."""

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from connectors.feeds.metrics import BACKLOG
from tests.notify import in_trouble
from tests.service.support import ROOT, environment, make_site, wait_until
from tests.service.test_screen import part
from wirewatch.part import Health
from wirewatch.service.doctor import machine
from wirewatch.service.health import HealthServer
from wirewatch.service.place import Place
from wirewatch.service.supervisor.processes import PartState
from wirewatch.service.supervisor.record import PartRecord, SupervisorRecord, start_of, write_record
from wirewatch.service.supervisor.status import PartCondition
from wirewatch.service.top.figures import figures
from wirewatch.service.top.look import Lookout
from wirewatch.service.top.picture import Picture, draw
from wirewatch.service.top.scrape import Scrape, quantile, rate
from wirewatch.settings import Settings

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def histogram(*counts, name="x_seconds", bounds=("0.1", "0.5", "+Inf")):
    return "".join(f'{name}_bucket{{le="{b}"}} {n}.0\n' for b, n in zip(bounds, counts, strict=True))


def scraped(at, text):
    return Scrape(at, {"pipeline": text})


def test_a_rate_is_what_came_between_two_looks():
    before, now = scraped(0, 'x_total{a="1"} 10.0\nx_total{a="2"} 5.0\n'), scraped(2, 'x_total{a="1"} 30.0\n')
    assert rate(before, now, "x_total") == 7.5
    assert rate(before, now, "x_total", a="1") == 10
    assert rate(None, now, "x_total") is None
    assert rate(before, scraped(2, ""), "x_total") is None


def test_a_part_that_was_started_again_counts_from_nothing():
    assert rate(scraped(0, "x_total 100.0\n"), scraped(1, "x_total 4.0\n"), "x_total") == 4


@pytest.mark.parametrize(
    ("before", "now", "q", "expected"),
    [
        (None, histogram(0, 0, 0), 0.5, None),
        (None, histogram(10, 10, 10), 0.5, 0.05),
        (None, histogram(0, 10, 10), 0.5, 0.3),
        (None, histogram(0, 0, 10), 0.5, 0.5),
        (histogram(10, 10, 10), histogram(10, 20, 20), 0.5, 0.3),
        (histogram(10, 10, 10), histogram(10, 10, 10), 0.5, 0.05),
        (histogram(90, 90, 90), histogram(10, 10, 10), 0.5, 0.05),
    ],
    ids=[
        "none",
        "in the first",
        "in the second",
        "beyond the last",
        "only new ones",
        "none new: all",
        "restarted",
    ],
)
def test_a_quantile_lies_within_its_bucket(before, now, q, expected):
    found = quantile(before and scraped(0, before), scraped(1, now), "x_seconds", q)
    assert found == (expected if expected is None else pytest.approx(expected))


def shown(picture, width=100):
    console = Console(record=True, width=width, file=io.StringIO())
    console.print(draw(picture))
    return console.export_text()


def test_what_is_wrong_stands_out():
    text = (
        'wirewatch_lag_records{partition="0"} 1200.0\nwirewatch_lag_seconds{partition="0"} 90.0\n'
        'wirewatch_receiver_circuit_open{receiver="desk"} 1.0\n'
        'wirewatch_outbox_deliveries{receiver="desk",status="dead"} 3.0\n'
    )
    parts = [part("notify", PartCondition.FAILED, "config: routes.yaml is broken")]
    found = shown(Picture(AT, "/data", parts, figures(None, scraped(0, text))))
    assert "1,200 unread, 90 s behind" in found
    assert "desk fails and is only probed" in found
    assert "3 deliveries given up" in found
    assert "routes.yaml is broken" in found


def test_receivers_in_trouble_stand_in_a_section_of_their_own(tmp_path):
    """Disabled, quiet as it asked, failing; not who is well by now, nor who is not in routes.yaml."""
    (tmp_path / "routes.yaml").write_text(in_trouble.ROUTES)
    place = Place(Settings(), tmp_path, tmp_path)
    assert "receivers in trouble\n  none\n" in shown(Lookout(place, lambda: AT).look())
    in_trouble.write(tmp_path, AT)
    picture = Lookout(place, lambda: AT).look()
    section = shown(picture).partition("receivers in trouble\n")[2].partition("\n\n")[0]
    assert [line.strip() for line in section.splitlines()] == in_trouble.lines(AT)
    later = Lookout(place, lambda: AT + timedelta(hours=1)).look()
    assert [known.name for known in later.receivers] == ["away", "hook"]
    probed = 'wirewatch_receiver_circuit_open{receiver="hook"} 1.0\n'
    twice = replace(picture, figures=figures(None, scraped(0, probed)))
    assert shown(twice).count("hook fails") == 1


def test_figures_name_receivers_that_fail():
    text = "".join(
        f'wirewatch_receiver_circuit_open{{receiver="{name}"}} {value}.0\n'
        for name, value in (("b", 1), ("a", 0), ("d", 1))
    )
    assert figures(None, scraped(0, text)).receivers_failing == ("b", "d")


@pytest.mark.parametrize(
    ("texts", "owed"), [({}, "- owed"), ({"feeds": ""}, "- owed"), ({"notify": ""}, "0 owed")]
)
def test_nothing_is_owed_where_notify_says_nothing_of_it(texts, owed):
    found = shown(Picture(AT, "/data", [], figures(None, Scrape(0, texts))))
    assert f" {owed}\n" in re.sub(" +\n", "\n", found)


def test_a_config_that_is_not_in_force_is_told_once():
    parts = [
        replace(part(name, PartCondition.READY), config_errors=("watches.yaml:3: no such actor",))
        for name in ("pipeline", "notify")
    ]
    found = shown(Picture(AT, "/data", parts, figures(None, Scrape(0, {}))))
    assert (
        found.count(
            "the last good config stays in force, since this one is broken: watches.yaml:3: no such actor"
        )
        == 1
    )


def test_a_disk_without_room_is_told(tmp_path, monkeypatch):
    """What the supervisor noted last is then of before: it cannot write."""
    lookout = Lookout(Place(Settings(), tmp_path, tmp_path), lambda: AT)
    parts = [part("broker", PartCondition.WAITING)]
    assert "GB free" not in shown(replace(lookout.look(), parts=parts))
    monkeypatch.setattr(machine, "LEAST_FREE", 1 << 62)
    found = shown(replace(lookout.look(), parts=parts), width=500)
    assert f"GB free for {tmp_path}: free some space" in found


def test_without_a_service_it_says_so_and_what_to_do():
    nothing = figures(None, Scrape(0, {}))
    found = shown(Picture(AT, "/data", [], nothing, options=" --data /data"))
    assert "`wirewatch up --data /data` starts it" in found
    assert "-/s" in found


def test_a_running_service_is_asked_where_it_was_started_whatever_was_edited_since(tmp_path):
    place = Place(Settings(), tmp_path, tmp_path)  # of other ports than the one it has
    place.run_dir.mkdir()
    server = HealthServer(Health(), part="feeds", bind="127.0.0.1", port=0)
    feeds = PartRecord(
        name="feeds",
        state=PartState.RUNNING,
        pid=None,
        restarts=0,
        exit_code=None,
        next_start=None,
        last_lines=(),
        health=server.port,
    )
    supervisor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        BACKLOG.set(7)
        write_record(
            place,
            SupervisorRecord(
                pid=supervisor.pid,
                process_started=start_of(supervisor.pid),
                started=AT,
                version="0",
                config_dir=str(tmp_path),
                bind="127.0.0.1",
                parts=(feeds,),
            ),
        )
        assert Lookout(place, lambda: AT).look().figures.backlog == 7
    finally:
        BACKLOG.set(0)
        supervisor.communicate()
        server.close()


@pytest.mark.kafka
@pytest.mark.timeout(400)
def test_on_a_real_run_in_a_terminal(tmp_path):
    """The seeds go through the whole service; `top` runs in a terminal of its own until Ctrl-C."""
    site = make_site(
        tmp_path,
        kafka={},
        replay={"enabled": True, "seeds": str(ROOT / "seeds")},
        routes="receivers: [{name: archive, file: {path: '{data}/alerts.jsonl'}}]\n",
    )
    service = site.start("up")
    try:
        archive = site.data / "alerts.jsonl"
        wait_until(archive.exists, "the first alert", 180)
        look = ("top", "--once", "--every", "0.2")
        wait_until(lambda: re.search(r"notify +● ready", site.call(*look).stdout), "notify on the picture")
        latency = r"to Kafka p50 [\d.]+ m?s, p99 [\d.]+ m?s"
        terminal(
            site.command("top", "--every", "0.5"),
            until=("● ready", latency, r"✓ \S+ \S+", "receivers in trouble", "feeds in trouble"),
        )
    finally:
        service.terminate()
        service.communicate()


def terminal(command, *, until, patience=60.0):
    """Run `command` on a terminal until each pattern of `until` has stood there, then press Ctrl-C."""
    process, master = pty.fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a background job ignores it
        os.environ.update(environment(), TERM="xterm", COLUMNS="120", LINES="40")
        os.chdir(ROOT)
        os.execv(command[0], command)
    try:
        _see(master, until, patience)
        os.write(master, b"\x03")
        _see_end(master, patience)
    except BaseException:
        os.kill(process, signal.SIGKILL)  # not waited for yet: the id is surely its
        os.waitpid(process, 0)
        raise
    finally:
        os.close(master)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def _see(master, until, patience):
    seen, deadline = b"", time.monotonic() + patience
    while missing := [one for one in until if not re.search(one, without_escapes(seen))]:
        assert time.monotonic() < deadline, (missing, without_escapes(seen))
        if select.select([master], [], [], 0.2)[0]:
            seen += os.read(master, 65536)


def _see_end(master, patience):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.2)[0]:
            try:
                os.read(master, 65536)
            except OSError:  # the other end is gone
                return


def without_escapes(output):
    """Return a terminal's output without its escape sequences."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", output.decode("utf-8", "replace"))
