"""Whatever happens, each alert ends for each receiver: told, silent, muted or dead, and the ledger says why.

Any sequence of alerts, silences, faults in the middle of a transaction, restarts, reloads and answers of
receivers; then time passes until nothing waits any more.
"""

import contextlib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.notify.delivery.outcomes import Answer, Outcome, decide
from connectors.notify.receivers.telling import Telling
from connectors.notify.routing.labels import labels_of
from connectors.notify.store import Result
from tests.routing.timeline import T0, Listing, Timeline, make, policy
from wirewatch.alert import Alert

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


alerts = st.fixed_dictionaries(
    {
        "watch": st.sampled_from(("nato", "iran", "oil")),
        "severity": st.sampled_from(("low", "medium", "high", "critical")),
        "story": st.sampled_from(("s1", "s2", "s3", "s4")),
        "status": st.sampled_from(("opened", "updated", "closed")),
        "expires": st.integers(-3600, 86_400),
        "also": st.sampled_from(({}, {}, {"war": "critical"})),
    }
)
actions = st.one_of(
    st.tuples(st.just("arrive"), st.lists(alerts, min_size=1, max_size=4)),
    st.tuples(st.just("pass"), st.sampled_from((1, 29, 31, 119, 301, 3599, 7200, 40_000))),
    st.tuples(st.just("silence"), st.sampled_from(("watch=nato", "severity=low", "watch=~n.*|i.*"))),
    st.tuples(st.just("fault"), st.integers(0, 3)),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("set_back"), st.sampled_from((3, 3600))),
    st.tuples(st.just("routes"), st.integers(0, len(ROUTES) - 1)),
    st.tuples(
        st.just("answer"),
        st.lists(
            st.sampled_from((Outcome.DELIVERED, Outcome.SERVER_ERROR, Outcome.REJECTED)),
            min_size=1,
            max_size=5,
        ),
    ),
)


class World:
    """All of notify but Kafka and the network, on a clock of the test's."""

    def __init__(self, folder: Path) -> None:
        self.fragile = Fragile()
        self.used = {0}
        self.now = T0
        self.t = Timeline(folder, ROUTES[0][0], receivers=ROUTES[0][1])
        self.expected: set[tuple[str, str]] = set()
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

    def do_answer(self, outcomes: list[Outcome]) -> None:
        for receiver in self.t._receivers:
            due = self.t.outbox.due(receiver, now=self.now, limit=len(outcomes))
            for delivery, outcome in zip(due, outcomes, strict=False):
                self._answer(delivery, Answer(outcome))

    def _answer(self, delivery: Any, answer: Answer) -> None:
        verdict = decide(answer, attempts=delivery.attempts + 1, now=self.now, chance=lambda: 0.5)
        self.t.outbox.record([Result(delivery.seq, answer, verdict, self.now)])

    def finish(self) -> None:
        """Let time pass until nothing waits: receivers are well, and every story is over."""
        self.fragile.calls_left = None
        self.do_pass(10 * 86_400)
        for _ in range(1000):
            due = [d for r in self.t._receivers for d in self.t.outbox.due(r, now=self.now, limit=100)]
            for delivery in due:
                self._answer(delivery, Answer(Outcome.DELIVERED))
            if not due:
                return
        raise AssertionError("deliveries without an end")

    def check(self) -> None:
        """Compare the ledger with what must be in it."""
        with self.t.shared.reading() as db:
            decided = {
                (row["id"], row["receiver"]): row
                for row in db.execute("SELECT a.id, d.* FROM decisions d JOIN alerts a ON a.seq = d.alert")
            }
            told = db.execute(
                "SELECT a.id, v.receiver, v.status, v.outcome FROM delivery_alerts t "
                "JOIN alerts a ON a.seq = t.alert JOIN deliveries v ON v.seq = t.delivery"
            ).fetchall()
            waiting = db.execute("SELECT count(*) FROM groups").fetchone()[0]
        assert self.expected <= decided.keys(), "a receiver was forgotten"
        assert waiting == 0, "a group has no end"
        deliveries: dict[tuple[str, str], list[Any]] = {}
        for row in told:
            deliveries.setdefault((row["id"], row["receiver"]), []).append(row)
        for pair, row in decided.items():
            assert row["state"] in {"told", "silenced", "inhibited", "dead"}, pair
            assert (row["state"] == "told") is (pair in deliveries), pair
            assert row["state"] == "told" or row["why"], pair
        for pair, rows in deliveries.items():
            assert all(row["status"] in {"delivered", "dead"} and row["outcome"] for row in rows), pair
        if not self.used & AGAIN:
            assert max(Counter((row["id"], row["receiver"]) for row in told).values(), default=1) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(actions, max_size=25))
def test_nothing_is_ever_missing(steps):
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            for action, value in steps:
                world.step(action, value)
            world.finish()
            world.check()
        finally:
            world.t.shared.close()


def test_a_world_that_loses_something_is_found_out(tmp_path):
    world = World(tmp_path)
    world.do_routes(1)
    world.step(
        "arrive", [{"watch": "nato", "severity": "low", "story": "s1", "expires": 60, "status": "opened"}]
    )
    with world.t.shared.writing() as db:
        db.execute("DELETE FROM decisions")
    world.finish()
    try:
        world.check()
    except AssertionError as error:
        assert "forgotten" in str(error)
    else:
        raise AssertionError("it was not noticed")
    world.t.shared.close()
