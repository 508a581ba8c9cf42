"""The outbox: what arrived and what is owed to whom. Every alert is in it before any receiver hears of it."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.notify.outcomes import FINAL, Answer, DeliveryOutcome, NextStep, Status
from connectors.notify.store.database import Shared, from_ms_or_null, to_ms, to_ms_or_null
from connectors.notify.store.deliveries import (
    Delivery,
    bury,
    count,
    open_counts,
    over_cap,
    pick_due,
)


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to."""

    seq: int
    answer: Answer
    next_step: NextStep
    at: datetime
    took: timedelta = timedelta()
    attempts: int = 0
    """How many had been made before it, as far as was known when it began."""


class Outbox:
    """notify.db as the part writes it. Threads may share one; each call is one transaction.

    Every method raises sqlite3.Error when the disk fails; nothing of the call is then stored.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.shared = Shared(connection)

    def due(self, receiver: str, *, now: datetime, limit: int, skip: Collection[int] = ()) -> list[Delivery]:
        """Return up to `limit` deliveries to `receiver` to start now (see pick_due), without `skip`."""
        with self.shared.reading() as db:
            return pick_due(db, receiver, now=to_ms(now), limit=limit, skip=skip)

    def next_due(self, receiver: str, *, after: datetime) -> datetime | None:
        """Return when the next delivery to `receiver` is due, of those due later than `after`."""
        with self.shared.reading() as db:
            row = db.execute(
                "SELECT min(next_at) AS soonest FROM deliveries WHERE receiver = ?1 AND priority IN (0, 1) "
                "AND status = 'pending' AND held = 0 AND next_at > ?2",
                (receiver, to_ms(after)),
            ).fetchone()
        return from_ms_or_null(row["soonest"])

    def record(self, results: Sequence[Result]) -> dict[int, Status]:
        """Store what attempts came to; return how each delivery stands now, by seq.

        What was given up meanwhile (its receiver was removed, say) is not tried again; it may have arrived.
        Where a person had its count begin anew meanwhile, it stays due as they said, and this was the first.
        """
        rows = [
            (
                r.next_step.status,
                to_ms_or_null(r.next_step.next_at),
                r.answer.outcome.value,
                r.answer.http_status,
                r.answer.detail,
                to_ms(r.at),
                r.seq,
                None if r.next_step.put_off is None else r.next_step.put_off // timedelta(milliseconds=1),
                0 if r.answer.outcome in {DeliveryOutcome.DELIVERED, *FINAL} else r.attempts,
            )
            for r in results
        ]
        tries = [
            (
                r.seq,
                to_ms(r.at),
                r.took // timedelta(milliseconds=1),
                r.answer.outcome.value,
                r.answer.http_status,
                r.answer.detail,
            )
            for r in results
        ]
        with self.shared.writing() as db:
            db.executemany(
                "UPDATE deliveries SET status = iif(attempts < ?9, status, ?1), "
                "next_at = iif(attempts < ?9, next_at, ?2), outcome = ?3, http_status = ?4, "
                "detail = ?5, changed = ?6, attempts = attempts + 1, "
                "put_off = put_off + (?8 IS NOT NULL), "
                "put_off_ms = iif(attempts < ?9, 0, coalesce(?8, put_off_ms)) "
                "WHERE seq = ?7 AND NOT (status = 'dead' AND ?1 = 'pending')",
                rows,
            )
            db.executemany(
                "INSERT INTO attempts (delivery, at, took, outcome, http_status, detail) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                tries,
            )
            stand = db.execute(
                "SELECT seq, status FROM deliveries WHERE seq IN (SELECT value FROM json_each(?))",
                (json.dumps([r.seq for r in results]),),
            )
            return {r.seq: r.next_step.status for r in results} | {row["seq"]: row["status"] for row in stand}

    def give_up_removed(self, receivers: Collection[str], *, now: datetime) -> int:
        """Make what is pending for any other than `receivers` dead; return how many that were."""
        with self.shared.writing() as db:
            return bury(
                db,
                "receiver NOT IN (SELECT value FROM json_each(?))",
                (json.dumps(list(receivers)),),
                DeliveryOutcome.RECEIVER_REMOVED,
                to_ms(now),
            )

    def cap(self, receiver: str, *, most: int, now: datetime) -> int:
        """Make the oldest deliveries that wait for `receiver` dead until `most` are left; return how many."""
        with self.shared.reading() as db:
            last = over_cap(db, receiver, cap=most)
        if last is None:
            return 0
        with self.shared.writing() as db:
            return bury(
                db, "receiver = ? AND seq <= ?", (receiver, last), DeliveryOutcome.BACKLOG_FULL, to_ms(now)
            )

    def expire(self, *, before: datetime, now: datetime) -> dict[str, int]:
        """Make what has been pending since `before`, untouched, dead; return how many, by receiver.

        What is delivered again or tried begins its time anew.
        """
        where, values = "changed < ?", (to_ms(before),)
        with self.shared.writing() as db:
            if found := count(db, f"status = 'pending' AND {where}", values):
                bury(db, where, values, DeliveryOutcome.EXPIRED, to_ms(now))
        return found

    def shift_schedule(self, by: timedelta) -> int:
        """Move all that waits for a retry by the jump that the wall clock made; return how many."""
        with self.shared.writing() as db:
            return db.execute(
                "UPDATE deliveries SET next_at = next_at + ? WHERE status = 'pending'",
                (by // timedelta(milliseconds=1),),
            ).rowcount

    def last_change(self) -> datetime | None:
        """Return the latest time at which anything that is pending was written; None when nothing is."""
        with self.shared.reading() as db:
            row = db.execute("SELECT max(changed) AS latest FROM deliveries WHERE status = 'pending'")
            latest = row.fetchone()["latest"]
        return from_ms_or_null(latest)

    def data_version(self) -> int:
        """Return a number that changes when another process has written to the database."""
        with self.shared.reading() as db:
            return int(db.execute("PRAGMA data_version").fetchone()[0])

    def offsets(self, topic: str) -> dict[int, int]:
        """Return the next offset to read of each known partition of `topic`."""
        with self.shared.reading() as db:
            rows = db.execute("SELECT partition, next FROM offsets WHERE topic = ?", (topic,))
            return {row["partition"]: row["next"] for row in rows}

    def bind_topic(self, topic: str, *, cluster_id: str, topic_id: str) -> bool:
        """Say which topic the offsets are of. Return False, offsets forgotten, when they were another's."""
        with self.shared.writing() as db:
            row = db.execute("SELECT cluster_id, topic_id FROM topics WHERE topic = ?", (topic,)).fetchone()
            db.execute(
                "INSERT OR REPLACE INTO topics (topic, cluster_id, topic_id) VALUES (?, ?, ?)",
                (topic, cluster_id, topic_id),
            )
            if row is None or tuple(row) == (cluster_id, topic_id):
                return True
            db.execute("DELETE FROM offsets WHERE topic = ?", (topic,))
            return False

    def open_counts(self) -> dict[tuple[str, str], int]:
        """Return how many deliveries are pending or dead, by (receiver, status)."""
        with self.shared.reading() as db:
            return open_counts(db)

    def prune(self, *, before: datetime, limit: int) -> int:
        """Forget up to `limit` alerts received and told before `before` that owe nothing; return how many."""
        with self.shared.writing() as db:
            return db.execute(
                "DELETE FROM alerts WHERE seq IN (SELECT seq FROM alerts a "
                "WHERE received < ?1 AND written < ?1 AND NOT EXISTS "
                "(SELECT 1 FROM delivery_alerts t JOIN deliveries d ON d.seq = t.delivery "
                "WHERE t.alert = a.seq "
                "AND (d.status = 'pending' OR (d.status = 'dead' AND d.changed >= ?1))) "
                'AND NOT EXISTS (SELECT 1 FROM decisions c WHERE c.alert = a.seq AND c."group" IS NOT NULL) '
                "ORDER BY received LIMIT ?2)",
                (to_ms(before), limit),
            ).rowcount

    def close(self) -> None:
        """Close the database; safe to call twice."""
        self.shared.close()
