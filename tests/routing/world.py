"""All of notify but Kafka and the network, on a clock of the test's, and what must come of it."""

import contextlib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.notify.outcomes import Answer, DeliveryOutcome, decide
from connectors.notify.receivers.telling import Telling
from connectors.notify.routing.labels import labels_of
from connectors.notify.store import Deliveries, Delivery, ReceiverStates, Result, Selection
from tests.routing.timeline import T0, Listing, Timeline, make, policy
from wirewatch.alert import Alert

KEEP = timedelta(days=30)

NIGHT = """
time_intervals:
  - name: night
    time_intervals: [{times: [{start_time: '13:00', end_time: '15:00'}], location: Europe/Brussels}]
"""
ROUTES = (
    ("{}", ("ops", "desk")),
    ("route: {receiver: ops, group_by: [watch], group_wait: 30s}", ("ops",)),
    (
        NIGHT
        + """
route:
  receiver: mail
  digest: {times: ['07:30', '17:00'], location: Europe/Brussels}
  routes:
    - {matchers: ['severity=~high|critical'], receiver: ops, mute_time_intervals: [night], continue: true}
    - {matchers: [watch!=iran], receiver: desk, group_by: [severity], group_interval: 2m}
inhibit_rules: [{name: higher}]
""",
        ("ops", "desk", "mail"),
    ),
    (
        """
route:
  receiver: desk
  group_by: []
  routes: [{matchers: [watch=nato], receiver: ops, group_by: [watch, severity], repeat_interval: 1h}]
""",
        ("ops", "desk"),
    ),
    ("route: {receiver: ops, repeat_interval: 2h}\ninhibit_rules: [{name: higher}]", ("ops",)),
)
AGAIN = {3, 4}
"""Those that tell again."""


class FaultError(BaseException):
    """The process dies here."""


class Fragile(Listing):
    """A receiver whose rendering dies when it is told to: in the middle of a transaction."""

    def __init__(self) -> None:
        self.calls_left: int | None = None

    def render(self, telling: Telling) -> bytes:
        if self.calls_left is not None:
            self.calls_left -= 1
            if self.calls_left < 0:
                self.calls_left = None
                raise FaultError
        return super().render(telling)


