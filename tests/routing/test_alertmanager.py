"""The same scenarios told to a real Alertmanager and to ours: the sequences of what is told are the same.

All scenarios run side by side in one Alertmanager, each under a route of its own, on real time: group_wait is
2 s and group_interval 4 s, so it looks at groups at 2, 6, 10 s …; nothing happens within a second of that.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

from tests.routing.alertmanager import BINARY, Alertmanager, alertmanager, sink
from tests.routing.timeline import Timeline, make
from wirewatch.alert import Alert

WAIT, INTERVAL, END = 2, 4, 17
STILL = 0.5
"""Seconds; so late, half of what lies between an event and a look, the order of the two is not sure."""
LONG = 3600

Notification = tuple[frozenset[str], frozenset[str]]
"""Names of alerts that fire, and of those that are over."""


@dataclass(frozen=True)
class Step:
    """At `second`: an alert fires (or again, with news), is over, or a silence begins."""

    second: float
    name: str
    what: str = "fires"
    labels: dict[str, str] = field(default_factory=dict)
    lasts: float = LONG


def fires(second: float, name: str, **labels: str) -> Step:
    return Step(second, name, "fires", labels)


def over(second: float, name: str, **labels: str) -> Step:
    return Step(second, name, "over", labels)


def silent(second: float, name: str, lasts: float = LONG) -> Step:
    """Silence the alerts of a watch."""
    return Step(second, name, "silent", lasts=lasts)


@dataclass(frozen=True)
class Scenario:
    steps: tuple[Step, ...]
    route: dict[str, Any] = field(default_factory=dict)
    below: tuple[dict[str, Any], ...] = ()
    """Routes below it, their receivers called by a letter."""
    also: dict[str, dict[str, str]] = field(default_factory=dict)
    """By alert: the other watches its article met, by severity."""
    theirs: list[tuple[set[str], set[str]]] | None = None
    """What Alertmanager tells, where that differs; listed in docs/routes.md."""
    receivers: tuple[str, ...] = ("a",)


ALWAYS = [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}]
PAST = [{"years": ["2000"]}]

SCENARIOS = {
    "the wait gathers": Scenario((fires(0, "x"), fires(1, "y"))),
    "what is late waits for the interval": Scenario((fires(0, "x"), fires(3, "y"))),
    "later still": Scenario((fires(0, "x"), fires(3, "y"), fires(7.5, "z"))),
    "over": Scenario((fires(0, "x"), over(4, "x"))),
    "one of two is over": Scenario((fires(0, "x"), fires(0, "y"), over(4, "x"))),
    "both are over": Scenario((fires(0, "x"), fires(0, "y"), over(4, "x"), over(8, "y"))),
    "over, and another fires": Scenario((fires(0, "x"), over(3.5, "x"), fires(4.5, "y"))),
    "over, and fires again": Scenario((fires(0, "x"), over(4, "x"), fires(8, "x"))),
    "repeats": Scenario((fires(0, "x"),), {"repeat_interval": "1s"}),
    "repeats until it is over": Scenario((fires(0, "x"), over(8, "x")), {"repeat_interval": "1s"}),
    "news before a repeat": Scenario((fires(0, "x"), fires(4, "y")), {"repeat_interval": "5s"}),
    "by watch": Scenario((fires(0, "x", watch="one"), fires(0.5, "y", watch="two")), {"group_by": ["watch"]}),
    "by severity": Scenario(
        (fires(0, "x", severity="low"), fires(0.4, "y", severity="high"), fires(0.8, "z", severity="low")),
        {"group_by": ["severity"]},
    ),
    "all together": Scenario((fires(0, "x", watch="one"), fires(0, "y", watch="two")), {"group_by": []}),
    "silent": Scenario((silent(0, "one"), fires(0.2, "x", watch="one"), fires(0.4, "y", watch="two"))),
    "silent for a while": Scenario((silent(0, "one", lasts=4), fires(0.2, "x", watch="one"))),
    "silent after it was told": Scenario(
        (fires(0, "x", watch="one"), silent(3.5, "one")), {"repeat_interval": "1s"}
    ),
    "one fell silent, another comes": Scenario(
        (fires(0, "x", watch="one"), silent(3.5, "one"), fires(4.5, "y", watch="two"))
    ),
    "inhibited": Scenario(
        (fires(0, "x", watch="war", severity="critical"), fires(0.3, "y", watch="nato", severity="low")),
        also={"y": {"war": "critical"}},
    ),
    "not inhibited by its equal": Scenario(
        (fires(0, "x", watch="war", severity="low"), fires(0.3, "y", watch="nato", severity="low")),
        also={"y": {"war": "low"}},
    ),
    "muted": Scenario((fires(0, "x"),), {"mute_time_intervals": ["always"]}),
    "not muted now": Scenario((fires(0, "x"),), {"mute_time_intervals": ["past"]}),
    "active": Scenario((fires(0, "x"),), {"active_time_intervals": ["always", "past"]}),
    "not active now": Scenario((fires(0, "x"),), {"active_time_intervals": ["past"]}),
    "the first route that fits": Scenario(
        (fires(0, "x", watch="one"), fires(0, "y", watch="two"), fires(0, "z", watch="three")),
        below=(
            {"matchers": ['watch="one"'], "receiver": "b"},
            {"matchers": ['watch=~"one|t.*"', 'watch!~"th.*"'], "receiver": "c"},
        ),
        receivers=("a", "b", "c"),
    ),
    "continue": Scenario(
        (fires(0, "x", watch="one"), fires(0, "y", watch="two")),
        below=(
            {"matchers": ['watch="one"'], "receiver": "b", "continue": True},
            {"matchers": ['watch!="two"'], "receiver": "c", "group_wait": "1s"},
            {"matchers": ['nothing=""'], "receiver": "d"},
        ),
        receivers=("a", "b", "c", "d"),
    ),
    # Where they differ, and are meant to
    "news of the same story": Scenario((fires(0, "x"), fires(4, "x")), theirs=[({"x"}, set())]),
    "over within the wait": Scenario((fires(0, "x"), over(1, "x")), theirs=[]),
}


def ids(name: str) -> str:
    return name.replace(" ", "-").replace(",", "")


def alert(scenario: Scenario, step: Step, number: int) -> Alert:
    """Return our alert of a step: one story for each time that it fires anew."""
    before = [s for s in scenario.steps[:number] if s.name == step.name]
    life = sum(s.what == "over" for s in before)
    status = (
        "closed" if step.what == "over" else "updated" if before and before[-1].what != "over" else "opened"
    )
    return make(
        f"{step.name}-{number}",
        story=f"{step.name}-{life}",
        status=status,
        step=status,
        also=scenario.also.get(step.name, {}),
        **_labels(scenario, step),
    )


def _labels(scenario: Scenario, step: Step) -> dict[str, str]:
    first = next(s for s in scenario.steps if s.name == step.name)
    return {"watch": "nato", "severity": "medium", **first.labels}


def ours(scenario: Scenario, folder: Any) -> dict[str, list[Notification]]:
    """Play a scenario on our clock; return what each receiver was told."""
    route = {
        "receiver": "a",
        "group_by": [],
        "group_wait": f"{WAIT}s",
        "group_interval": f"{INTERVAL}s",
        "repeat_interval": "1h",
        **scenario.route,
        "routes": list(scenario.below),
    }
    text = yaml.safe_dump(
        {
            "route": {"receiver": "nobody", "routes": [{"matchers": [], **route}]},
            "inhibit_rules": [{"name": "higher"}],
            "time_intervals": [
                {"name": "always", "time_intervals": ALWAYS},
                {"name": "past", "time_intervals": PAST},
            ],
        }
    )
    t = Timeline(folder, text, receivers=(*scenario.receivers, "nobody"))
    for number, step in enumerate(scenario.steps):
        if step.what == "silent":
            t.at(step.second).silence(f"s{number}", f"watch={step.name}", lasts=step.lasts)
        else:
            t.at(step.second).alerts(alert(scenario, step, number))
    t.run(to=END)
    told: dict[str, list[Notification]] = {receiver: [] for receiver in scenario.receivers}
    for each in t.told:
        closed = frozenset(a.split("-")[0] for a in each.alerts if _is_over(scenario, a))
        told[each.receiver].append((frozenset(a.split("-")[0] for a in each.alerts) - closed, closed))
    return told


def _is_over(scenario: Scenario, alert_id: str) -> bool:
    return scenario.steps[int(alert_id.split("-")[1])].what == "over"


def config(url: str) -> dict[str, Any]:
    """Return Alertmanager's file for all scenarios."""
    routes, receivers = [], [{"name": "nobody"}]
    for name, scenario in SCENARIOS.items():
        key = ids(name)
        below = [{**each, "receiver": f"{key}.{each['receiver']}"} for each in scenario.below]
        routes.append(
            {
                "matchers": [f'scenario="{key}"'],
                "receiver": f"{key}.a",
                "group_by": [],
                "group_wait": f"{WAIT}s",
                "group_interval": f"{INTERVAL}s",
                "repeat_interval": "1h",
                **scenario.route,
                "routes": below,
            }
        )
        receivers += [
            {"name": f"{key}.{r}", "webhook_configs": [{"url": f"{url}/{key}.{r}", "send_resolved": True}]}
            for r in scenario.receivers
        ]
    return {
        "route": {"receiver": "nobody", "routes": routes},
        "receivers": receivers,
        "inhibit_rules": [
            {
                "source_matchers": ['severity="critical"'],
                "target_matchers": ['severity="low"'],
                "equal": ["scenario"],
            }
        ],
        "time_intervals": [
            {"name": "always", "time_intervals": ALWAYS},
            {"name": "past", "time_intervals": PAST},
        ],
    }


