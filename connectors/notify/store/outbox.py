"""The outbox: what arrived and what is owed to whom. Every alert is in it before any receiver hears of it."""

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.notify.outcomes import Answer, Outcome, Verdict
from connectors.notify.store.database import from_ms, to_ms, transaction


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that an alert brings: to whom, under which id, and the exact body."""

    receiver: str
    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """An alert as read from Kafka."""

    id: str
    watch: str
    severity: str
    body: bytes
    partition: int
    offset: int
    written_ms: int
    traceparent: str
    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that is due."""

    seq: int
    id: str
    receiver: str
    body: bytes
    attempts: int
    """Attempts made so far."""
    written_ms: int
    traceparent: str


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to."""

    seq: int
    answer: Answer
    verdict: Verdict
    at: datetime


class Outbox:
    """notify.db as the part writes it. Threads may share one; each call is one transaction.

    Every method raises sqlite3.Error when the disk fails; nothing of the call is then stored.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._lock = threading.Lock()

    def take_in(
        self, topic: str, arrivals: Iterable[Arrival], offsets: Mapping[int, int], *, now: datetime
    ) -> list[Arrival]:
        """Store alerts, what they owe and the next offset by partition, together; return the new ones.

        An alert whose id is known already is dropped: it owes nothing again.
        """
        at = to_ms(now)
        with self._lock, transaction(self._db):
            fresh = [arrival for arrival in arrivals if self._insert(arrival, at)]
            self._db.executemany(
                "INSERT INTO offsets (topic, partition, next) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET next = excluded.next",
                [(topic, partition, following) for partition, following in offsets.items()],
            )
        return fresh

    def _insert(self, a: Arrival, at: int) -> bool:
        row = self._db.execute(
            "INSERT OR IGNORE INTO alerts "
            '(id, watch, severity, body, partition, "offset", written, received, traceparent) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq",
            (a.id, a.watch, a.severity, a.body, a.partition, a.offset, a.written_ms, at, a.traceparent),
        ).fetchone()
        if row is None:
            return False
        self._db.executemany(
            "INSERT INTO deliveries (alert, receiver, id, body, status, next_at, changed) "
            "VALUES (?, ?, ?, ?, 'pending', ?, ?)",
            [(row["seq"], owed.receiver, owed.id, owed.body, at, at) for owed in a.owed],
        )
        return True

    def due(self, receiver: str, *, now: datetime, limit: int, skip: Collection[int] = ()) -> list[Delivery]:
        """Return up to `limit` deliveries to `receiver` that are due, longest due first, without `skip`.

        One that was never tried is due whatever the clock says: it may have been set back since.
        """
        with self._lock:
            rows = self._db.execute(
                "SELECT d.seq, d.id, d.receiver, d.body, d.attempts, a.written, a.traceparent "
                "FROM deliveries d JOIN alerts a ON a.seq = d.alert "
                "WHERE d.receiver = ? AND d.status = 'pending' AND (d.next_at <= ? OR d.attempts = 0) "
                "ORDER BY d.next_at, d.seq LIMIT ?",
                (receiver, to_ms(now), limit + len(skip)),
            ).fetchall()
        return [Delivery(*row) for row in rows if row["seq"] not in skip][:limit]

    def next_due(self, receiver: str, *, after: datetime) -> datetime | None:
        """Return when the next delivery to `receiver` is due, of those due later than `after`."""
        with self._lock:
            row = self._db.execute(
                "SELECT min(next_at) AS soonest FROM deliveries "
                "WHERE receiver = ? AND status = 'pending' AND next_at > ?",
                (receiver, to_ms(after)),
            ).fetchone()
        return None if row["soonest"] is None else from_ms(row["soonest"])

    def record(self, results: Iterable[Result]) -> None:
        """Store what attempts came to."""
        rows = [
            (
                r.verdict.status,
                None if r.verdict.next_at is None else to_ms(r.verdict.next_at),
                r.answer.outcome.value,
                r.answer.http_status,
                r.answer.detail,
                to_ms(r.at),
                r.seq,
            )
            for r in results
        ]
        with self._lock, transaction(self._db):
            self._db.executemany(
                "UPDATE deliveries SET status = ?, next_at = ?, outcome = ?, http_status = ?, detail = ?, "
                "changed = ?, attempts = attempts + 1 WHERE seq = ?",
                rows,
            )

    def give_up_removed(self, receivers: Collection[str], *, now: datetime) -> int:
        """Make what is pending for any other than `receivers` dead; return how many that were."""
        with self._lock, transaction(self._db):
            return self._db.execute(
                "UPDATE deliveries SET status = 'dead', next_at = NULL, outcome = ?, changed = ?, "
                "detail = 'the receiver is no longer in routes.yaml' "
                "WHERE status = 'pending' AND receiver NOT IN (SELECT value FROM json_each(?))",
                (Outcome.RECEIVER_REMOVED.value, to_ms(now), json.dumps(list(receivers))),
            ).rowcount

    def offsets(self, topic: str) -> dict[int, int]:
        """Return the next offset to read of each known partition of `topic`."""
        with self._lock:
            rows = self._db.execute("SELECT partition, next FROM offsets WHERE topic = ?", (topic,))
            return {row["partition"]: row["next"] for row in rows}

    def bind_topic(self, topic: str, *, cluster_id: str, topic_id: str) -> bool:
        """Say which topic the offsets are of. Return False, offsets forgotten, when they were another's."""
        with self._lock, transaction(self._db):
            row = self._db.execute(
                "SELECT cluster_id, topic_id FROM topics WHERE topic = ?", (topic,)
            ).fetchone()
            self._db.execute(
                "INSERT OR REPLACE INTO topics (topic, cluster_id, topic_id) VALUES (?, ?, ?)",
                (topic, cluster_id, topic_id),
            )
            if row is None or tuple(row) == (cluster_id, topic_id):
                return True
            self._db.execute("DELETE FROM offsets WHERE topic = ?", (topic,))
            return False

    def open_counts(self) -> dict[tuple[str, str], int]:
        """Return how many deliveries are pending or dead, by (receiver, status)."""
        with self._lock:
            rows = self._db.execute(
                "SELECT receiver, status, count(*) AS n FROM deliveries "
                "WHERE status <> 'delivered' GROUP BY receiver, status"
            )
            return {(row["receiver"], row["status"]): row["n"] for row in rows}

    def prune(self, *, before: datetime, limit: int) -> int:
        """Forget up to `limit` alerts received before `before` that owe nothing; return how many."""
        with self._lock, transaction(self._db):
            return self._db.execute(
                "DELETE FROM alerts WHERE seq IN (SELECT seq FROM alerts a "
                "WHERE received < ? AND written < ? AND NOT EXISTS "
                "(SELECT 1 FROM deliveries d WHERE d.alert = a.seq AND d.status = 'pending') "
                "ORDER BY received LIMIT ?)",
                (to_ms(before), to_ms(before), limit),
            ).rowcount

    def close(self) -> None:
        """Close the database; safe to call twice."""
        with self._lock:
            self._db.close()
