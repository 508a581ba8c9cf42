"""Deliveries as rows: how they come in, how they are picked, how they are given up and taken up again."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from connectors.notify.outcomes import MAX_RETRY_AFTER, DeliveryOutcome
from connectors.sqlite import to_ms

BACKLOG = timedelta(seconds=1)
"""Once the longest due has waited so long, every other pick is the newest: it is told while it is news."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that is owed: to whom, under which id, and the exact body."""

    receiver: str
    id: str
    body: bytes
    group_key: str = ""
    """Deliveries to one receiver with the same key go one after the other; empty: in any order."""
    critical: bool = False
    """Whether it passes what waits."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that is due."""

    seq: int
    id: str
    receiver: str
    body: bytes
    attempts: int
    """Attempts made so far, or since a person had its count begin anew."""
    written_ms: int
    """When Kafka took the newest alert that it tells of."""
    traceparent: str
    received_ms: int = 0
    """When that alert was taken in."""
    created_ms: int = 0
    """When it was decided that this is to be told, and now."""
    newest: bytes = b""
    """That alert's JSON."""
    put_off: int = 0
    """How many of the attempts were answered with when to come again."""
    put_off_ms: int = 0
    """For how long those put it off, in all."""
    changed_ms: int = 0
    """When the last attempt ended, if there was one."""

    def put_off_by(self, now: datetime) -> timedelta:
        """Return for how long it has been put off if an attempt that ends at `now` is answered so.

        What passed since the attempt before, but no more than can be asked for: nobody tried while we were
        down.
        """
        if not self.attempts:
            return timedelta()
        passed = min(max(to_ms(now) - self.changed_ms, 0), MAX_RETRY_AFTER * 1000)
        return timedelta(milliseconds=self.put_off_ms + passed)


def insert_delivery(db: sqlite3.Connection, owed: Owed, alerts: Sequence[tuple[int, bytes]], at: int) -> int:
    """Store what is owed for `alerts` ((seq, JSON) each, in order, not empty); return the delivery's seq.

    To be called in the transaction of the decision. `at`: now, in milliseconds.
    Raises sqlite3.IntegrityError when the receiver is owed this very id already.
    """
    newest, raw = alerts[-1]
    row = db.execute(
        "INSERT INTO deliveries "
        "(alert, receiver, id, group_key, priority, body, status, next_at, created, changed) "
        "VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)",
        (
            newest,
            owed.receiver,
            owed.id,
            owed.group_key,
            int(owed.critical),
            None if owed.body == raw else owed.body,
            at,
            at,
            at,
        ),
    )
    seq = int(row.lastrowid or 0)
    db.executemany(
        "INSERT INTO delivery_alerts (delivery, position, alert) VALUES (?, ?, ?)",
        [(seq, position, alert) for position, (alert, _) in enumerate(alerts)],
    )
    return seq


_DUE = "SELECT seq, next_at FROM deliveries WHERE receiver = ?1 AND status = 'pending' AND held = 0 "
_LANES = (
    # Critical ones, longest due first.
    _DUE + "AND priority = 1 AND next_at <= ?2 ORDER BY next_at, seq LIMIT ?3",
    # All others, longest due first.
    _DUE + "AND priority = 0 AND next_at <= ?2 ORDER BY next_at, seq LIMIT ?3",
    # What was never tried, newest first: also what a clock that was set back has put into the future.
    _DUE + "AND priority = 0 AND attempts = 0 ORDER BY created DESC, seq DESC LIMIT ?3",
)


def pick_due(
    db: sqlite3.Connection, receiver: str, *, now: int, limit: int, skip: Collection[int]
) -> list[Delivery]:
    """Return up to `limit` deliveries to start now, without those in `skip`.

    Critical ones first. Then in order of their time; with a backlog the newest by turns with the oldest. Of a
    group only the oldest that is pending is ever due.
    """
    critical, waiting, newest = (
        [row for row in db.execute(lane, (receiver, now, limit + len(skip))) if row["seq"] not in skip]
        for lane in _LANES
    )
    behind = bool(waiting) and now - waiting[0]["next_at"] > BACKLOG // timedelta(milliseconds=1)
    if behind or not waiting:
        waiting = [row for pair in zip_longest(waiting, newest) for row in pair if row is not None]
    chosen = list(dict.fromkeys(row["seq"] for row in (*critical, *waiting)))[:limit]
    return _load(db, chosen)


def _load(db: sqlite3.Connection, seqs: Sequence[int]) -> list[Delivery]:
    rows = db.execute(
        "SELECT d.seq, d.id, d.receiver, coalesce(d.body, a.body) AS body, d.attempts, a.written, "
        "a.traceparent, a.received, d.created, a.body, d.put_off, d.put_off_ms, d.changed "
        "FROM deliveries d JOIN alerts a ON a.seq = d.alert "
        "WHERE d.seq IN (SELECT value FROM json_each(?))",
        (json.dumps(seqs),),
    )
    found = {row["seq"]: Delivery(*row) for row in rows}
    return [found[seq] for seq in seqs]


