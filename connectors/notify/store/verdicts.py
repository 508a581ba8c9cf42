"""What people said of alerts: right or wrong. Kept when the alert itself is forgotten."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

import msgspec

from connectors.notify.store.database import Shared, from_ms, to_ms
from wirewatch.alert import Alert
from wirewatch.article import AwareTime

MAX_LIMIT = 10_000
MAX_NOTE = 2000
"""Characters."""


class StoredVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of one alert."""

    alert: str
    watch: str
    watch_version: str
    article: str | None
    title: str
    is_true: bool
    """Whether the watch was right to raise it."""
    note: str
    marked: AwareTime


class Precision(msgspec.Struct, frozen=True, kw_only=True):
    """How often a watch was right, of the alerts somebody judged."""

    watch: str
    true: int
    false: int

    @property
    def share(self) -> float:
        """Right ones among the judged, 0 to 1."""
        return self.true / (self.true + self.false)


class Verdicts:
    """The verdicts of notify.db. Every method raises sqlite3.Error when the disk fails."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def mark(self, alert: Alert, *, is_true: bool, now: datetime, note: str = "") -> StoredVerdict:
        """Keep what is said of `alert`; a later word replaces an earlier one."""
        said = StoredVerdict(
            alert=alert.id,
            watch=alert.watch,
            watch_version=alert.watch_version,
            article=alert.article,
            title=alert.title,
            is_true=is_true,
            note=note,
            marked=from_ms(to_ms(now)),
        )
        with self._shared.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO verdicts "
                "(alert, watch, watch_version, article, title, is_true, note, marked) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    said.alert,
                    said.watch,
                    said.watch_version,
                    said.article,
                    said.title,
                    int(is_true),
                    note,
                    to_ms(now),
                ),
            )
        return said

    def unmark(self, alert: str) -> bool:
        """Take back what was said of the alert with this id; return whether anything was."""
        with self._shared.writing() as db:
            return db.execute("DELETE FROM verdicts WHERE alert = ?", (alert,)).rowcount > 0

    def get(self, alert: str) -> StoredVerdict | None:
        """Return what was said of the alert with this id."""
        with self._shared.reading() as db:
            return verdict_of(db, alert)

    def list(self, *, watch: str | None = None, limit: int = 1000) -> "list[StoredVerdict]":
        """Return the latest verdicts, newest first: at most `limit`, of `watch` alone."""
        with self._shared.reading() as db:
            rows = db.execute(
                "SELECT * FROM verdicts WHERE (?1 IS NULL OR watch = ?1) "
                "ORDER BY marked DESC, alert LIMIT ?2",
                (watch, max(0, min(limit, MAX_LIMIT))),
            ).fetchall()
        return [_verdict(row) for row in rows]

    def precision(self, watches: Iterable[str] | None = None) -> "tuple[Precision, ...]":
        """Return how often each watch was right, by id; of `watches` alone where given."""
        with self._shared.reading() as db:
            rows = db.execute(
                "SELECT watch, sum(is_true) AS hits, sum(1 - is_true) AS misses FROM verdicts "
                "GROUP BY watch ORDER BY watch"
            ).fetchall()
        wanted = None if watches is None else frozenset(watches)
        return tuple(
            Precision(watch=row["watch"], true=row["hits"], false=row["misses"])
            for row in rows
            if wanted is None or row["watch"] in wanted
        )


def verdict_of(db: sqlite3.Connection, alert: str) -> StoredVerdict | None:
    """Return what was said of the alert with this id."""
    row = db.execute("SELECT * FROM verdicts WHERE alert = ?", (alert,)).fetchone()
    return None if row is None else _verdict(row)


def _verdict(row: sqlite3.Row) -> StoredVerdict:
    return StoredVerdict(
        alert=row["alert"],
        watch=row["watch"],
        watch_version=row["watch_version"],
        article=row["article"],
        title=row["title"],
        is_true=bool(row["is_true"]),
        note=row["note"],
        marked=from_ms(row["marked"]),
    )
