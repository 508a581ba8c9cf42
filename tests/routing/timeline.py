"""Acceptance as a timeline: what comes at which second, and what must have been told between which seconds.

    t = Timeline(folder, ROUTES)
    t.at(0).alert("a")
    t.expect(between(30, 31), "ops", "a")
    t.play(to=600)

The clock is moved from one due time to the next; deciding and its database are the real ones. A test fails
for what is not told, for what is told at another time, and for anything told beyond that.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from connectors.notify.grouping.decider import Decider
from connectors.notify.receivers.telling import Telling
from connectors.notify.routing.config import RoutingConfig
from connectors.notify.routing.matchers import parse_matcher
from connectors.notify.routing.policy import Policy, compile_policy
from connectors.notify.silences.silence import Silence
from connectors.notify.silences.store import add_silence, expire_silence
from connectors.notify.store import Outbox, open_database
from connectors.notify.store.arrivals import Arrival
from wirewatch.alert import Alert, AlsoMet, Story
from wirewatch.records import ALERTS

T0 = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
RECEIVERS = ("ops", "desk", "mail")


@dataclass(frozen=True)
class Told:
    """A delivery as the outbox holds it."""

    at: float
    """Seconds since the timeline's start."""
    receiver: str
    alerts: tuple[str, ...]
    id: str
    number: int


@dataclass(frozen=True)
class Window:
    first: float
    last: float


def between(first: float, last: float) -> Window:
    return Window(first, last)


def exactly(second: float) -> Window:
    return Window(second, second)


class Listing:
    """A receiver whose body lists what it was told."""

    def render(self, telling: Telling) -> bytes:
        assert telling.raw == tuple(ALERTS.encode(alert) for alert in telling.alerts)
        return json.dumps({"alerts": [a.id for a in telling.alerts], "n": telling.repeat}).encode()


def make(name: str, **changes: Any) -> Alert:
    """Return an alert of a story of its own, or of `story`; `also` as watch=severity."""
    story = changes.pop("story", f"story-{name}")
    fields_of_story = {"first": T0, "last": T0, "articles": 1, "sources": 1}
    fields: dict[str, Any] = {
        "watch": "nato",
        "watch_name": "NATO",
        "watch_version": "v1",
        "severity": "medium",
        "title": f"{name}: ministers meet in Brussels",
        "time": T0,
        "alerted": T0,
        "story": None if story is None else Story(id=story, **fields_of_story),
        "also": tuple(AlsoMet(watch=w, severity=s) for w, s in changes.pop("also", {}).items()),
    }
    return Alert(id=name, **(fields | changes))


def policy(text: str, receivers: tuple[str, ...] = RECEIVERS) -> Policy:
    config = RoutingConfig.model_validate(yaml.safe_load(text) or {})
    return compile_policy(config.route, config.inhibit_rules, config.time_intervals, receivers)


