"""The shell round deciding: each call is one transaction in notify.db, at the moment it is given."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from connectors.notify import metrics
from connectors.notify.grouping.store import all_groups, due_groups, next_due
from connectors.notify.grouping.turn import Renders, Turn
from connectors.notify.routing.policy import Policy
from connectors.notify.silences.store import list_silences, prune_silences
from connectors.notify.store.arrivals import Arrival, add_alert, set_offsets
from connectors.notify.store.database import Shared
from connectors.notify.store.incidents import note_incident

AT_ONCE = 100
"""Groups looked at in one transaction."""


class Decider:
    """Who is told what, and when: of what comes, and by the clock. Threads may share one.

    Every method raises sqlite3.Error when the disk fails; nothing of the call is then stored.
    """

    def __init__(self, shared: Shared, policy: Policy, receivers: Mapping[str, Renders]) -> None:
        self._shared = shared
        self._lock = threading.Lock()
        self._policy = policy
        self._receivers = receivers

    @contextmanager
    def turn(self, now: datetime) -> Iterator[Turn]:
        """Decide within the block: all of it is stored at its end, or nothing."""
        with self._lock:
            with self._shared.writing() as db:
                turn = Turn(db, self._policy, list_silences(db, now=now), self._receivers, now)
                yield turn
            _count(turn)

    def take_in(
        self, topic: str, arrivals: Iterable[Arrival], offsets: Mapping[int, int], *, now: datetime
    ) -> list[Arrival]:
        """Store alerts, what follows from them and the next offset by partition; return the new ones.

        An alert whose id is known already is dropped: it owes nothing again.
        """
        fresh = []
        with self.turn(now) as turn:
            for arrival in arrivals:
                seq = add_alert(turn.db, arrival, now=now)
                if seq is not None:
                    note_incident(turn.db, seq, arrival.alert)
                    turn.decide(seq, arrival.alert, arrival.body)
                    fresh.append(arrival)
            set_offsets(turn.db, topic, offsets)
        return fresh

    def look(self, now: datetime) -> int:
        """Tell of groups whose time has come; return how many were looked at, at most AT_ONCE."""
        with self._shared.reading() as db:
            if not due_groups(db, now=now, limit=1):
                return 0
        with self.turn(now) as turn:
            due = due_groups(turn.db, now=now, limit=AT_ONCE)
            for group_id, group in due:
                turn.flush(group_id, group)
        return len(due)

    def next_due(self) -> datetime | None:
        """Return when the next group is to be looked at; None when there is none."""
        with self._shared.reading() as db:
            return next_due(db)

    def use(self, policy: Policy, receivers: Mapping[str, Renders], *, now: datetime) -> None:
        """Decide by `policy` from now on; what waits under another is led where it belongs now.

        To be called at the start too: the file may have changed since.
        """
        with self._lock:
            self._use(policy, receivers, now)

    def again(self, *, now: datetime) -> None:
        """Find anew when groups are due: the clock was set back, and none waits for so much longer."""
        with self._lock:  # before the policy is looked at: another thread may be about to change it
            self._use(self._policy, self._receivers, now)

    def _use(self, policy: Policy, receivers: Mapping[str, Renders], now: datetime) -> None:
        with self._shared.writing() as db:
            turn = Turn(db, policy, list_silences(db, now=now), receivers, now)
            for group_id, group in all_groups(db):
                turn.reroute(group_id, group)
        self._policy, self._receivers = policy, receivers
        _count(turn)

    def forget(self, *, before: datetime) -> int:
        """Forget silences that ended before `before`; return how many."""
        with self._shared.writing() as db:
            return prune_silences(db, before=before)


def _count(turn: Turn) -> None:
    """Count what was withheld, now that it is on disk."""
    for (receiver, state), alerts in turn.withheld.items():
        metrics.ALERTS_WITHHELD.labels(receiver, state).inc(alerts)