def bury(
    db: sqlite3.Connection, where: str, values: Sequence[object], outcome: DeliveryOutcome, at: int
) -> int:
    """Make the pending deliveries `where` dead with `outcome`; return how many. `where` is SQL of ours."""
    return db.execute(
        "UPDATE deliveries SET status = 'dead', next_at = NULL, outcome = ?, changed = ?, detail = ? "  # noqa: S608
        f"WHERE status = 'pending' AND {where}",
        (outcome.value, at, DETAILS[outcome], *values),
    ).rowcount


DETAILS = {
    DeliveryOutcome.RECEIVER_REMOVED: "the receiver is no longer in routes.yaml",
    DeliveryOutcome.BACKLOG_FULL: "more waited for the receiver than are kept; it was the oldest",
    DeliveryOutcome.EXPIRED: "it could not be delivered for as long as alerts are kept",
}
"""What a person is told of deliveries that died without an attempt."""


def over_cap(db: sqlite3.Connection, receiver: str, *, cap: int) -> int | None:
    """Return the seq up to which deliveries to `receiver` are too many; None while they are at most `cap`."""
    waiting = db.execute(
        "SELECT count(*) FROM deliveries WHERE status = 'pending' AND receiver = ?", (receiver,)
    ).fetchone()[0]
    if waiting <= cap:
        return None
    row = db.execute(
        "SELECT seq FROM deliveries WHERE status = 'pending' AND receiver = ? ORDER BY seq LIMIT 1 OFFSET ?",
        (receiver, waiting - cap - 1),
    ).fetchone()
    return int(row["seq"])


def open_counts(db: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """Return how many deliveries are pending or dead, by (receiver, status)."""
    rows = db.execute(
        "SELECT receiver, status, count(*) AS n FROM deliveries "
        "WHERE status <> 'delivered' GROUP BY receiver, status"
    )
    return {(row["receiver"], row["status"]): row["n"] for row in rows}


_LATEST = 10_000
"""Attempts looked through for the last of each receiver: some milliseconds, however many there were."""


def last_outcomes(db: sqlite3.Connection) -> dict[str, str]:
    """Return how the last attempt ended, by receiver; of who has none among the latest, nothing."""
    rows = db.execute(
        # outcome is of the row that has the max: https://sqlite.org/lang_select.html#bareagg
        "SELECT d.receiver, a.outcome, max(a.n) FROM "
        "(SELECT rowid AS n, delivery, outcome FROM attempts ORDER BY rowid DESC LIMIT ?) a "
        "JOIN deliveries d ON d.seq = a.delivery GROUP BY d.receiver",
        (_LATEST,),
    )
    return {row["receiver"]: row["outcome"] for row in rows}


def count(db: sqlite3.Connection, where: str, values: Sequence[object]) -> dict[str, int]:
    """Return how many deliveries there are `where`, by receiver. `where` is SQL of ours."""
    rows = db.execute(
        f"SELECT receiver, count(*) AS n FROM deliveries WHERE {where} GROUP BY receiver",  # noqa: S608
        values,
    )
    return {row["receiver"]: row["n"] for row in rows}


NOT_ANEW = "status = 'pending' AND (next_at > ? OR attempts > 0)"
"""What `begin_anew` changes, of a time: all that waits, but what is due by then and was never tried."""
_ANEW = "attempts = 0, put_off = 0, put_off_ms = 0"


def revive(
    db: sqlite3.Connection, where: str, values: Sequence[object], at: int, *, without: Collection[str]
) -> None:
    """Make the ended deliveries `where` due now, from the start of the schedule, but those to `without`."""
    db.execute(
        f"UPDATE deliveries SET status = 'pending', held = 0, {_ANEW}, next_at = ?, changed = ? "  # noqa: S608
        f"WHERE status <> 'pending' AND receiver NOT IN (SELECT value FROM json_each(?)) AND {where}",
        (at, at, json.dumps(list(without)), *values),
    )


def begin_anew(db: sqlite3.Connection, where: str, values: Sequence[object], at: int) -> None:
    """Make the pending deliveries `where` due at `at` at the latest, from the start of the schedule.

    For a person's word: who mends a receiver asks again and again, and must not use up its tries.
    """
    db.execute(
        f"UPDATE deliveries SET next_at = min(next_at, ?), {_ANEW}, changed = ? "  # noqa: S608
        f"WHERE {NOT_ANEW} AND {where}",
        (at, at, at, *values),
    )


def hurry(db: sqlite3.Connection, where: str, values: Sequence[object], at: int) -> None:
    """Make the pending deliveries `where` that wait for longer due at `at`; their schedule goes on."""
    db.execute(
        f"UPDATE deliveries SET next_at = ? WHERE status = 'pending' AND next_at > ? AND {where}",  # noqa: S608
        (at, at, *values),
    )
