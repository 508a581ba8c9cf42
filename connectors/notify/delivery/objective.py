"""The delivery objective: 99.9 % of alerts at a receiver within a minute of reaching Kafka.

Each delivery counts once: in time when it arrives in time, late as soon as it cannot be any more. The minute
is what is ours of it, waiting in Kafka and waiting in the outbox. What routes.yaml says to wait (groups,
hours, digests) is no lateness, and what it says not to tell is no delivery.
"""

from datetime import datetime, timedelta
from typing import Final

from connectors.notify import metrics
from connectors.notify.outcomes import Status
from connectors.notify.store import Delivery, Shared
from connectors.notify.store.database import to_ms
from connectors.notify.store.figures import last_counted, late_since

WITHIN: Final = timedelta(seconds=60)
_WITHIN_MS: Final = WITHIN // timedelta(milliseconds=1)


class Objective:
    """Counts deliveries. From the one thread that writes what became of them, so that none counts twice."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._mark: int | None = None
        """Of deliveries up to this seq those that were late are counted."""

    def settled(self, delivery: Delivery, status: Status, at: datetime) -> None:
        """Count a delivery by what an attempt at `at` made of it. Raises sqlite3.Error."""
        if status == "pending" or delivery.seq <= self._counted():
            return
        in_time = status == "delivered" and ours_ms(delivery, at) <= _WITHIN_MS
        metrics.OBJECTIVE.labels(delivery.receiver, "in_time" if in_time else "late").inc()

    def sweep(self, now: datetime) -> None:
        """Count what has been pending for too long. Raises sqlite3.Error."""
        mark = self._counted()
        with self._shared.reading() as db:
            late = late_since(db, mark, to_ms(now) - _WITHIN_MS)
        for receiver, number in late.by_receiver.items():
            metrics.OBJECTIVE.labels(receiver, "late").inc(number)
        self._mark = late.mark

    def _counted(self) -> int:
        if self._mark is None:
            with self._shared.reading() as db:
                self._mark = last_counted(db, _WITHIN_MS)
        return self._mark


def ours_ms(delivery: Delivery, at: datetime) -> int:
    """Return how long an alert waited for us until `at`: from Kafka to the outbox, and from there on."""
    intake = delivery.received_ms - delivery.written_ms
    return max(0, intake) + max(0, to_ms(at) - delivery.created_ms)