class World:
    """All of notify but Kafka and the network, on a clock of the test's."""

    def __init__(self, folder: Path) -> None:
        self.fragile = Fragile()
        self.used = {0}
        self.now = T0
        self.t = Timeline(folder, ROUTES[0][0], receivers=ROUTES[0][1])
        self.expected: set[tuple[str, str]] = set()
        self.underway: dict[int, Delivery] = {}
        self.taken: set[int] = set()
        self.tries: Counter[int] = Counter()
        self.count = 0
        self._equip()

    def _equip(self) -> None:
        """Let the disk be quick, and receivers fragile."""
        with self.t.shared.reading() as db:
            db.execute("PRAGMA synchronous = OFF")

    def step(self, action: str, value: Any) -> None:
        getattr(self, f"do_{action}")(value)

    def _surely(self, call: Any) -> None:
        """Do as the service does: what died is done again after a restart."""
        with contextlib.suppress(FaultError):
            return call()
        self.do_restart(None)
        return call()

    def do_arrive(self, batch: list[dict[str, Any]]) -> None:
        coming = [self._alert(**fields) for fields in batch]
        for each in coming:
            routes = self.t._policy.routes(each, labels_of(each))
            self.expected |= {(each.id, route.terms.receiver) for route in routes}
        self._surely(lambda: self.t.arrive(*coming, now=self.now))
        self._look()

    def _alert(self, *, expires: int, story: str, watch: str, **changes: Any) -> Alert:
        self.count += 1
        return make(
            f"a{self.count}",
            watch=watch,
            story=f"{watch}-{story}",
            expires_at=self.now + timedelta(seconds=expires),
            **changes,
        )

    def _look(self) -> None:
        def look() -> None:
            for _ in range(1000):
                if not self.t.decider.look(self.now):
                    return
            raise AssertionError("looks without an end")

        self._surely(look)

    def do_pass(self, seconds: int) -> None:
        end = self.now + timedelta(seconds=seconds)
        while (due := self.t.decider.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self._look()
        self.now = end

    def do_silence(self, matcher: str) -> None:
        self.count += 1
        self.t.at(0).silence(f"s{self.count}", matcher, lasts=1800)
        _, _, event = self.t._events.pop()
        event(self.now)

    def do_set_back(self, seconds: int) -> None:
        """Set the clock back, and tell those who go by it."""
        self.now -= timedelta(seconds=seconds)
        self._surely(lambda: self.t.decider.again(now=self.now))
        self.t.outbox.shift_schedule(timedelta(seconds=-seconds))

    def do_fault(self, calls: int) -> None:
        self.fragile.calls_left = calls

    def do_restart(self, _: None) -> None:
        self.underway.clear()  # whatever came of it, nobody knows
        self.t.shared.close()
        self.t._open()
        self._equip()
        self._use()

    def do_routes(self, number: int) -> None:
        self.used.add(number)
        text, receivers = ROUTES[number]
        self.t._policy, self.t._receivers = policy(text, receivers), receivers
        self._use()

    def _use(self) -> None:
        self.t.listing = dict.fromkeys(self.t._receivers, self.fragile)
        with contextlib.suppress(FaultError):
            return self._begin()
        return self._begin()

    def _begin(self) -> None:
        self.t.decider.use(self.t._policy, self.t.listing, now=self.now)
        self.t.outbox.give_up_removed(self.t._receivers, now=self.now)

    def do_begin(self, most: int) -> None:
        """Begin attempts at each receiver that is not disabled; they may go on over whatever comes next."""
        for receiver in self._enabled():
            due = self.t.outbox.due(receiver, now=self.now, limit=most, skip=self.underway)
            self.underway |= {delivery.seq: delivery for delivery in due}

    def do_end(self, outcomes: list[DeliveryOutcome]) -> None:
        """End attempts, the first begun first."""
        for delivery, outcome in zip(list(self.underway.values()), outcomes, strict=False):
            del self.underway[delivery.seq]
            self._record(delivery, outcome)

    def do_answer(self, outcomes: list[DeliveryOutcome]) -> None:
        for receiver in self._enabled():
            due = self.t.outbox.due(receiver, now=self.now, limit=len(outcomes), skip=self.underway)
            for delivery, outcome in zip(due, outcomes, strict=False):
                self._record(delivery, outcome)

    def _enabled(self) -> list[str]:
        known = ReceiverStates(self.t.shared).all()
        return [name for name in self.t._receivers if name not in known or not known[name].disabled]

    def _record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        answer = Answer(outcome)
        next_step = decide(answer, attempts=delivery.attempts + 1, now=self.now, chance=lambda: 0.5)
        self.t.outbox.record([Result(delivery.seq, answer, next_step, self.now)])
        self.tries[delivery.seq] += 1
        if outcome is DeliveryOutcome.DELIVERED:
            self.taken.add(delivery.seq)
        if outcome is DeliveryOutcome.GONE:
            ReceiverStates(self.t.shared).disable(delivery.receiver, why="it answered 410", now=self.now)

    def do_enable(self, _: None) -> None:
        for name in self.t._receivers:
            ReceiverStates(self.t.shared).enable(name, now=self.now)

    def do_cap(self, most: int) -> None:
        """More waits for each receiver than is kept."""
        for receiver in self.t._receivers:
            self.t.outbox.cap(receiver, most=most, now=self.now)

    def do_expire(self, keep: timedelta) -> None:
        self.t.outbox.expire(before=self.now - keep, now=self.now)

    def do_redeliver(self, _: None) -> None:
        """Have what was given up told again, as the command does."""
        which = Selection(status="dead")
        Deliveries(self.t.shared).redeliver(which, receivers=self.t._receivers, now=self.now)

    def finish(self) -> None:
        """Let time pass until nothing waits: receivers are well or disabled for good, stories are over."""
        self.fragile.calls_left = None
        self.do_end([DeliveryOutcome.DELIVERED] * len(self.underway))
        self.do_pass(10 * 86_400)
        for _ in range(1000):
            self.do_begin(100)
            if not self.underway:
                break
            self.do_end([DeliveryOutcome.DELIVERED] * len(self.underway))
        else:
            raise AssertionError("deliveries without an end")
        self.do_pass(2 * KEEP // timedelta(seconds=1))
        self.do_expire(KEEP)

    def ends(self) -> list[tuple[str, ...]]:
        """Return (alert, receiver, status, outcome) of every delivery, by alert and receiver."""
        with self.t.shared.reading() as db:
            rows = db.execute(
                "SELECT a.id, v.receiver, v.status, v.outcome FROM delivery_alerts t "
                "JOIN alerts a ON a.seq = t.alert JOIN deliveries v ON v.seq = t.delivery "
                "ORDER BY a.id, v.receiver, v.seq"
            ).fetchall()
        return [tuple(row) for row in rows]

    def check(self) -> None:
        """Compare the ledger with what must be in it."""
        with self.t.shared.reading() as db:
            decided = {
                (row["id"], row["receiver"]): row
                for row in db.execute("SELECT a.id, d.* FROM decisions d JOIN alerts a ON a.seq = d.alert")
            }
            waiting = db.execute("SELECT count(*) FROM groups").fetchone()[0]
            sent = db.execute("SELECT seq, status FROM deliveries").fetchall()
            tries = db.execute("SELECT delivery, count(*) FROM attempts GROUP BY delivery").fetchall()
        assert self.expected <= decided.keys(), "a receiver was forgotten"
        assert waiting == 0, "a group has no end"
        assert dict(map(tuple, tries)) == self.tries, "an attempt is not in the ledger"
        assert {row["seq"] for row in sent if row["status"] == "delivered"} == self.taken
        told = Counter((alert, receiver) for alert, receiver, *_ in self.ends())
        for pair, row in decided.items():
            assert row["state"] in {"told", "silenced", "inhibited", "dead"}, pair
            assert (row["state"] == "told") is (pair in told), pair
            assert row["state"] == "told" or row["why"], pair
        for *pair, status, outcome in self.ends():
            assert status in {"delivered", "dead"}, pair
            assert outcome, pair
        if not self.used & AGAIN:
            assert max(told.values(), default=1) == 1
