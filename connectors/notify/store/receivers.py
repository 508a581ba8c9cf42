"""How receivers are, as far as it outlives the process, and the system alerts that are about them."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.notify import alarm
from connectors.notify.outcomes import RETRY_SCHEDULE
from connectors.notify.store.database import Shared, from_ms, to_ms
from connectors.notify.store.deliveries import begin_anew, hurry
from wirewatch.alert import Alert
from wirewatch.records import ALERTS

_INSERT = "INSERT INTO receivers (name, since) VALUES (?, ?) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Quiet:
    """A receiver wants to be left alone."""

    asked: datetime
    """When that was said."""
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Tell whether it holds at `now`; not where the clock was set back before it was asked."""
        return self.asked <= now < self.until


@dataclass(frozen=True, slots=True)
class ReceiverState:
    """What is known of a receiver beyond its config."""

    name: str
    disabled: bool
    why: str
    """Why it is disabled."""
    since: datetime
    """When it was disabled or enabled last, or was first heard of."""
    incident: Alert | None
    """The system alert that is open about it."""
    quiet: Quiet | None = None
    """What it last asked for; over already, perhaps."""


class ReceiverStates:
    """The receivers of notify.db. Every method raises sqlite3.Error when the disk fails."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def all(self) -> dict[str, ReceiverState]:
        """Return each receiver that something is known of, by name."""
        with self._shared.reading() as db:
            rows = db.execute("SELECT * FROM receivers ORDER BY name").fetchall()
        return {
            row["name"]: ReceiverState(
                name=row["name"],
                disabled=bool(row["disabled"]),
                why=row["why"],
                since=from_ms(row["since"]),
                incident=None if row["incident"] is None else ALERTS.decode(row["incident"]),
                quiet=None
                if row["quiet_asked"] is None
                else Quiet(from_ms(row["quiet_asked"]), from_ms(row["quiet_until"])),
            )
            for row in rows
        }

    def disable(self, name: str, *, why: str, now: datetime) -> None:
        """Hold back what is owed to the receiver, until it is enabled."""
        with self._shared.writing() as db:
            _able(db, name, disabled=True, why=why, now=now)

    def enable(self, name: str, *, now: datetime) -> None:
        """Deliver to the receiver again, now and from the schedule's start: whoever says so has mended it.

        That ends the incident that it was disabled by, if any.
        """
        with self._shared.writing() as db:
            incident = _incident(db, name)
            _able(db, name, disabled=False, why="", now=now)
            if alarm.shows(incident, alarm.Trouble.GONE):
                _close(db, name, alarm.closed(incident, now, "is enabled again"))
            _quiet(db, name, Quiet(now, now))
            begin_anew(db, "receiver = ?", (name,), to_ms(now))

    def retry_sooner(self, name: str, *, now: datetime) -> None:
        """Deliver now what has waited as long as its schedule's step before: the receiver takes alerts again.

        So one that fails on is given up after 17 h at the soonest, however often this is called. Where the
        receiver has said when to come again, it is left alone until then all the same (`Quiet`).
        """
        with self._shared.writing() as db:
            for attempts, waited in enumerate(RETRY_SCHEDULE[:-1], start=2):
                since = to_ms(now - timedelta(seconds=waited))
                hurry(
                    db,
                    "receiver = ? AND attempts - put_off = ? AND changed <= ?",
                    (name, attempts, since),
                    to_ms(now),
                )

    def keep_quiet(self, name: str, quiet: Quiet) -> None:
        """Keep until when the receiver wants to be left alone."""
        with self._shared.writing() as db:
            db.execute(_INSERT, (name, to_ms(quiet.asked)))
            _quiet(db, name, quiet)

    def give_up(self, name: str, alert: Alert, *, ends: Alert | None, why: str, now: datetime) -> None:
        """Disable the receiver and keep `alert` as open; `ends` closes what was open before, if anything.

        One transaction: nobody is disabled without a word.
        """
        with self._shared.writing() as db:
            _able(db, name, disabled=True, why=why, now=now)
            if ends is not None:
                _close(db, name, ends)
            _open(db, name, alert, now)

    def open_incident(self, name: str, alert: Alert, *, now: datetime) -> bool:
        """Keep `alert` as open and to be announced; return False when one is open already."""
        with self._shared.writing() as db:
            return _open(db, name, alert, now)

    def close_incident(self, name: str, alert: Alert) -> None:
        """Forget the open one; `alert` is to be announced."""
        with self._shared.writing() as db:
            _close(db, name, alert)

    def announcements(self, limit: int = 100) -> list[Alert]:
        """Return system alerts that are not on Kafka yet, oldest first."""
        with self._shared.reading() as db:
            rows = db.execute("SELECT body FROM announcements ORDER BY seq LIMIT ?", (limit,)).fetchall()
        return [ALERTS.decode(row["body"]) for row in rows]

    def announced(self, ids: Collection[str]) -> None:
        """Forget announcements that are on Kafka."""
        with self._shared.writing() as db:
            db.executemany("DELETE FROM announcements WHERE id = ?", [(one,) for one in ids])


def _incident(db: sqlite3.Connection, name: str) -> Alert | None:
    row = db.execute("SELECT incident FROM receivers WHERE name = ?", (name,)).fetchone()
    return None if row is None or row["incident"] is None else ALERTS.decode(row["incident"])


def _able(db: sqlite3.Connection, name: str, *, disabled: bool, why: str, now: datetime) -> None:
    db.execute(_INSERT, (name, to_ms(now)))
    db.execute(
        "UPDATE receivers SET disabled = ?, why = ?, since = ? WHERE name = ?",
        (int(disabled), why, to_ms(now), name),
    )


def _quiet(db: sqlite3.Connection, name: str, quiet: Quiet) -> None:
    db.execute(
        "UPDATE receivers SET quiet_asked = ?, quiet_until = ? WHERE name = ?",
        (to_ms(quiet.asked), to_ms(quiet.until), name),
    )


def _open(db: sqlite3.Connection, name: str, alert: Alert, now: datetime) -> bool:
    body = ALERTS.encode(alert)
    db.execute(_INSERT, (name, to_ms(now)))
    changed = db.execute(
        "UPDATE receivers SET incident = ? WHERE name = ? AND incident IS NULL", (body, name)
    ).rowcount
    if changed:
        announce(db, alert)
    return bool(changed)


def _close(db: sqlite3.Connection, name: str, alert: Alert) -> None:
    db.execute("UPDATE receivers SET incident = NULL WHERE name = ?", (name,))
    announce(db, alert)


def announce(db: sqlite3.Connection, alert: Alert) -> None:
    """Have `alert` announced, once an id."""
    db.execute(
        "INSERT OR IGNORE INTO announcements (id, body) VALUES (?, ?)", (alert.id, ALERTS.encode(alert))
    )
