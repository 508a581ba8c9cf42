"""Figures for /metrics: each query looks at few rows, however much is stored."""

import sqlite3
from typing import NamedTuple

_LATEST = 5_000
"""Alerts looked at for when a watch last raised one."""


class Late(NamedTuple):
    """Deliveries that have been pending for too long, of those that come after the ones counted."""

    by_receiver: dict[str, int]
    mark: int
    """The seq up to which they are counted now."""


def late_since(db: sqlite3.Connection, mark: int, created: int) -> Late:
    """Return what is pending of the deliveries after seq `mark` that were created by `created` (ms)."""
    rows = db.execute(
        "SELECT receiver, sum(status = 'pending') AS late, max(seq) AS last FROM deliveries NOT INDEXED "
        "WHERE seq > ? AND created <= ? GROUP BY receiver",
        (mark, created),
    ).fetchall()
    return Late(
        {row["receiver"]: row["late"] for row in rows}, max((row["last"] for row in rows), default=mark)
    )


def last_counted(db: sqlite3.Connection, within: int) -> int:
    """Return the seq up to which late deliveries were counted by a process before this one.

    It lived at least until the last arrival and the last attempt; `within` is the objective, in ms.
    """
    row = db.execute(
        "SELECT max("
        "coalesce((SELECT at FROM attempts ORDER BY rowid DESC LIMIT 1), 0), "
        "coalesce((SELECT received FROM alerts ORDER BY seq DESC LIMIT 1), 0)) AS at"
    ).fetchone()
    found = db.execute(
        "SELECT seq FROM deliveries NOT INDEXED WHERE created <= ? ORDER BY seq DESC LIMIT 1",
        (row["at"] - within,),
    ).fetchone()
    return 0 if found is None else int(found["seq"])


def oldest_pending(db: sqlite3.Connection, receiver: str) -> int | None:
    """Return when what has been pending for `receiver` the longest was created (ms); None: nothing is."""
    row = db.execute(
        "SELECT created FROM deliveries WHERE receiver = ? AND status = 'pending' ORDER BY seq LIMIT 1",
        (receiver,),
    ).fetchone()
    return None if row is None else int(row["created"])


def last_alerts(db: sqlite3.Connection) -> dict[str, int]:
    """Return when each watch last raised an alert (ms), as the latest 5,000 know it."""
    rows = db.execute(
        "SELECT watch, max(received) AS at "
        "FROM (SELECT watch, received FROM alerts ORDER BY seq DESC LIMIT ?) GROUP BY watch",
        (_LATEST,),
    )
    return {row["watch"]: row["at"] for row in rows}


def active_silences(db: sqlite3.Connection, now: int) -> int:
    """Return how many silences hold at `now` (ms)."""
    row = db.execute("SELECT count(*) FROM silences WHERE starts <= ?1 AND ends > ?1", (now,)).fetchone()
    return int(row[0])
