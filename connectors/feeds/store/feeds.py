"""feeds.db as the part reads and writes it."""

import json
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from connectors.feeds.state import FeedState
from connectors.feeds.subscription import Subscription
from connectors.sqlite import from_ms, to_ms, transaction
from wirewatch.alert import Alert
from wirewatch.records import ALERTS


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is remembered of an entry."""

    id: str
    feed: str
    name: str | None
    title_hash: str
    body_hash: str
    revision: int
    last_seen: datetime


class Unsent(NamedTuple):
    """A record that Kafka does not have yet."""

    seq: int
    topic: Literal["articles", "alerts"]
    key: str
    body: bytes
    traceparent: str


class NewRecord(NamedTuple):
    """A record on its way into the outbox."""

    topic: Literal["articles", "alerts"]
    key: str
    body: bytes
    traceparent: str


@dataclass
class _Write:
    """What a thread has to write, and what became of it."""

    write: Callable[[], None]
    done: bool = False
    error: Exception | None = None


class FeedStore:
    """feeds.db. Threads may share one; each call is one transaction. Raises sqlite3.Error for a bad disk."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._lock = threading.Lock()
        self._waiting: deque[_Write] = deque()
        self._states = msgspec.json.Decoder(FeedState)

    def states(self, urls: Collection[str] | None = None) -> dict[str, FeedState]:
        """Return the records of feeds, by URL: of all, or of these `urls`."""
        which = "" if urls is None else " WHERE url IN (SELECT value FROM json_each(?))"
        wanted = () if urls is None else (json.dumps(list(urls)),)
        with self._lock:
            rows = self._db.execute(f"SELECT url, state FROM feeds{which}", wanted).fetchall()  # noqa: S608
        return {row["url"]: self._states.decode(row["state"]) for row in rows}

    def known(self, ids: Collection[str], names: Collection[str]) -> list[KnownEntry]:
        """Return the entries with one of these article ids or names."""
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM entries WHERE id IN (SELECT value FROM json_each(?)) "
                "UNION SELECT * FROM entries WHERE name IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)), json.dumps(list(names))),
            ).fetchall()
        return [
            KnownEntry(
                row["id"],
                row["feed"],
                row["name"],
                row["title_hash"],
                row["body_hash"],
                row["revision"],
                from_ms(row["last_seen"]),
            )
            for row in rows
        ]

    def record(
        self,
        url: str,
        state: FeedState,
        *,
        entries: Iterable[KnownEntry] = (),
        records: Iterable[NewRecord] = (),
        alert: Alert | None = None,
        traceparent: str = "",
    ) -> None:
        """Store what a poll came to: the feed's record, its entries, and what Kafka is to have, together.

        `alert` opens or closes the feed's incident.
        """
        # Made before others wait for it: what cannot be encoded is its caller's alone.
        body, new = msgspec.json.encode(state), list(records)
        rows = [
            (e.id, e.feed, e.name, e.title_hash, e.body_hash, e.revision, to_ms(e.last_seen)) for e in entries
        ]

        def write() -> None:
            told = [] if alert is None else [self._incident(alert, traceparent)]
            self._db.execute("INSERT OR REPLACE INTO feeds (url, state) VALUES (?, ?)", (url, body))
            self._db.executemany(
                "INSERT OR REPLACE INTO entries "
                "(id, feed, name, title_hash, body_hash, revision, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            self._send([*new, *told])

        self._together(write)

    def record_all(self, states: Mapping[str, FeedState]) -> None:
        """Store the records of these feeds, by URL."""
        with self._lock, transaction(self._db):
            self._db.executemany(
                "INSERT OR REPLACE INTO feeds (url, state) VALUES (?, ?)",
                [(url, msgspec.json.encode(state)) for url, state in states.items()],
            )

    def _together(self, write: Callable[[], None]) -> None:
        """Do `write` in one transaction with what other threads have to write: a sync to disk serves all.

        `write` may be called twice. What it raises is raised here, and nothing of it is written.
        """
        mine = _Write(write)
        self._waiting.append(mine)
        with self._lock:
            if not mine.done:  # by a thread that had the lock before
                self._write_all()
        if mine.error is not None:
            raise mine.error

    def _write_all(self) -> None:
        batch = []
        while self._waiting:
            batch.append(self._waiting.popleft())
        error = self._failure(batch)
        for each in batch:
            # One that cannot be written is no reason to drop the others: then each is by itself.
            each.error = self._failure([each]) if error is not None and len(batch) > 1 else error
            each.done = True

    def _failure(self, batch: Iterable[_Write]) -> Exception | None:
        """Write all of `batch` or nothing; return what went wrong."""
        try:
            with transaction(self._db):
                for each in batch:
                    each.write()
        except Exception as wrong:  # noqa: BLE001  # whoever asked for the write raises it
            return wrong
        return None

    def tell(self, alert: Alert, traceparent: str) -> None:
        """Store an alert that opens or closes the incident of the feed in its labels."""
        with self._lock, transaction(self._db):
            self._send([self._incident(alert, traceparent)])

    def _send(self, records: Iterable[NewRecord]) -> None:
        self._db.executemany(
            "INSERT INTO outbox (topic, key, body, traceparent) VALUES (?, ?, ?, ?)", list(records)
        )

    def _incident(self, alert: Alert, traceparent: str) -> NewRecord:
        body, url = ALERTS.encode(alert), alert.labels["feed"]
        if alert.status == "closed":
            self._db.execute("DELETE FROM incidents WHERE feed = ?", (url,))
        else:
            self._db.execute("INSERT OR REPLACE INTO incidents VALUES (?, ?)", (url, body))
        return NewRecord("alerts", url, body, traceparent)

    def incidents(self) -> dict[str, Alert]:
        """Return the alerts that told of trouble which is not over, by feed."""
        with self._lock:
            rows = self._db.execute("SELECT feed, body FROM incidents").fetchall()
        return {row["feed"]: ALERTS.decode(row["body"]) for row in rows}

    def subscriptions(self) -> dict[str, Subscription]:
        """Return what hubs were asked for, by feed."""
        with self._lock:
            rows = self._db.execute("SELECT feed, body FROM subscriptions").fetchall()
        return {row["feed"]: msgspec.json.decode(row["body"], type=Subscription) for row in rows}

    def subscribe(self, known: Subscription) -> None:
        """Remember a subscription in place of the feed's one before."""
        with self._lock, transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO subscriptions VALUES (?, ?)", (known.feed, msgspec.json.encode(known))
            )

    def ask(self, urls: Iterable[str]) -> None:
        """Have these feeds asked now, by whoever runs the loop."""
        with self._lock, transaction(self._db):
            self._db.executemany("INSERT OR IGNORE INTO asked VALUES (?)", [(url,) for url in urls])

    def take_asked(self) -> list[str]:
        """Return the feeds that somebody wants asked now, each once."""
        with self._lock:
            asked = [row["feed"] for row in self._db.execute("SELECT feed FROM asked").fetchall()]
            if asked:
                with transaction(self._db):
                    self._db.executemany("DELETE FROM asked WHERE feed = ?", [(url,) for url in asked])
        return asked

    def unsent(self, limit: int, *, max_bytes: int) -> list[Unsent]:
        """Return the oldest records that Kafka does not have: at most `limit`, about `max_bytes` at most."""
        found: list[Unsent] = []
        with self._lock:
            rows = self._db.execute(
                "SELECT seq, topic, key, body, traceparent FROM outbox ORDER BY seq LIMIT ?", (limit,)
            )
            for row in rows:
                found.append(Unsent(*row))
                max_bytes -= len(row["body"])
                if max_bytes <= 0:
                    break
        return found

    def sent(self, records: Iterable[Unsent]) -> None:
        """Forget records that the broker has."""
        with self._lock, transaction(self._db):
            self._db.executemany("DELETE FROM outbox WHERE seq = ?", [(r.seq,) for r in records])

    def backlog(self) -> int:
        """Return how many records Kafka does not have: they leave in order, so that none need be counted."""
        with self._lock:
            first, last = self._db.execute(
                "SELECT (SELECT min(seq) FROM outbox), (SELECT max(seq) FROM outbox)"
            ).fetchone()
        return 0 if first is None else int(last - first + 1)

    def hold_host(self, host: str, until: datetime, *, now: datetime) -> None:
        """Remember that `host` asked to be left alone until `until`; forget those whose time is over."""
        with self._lock, transaction(self._db):
            self._db.execute("DELETE FROM hosts WHERE until <= ?", (to_ms(now),))
            self._db.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?)", (host, to_ms(until)))

    def held_hosts(self, now: datetime) -> dict[str, datetime]:
        """Return the hosts that asked to be left alone beyond `now`, and until when."""
        with self._lock:
            rows = self._db.execute("SELECT host, until FROM hosts WHERE until > ?", (to_ms(now),)).fetchall()
        return {row["host"]: from_ms(row["until"]) for row in rows}

    def forget(self, url: str, *, before: datetime, limit: int = 5000) -> int:
        """Forget entries of the feed `url` that it has not held since `before`; return how many."""
        with self._lock, transaction(self._db):
            return self._db.execute(
                "DELETE FROM entries WHERE id IN "
                "(SELECT id FROM entries WHERE feed = ? AND last_seen < ? LIMIT ?)",
                (url, to_ms(before), limit),
            ).rowcount

    def forget_feeds(self, kept: Collection[str], *, before: datetime) -> int:
        """Forget feeds that are not `kept` and were last tried before `before`, with their entries."""
        gone = [
            url
            for url, state in self.states().items()
            if url not in kept and (state.last_try or state.next_at) < before
        ]
        with self._lock, transaction(self._db):
            self._db.executemany("DELETE FROM feeds WHERE url = ?", [(url,) for url in gone])
            for table in ("entries", "subscriptions"):
                self._db.executemany(f"DELETE FROM {table} WHERE feed = ?", [(url,) for url in gone])  # noqa: S608
        return len(gone)

    def close(self) -> None:
        """Close the database; safe to call twice."""
        with self._lock:
            self._db.close()
