"""Incidents of volumes and spikes: which are open, and which have expired."""

import sqlite3
from datetime import datetime

import msgspec

from connectors.notify.store.database import Shared, to_ms
from connectors.notify.store.receivers import announce
from wirewatch import ids
from wirewatch.alert import Alert
from wirewatch.records import ALERTS

AT_ONCE = 100


def note_incident(db: sqlite3.Connection, seq: int, alert: Alert) -> None:
    """Take in what an alert, stored under `seq`, says of an incident; other alerts say nothing."""
    if alert.incident is None or alert.story is None:
        return
    if alert.status == "closed":
        db.execute("DELETE FROM incidents WHERE story = ?", (alert.story.id,))
    elif alert.status == "opened" and alert.expires_at is not None:
        db.execute(
            "INSERT OR IGNORE INTO incidents (story, alert, expires) VALUES (?, ?, ?)",
            (alert.story.id, seq, to_ms(alert.expires_at)),
        )


def close_expired(shared: Shared, *, now: datetime) -> int:
    """Close incidents whose `expires_at` has passed; return how many, at most AT_ONCE.

    Each is then to be announced as closed, under the id that the pipeline would give that alert: should both
    say so, it is told once. Raises sqlite3.Error.
    """
    with shared.reading() as db:
        if db.execute("SELECT 1 FROM incidents WHERE expires <= ? LIMIT 1", (to_ms(now),)).fetchone() is None:
            return 0
    with shared.writing() as db:
        rows = db.execute(
            "SELECT i.story, a.body FROM incidents i JOIN alerts a ON a.seq = i.alert "
            "WHERE i.expires <= ? ORDER BY i.expires, i.story LIMIT ?",
            (to_ms(now), AT_ONCE),
        ).fetchall()
        for row in rows:
            announce(db, _closed(ALERTS.decode(row["body"]), row["story"], now))
            db.execute("DELETE FROM incidents WHERE story = ?", (row["story"],))
    return len(rows)


def _closed(opened: Alert, story: str, now: datetime) -> Alert:
    return msgspec.structs.replace(
        opened, id=ids.alert_id(story, "closed"), status="closed", step="closed", alerted=now
    )