class Timeline:
    """See the module."""

    def __init__(self, folder: Path, routes: str, *, start: datetime = T0, receivers=RECEIVERS) -> None:
        self._path = folder / "notify.db"
        self._receivers = receivers
        self.listing = dict.fromkeys(receivers, Listing())
        self._policy = policy(routes, receivers)
        self.start = start
        self._events: list[tuple[float, int, Callable[[datetime], None]]] = []
        self._wanted: list[tuple[Window, str, tuple[str, ...]]] = []
        self._seen = 0
        self._offset = 0
        self.told: list[Told] = []
        self._open()

    def _open(self) -> None:
        self.outbox = Outbox(open_database(self._path))
        self.shared = self.outbox.shared
        self.decider = Decider(self.shared, self._policy, self.listing)

    # What happens

    def at(self, second: float | datetime) -> "Moment":
        if isinstance(second, datetime):
            second = (second - self.start).total_seconds()
        return Moment(self, second)

    def add(self, second: float, event: Callable[[datetime], None]) -> None:
        self._events.append((second, len(self._events), event))

    def arrive(self, *alerts: Alert, now: datetime) -> None:
        arrivals = []
        for alert in alerts:
            ms = int(now.timestamp() * 1000)
            arrivals.append(Arrival(alert, ALERTS.encode(alert), 0, self._offset, ms, TRACE))
            self._offset += 1
        self.decider.take_in("alerts", arrivals, {0: self._offset}, now=now)

    def reload(self, routes: str, now: datetime) -> None:
        self._policy = policy(routes, self._receivers)
        self.decider.use(self._policy, self.listing, now=now)

    def restart(self, now: datetime) -> None:
        self.shared.close()
        self._open()
        self.decider.use(self._policy, self.listing, now=now)

    # What is expected

    def expect(self, window: Window | datetime, receiver: str, *alerts: str) -> None:
        if isinstance(window, datetime):
            window = exactly((window - self.start).total_seconds())
        self._wanted.append((window, receiver, alerts))

    def play(self, *, to: float) -> None:
        """Play all, then compare."""
        self.run(to=to)
        left = list(self.told)
        for window, receiver, alerts in self._wanted:
            found = next(
                (
                    told
                    for told in left
                    if told.receiver == receiver
                    and told.alerts == alerts
                    and window.first <= told.at <= window.last
                ),
                None,
            )
            assert found is not None, f"{receiver} was not told {alerts} within {window}; told: {self.told}"
            left.remove(found)
        assert not left, f"told beyond what was expected: {left}"

    def run(self, *, to: float) -> None:
        for second, _, event in sorted(self._events, key=lambda each: each[:2]):
            self._clock(until=second)
            event(self.start + timedelta(seconds=second))
            self._collect(second)
        self._events.clear()
        self._clock(until=to + 0.001)

    def _clock(self, *, until: float) -> None:
        """Look at groups as they fall due, up to just before `until`."""
        looks = 0
        while (due := self.decider.next_due()) is not None:
            second = (due - self.start).total_seconds()
            if second >= until:
                return
            assert self.decider.look(due)
            self._collect(second)
            looks += 1
            assert looks < 10_000, "the clock does not come forward"

    def _collect(self, second: float) -> None:
        with self.shared.reading() as db:
            rows = db.execute(
                "SELECT d.seq, d.receiver, d.id, coalesce(d.body, a.body) AS body FROM deliveries d "
                "JOIN alerts a ON a.seq = d.alert WHERE d.seq > ? ORDER BY d.seq",
                (self._seen,),
            ).fetchall()
        for row in rows:
            self._seen = row["seq"]
            said = json.loads(row["body"])
            self.told.append(Told(second, row["receiver"], tuple(said["alerts"]), row["id"], said["n"]))

    def ledger(self, alert: str, receiver: str = "ops") -> tuple[str, str] | None:
        """Return (state, why) of what was decided."""
        with self.shared.reading() as db:
            row = db.execute(
                "SELECT state, why FROM decisions JOIN alerts ON seq = alert WHERE id = ? AND receiver = ?",
                (alert, receiver),
            ).fetchone()
        return None if row is None else (row["state"], row["why"])


@dataclass(frozen=True)
class Moment:
    timeline: Timeline
    second: float

    def alert(self, name: str, **changes: Any) -> "Moment":
        return self.alerts(make(name, **changes))

    def alerts(self, *alerts: Alert) -> "Moment":
        """All in one read from Kafka."""
        self.timeline.add(self.second, lambda now: self.timeline.arrive(*alerts, now=now))
        return self

    def silence(self, name: str, *matchers: str, lasts: float) -> "Moment":
        def event(now: datetime) -> None:
            with self.timeline.decider.turn(now) as turn:
                add_silence(
                    turn.db,
                    Silence(
                        id=name,
                        matchers=tuple(parse_matcher(text) for text in matchers),
                        starts=now,
                        ends=now + timedelta(seconds=lasts),
                        owner="anna",
                        reason="planned",
                        created=now,
                    ),
                )

        self.timeline.add(self.second, event)
        return self

    def expire(self, name: str) -> "Moment":
        def event(now: datetime) -> None:
            with self.timeline.decider.turn(now) as turn:
                expire_silence(turn.db, name, now=now)

        self.timeline.add(self.second, event)
        return self

    def routes(self, text: str) -> "Moment":
        self.timeline.add(self.second, lambda now: self.timeline.reload(text, now))
        return self

    def restart(self) -> "Moment":
        self.timeline.add(self.second, self.timeline.restart)
        return self