class Lateness:
    """By how much this machine was late at most: a thread that sleeps briefly, over and over."""

    def __enter__(self) -> Self:
        self.most, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        before = time.monotonic()
        while not self._over.wait(0.02):
            now = time.monotonic()
            self.most, before = max(self.most, now - before), now

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def play(running: Alertmanager) -> float:
    """Tell Alertmanager all that happens, at its time: what happens at once in one request.

    Returns by how many seconds any of it was late.
    """
    late = 0.0
    moments: dict[float, list[tuple[str, Scenario, Step, int]]] = {}
    for name, scenario in SCENARIOS.items():
        for number, step in enumerate(scenario.steps):
            moments.setdefault(step.second, []).append((ids(name), scenario, step, number))
    began = time.monotonic()
    for second, happening in sorted(moments.items(), key=lambda each: each[0]):
        time.sleep(max(0.0, began + second - time.monotonic()))
        now = datetime.now(UTC)
        for key, _, step, _ in happening:
            if step.what == "silent":
                running.post("/api/v2/silences", _silence(key, step, now))
        alerts = [_posted(*each, now) for each in happening if each[2].what != "silent"]
        if alerts:
            running.post("/api/v2/alerts", alerts)
        late = max(late, time.monotonic() - began - second)
    time.sleep(max(0.0, began + END - time.monotonic()))
    return late


def _silence(key: str, step: Step, now: datetime) -> dict[str, Any]:
    matched = (("scenario", key), ("watch", step.name))
    return {
        "matchers": [{"name": n, "value": v, "isRegex": False, "isEqual": True} for n, v in matched],
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(seconds=step.lasts)).isoformat(),
        "createdBy": "test",
        "comment": "test",
    }


def _posted(key: str, scenario: Scenario, step: Step, number: int, now: datetime) -> dict[str, Any]:
    labels = {"scenario": key, "alertname": step.name, **_labels(scenario, step)}
    common = {"labels": labels, "annotations": {"step": str(number)}}
    if step.what == "over":
        return {**common, "endsAt": now.isoformat()}
    return {**common, "startsAt": now.isoformat(), "endsAt": (now + timedelta(seconds=LONG)).isoformat()}


def theirs(told: dict[str, list[dict[str, Any]]], name: str, receiver: str) -> list[Notification]:
    """Return what Alertmanager told one of our receivers."""
    return [
        (_names(each, "firing"), _names(each, "resolved")) for each in told.get(f"{ids(name)}.{receiver}", [])
    ]


def _names(notification: dict[str, Any], status: str) -> frozenset[str]:
    return frozenset(a["labels"]["alertname"] for a in notification["alerts"] if a["status"] == status)


def in_any_order(told: list[Notification]) -> list[Notification]:
    """Return notifications with those of different groups in one order: their timers race."""
    return sorted(told, key=lambda each: (sorted(each[0]), sorted(each[1])))


@pytest.mark.skipif(BINARY is None, reason="no Alertmanager here: apt-get install prometheus-alertmanager")
def test_the_same_is_told(tmp_path):
    """Their clock is the real one: a play during which this machine stood still is played again."""
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with sink() as heard, alertmanager(folder, config(heard.url)) as running, Lateness() as machine:
            late = play(running)
        faults = compare(heard.told, folder)
        if not faults or max(late, machine.most) < STILL:
            break
    assert not faults, "\n".join(faults)


def compare(told: dict[str, list[dict[str, Any]]], folder: Path) -> list[str]:
    """Return where what Alertmanager told is not what we tell, or no longer differs as listed."""
    faults = []
    for number, (name, scenario) in enumerate(SCENARIOS.items()):
        own = folder / f"ours-{number}"
        own.mkdir()
        for receiver, mine in ours(scenario, own).items():
            found = theirs(told, name, receiver)
            grouped = bool(scenario.route.get("group_by"))
            same = in_any_order(mine) == in_any_order(found) if grouped else mine == found
            if scenario.theirs is None and not same:
                faults.append(f"{name}, receiver {receiver}: told {_shown(mine)}, theirs {_shown(found)}")
            if scenario.theirs is not None:
                expected = [(frozenset(a), frozenset(b)) for a, b in scenario.theirs]
                if found != expected or same:
                    faults.append(f"{name}: no longer differs as listed: {_shown(mine)}, {_shown(found)}")
    return faults


def _shown(told: list[Notification]) -> list[str]:
    return [f"{'+'.join(sorted(a))}/{'+'.join(sorted(b))}" for a, b in told]


def test_the_clock_of_the_scenarios():
    """Nothing happens so near to a look at the groups that a slow machine could turn it round."""
    looks = [WAIT + n * INTERVAL for n in range(4)]
    for name, scenario in SCENARIOS.items():
        for step in scenario.steps:
            assert min(abs(step.second - look) for look in looks) >= 0.99, name
