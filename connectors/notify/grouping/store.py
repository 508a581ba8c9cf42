"""Groups in notify.db. Functions over a connection with a transaction open."""

import json
import sqlite3
from datetime import datetime

from connectors.notify.grouping.group import MAX_OPEN, Group, Member
from connectors.notify.store.database import from_ms, from_ms_or_null, to_ms, to_ms_or_null

MAX_MEMBERS = 5_000
"""Alerts of a group looked at in one go; the rest follow at once."""
assert MAX_MEMBERS > 2 * MAX_OPEN


def find_group(db: sqlite3.Connection, receiver: str, key: str) -> tuple[int, Group] | None:
    """Return a group and its id."""
    row = db.execute("SELECT * FROM groups WHERE receiver = ? AND key = ?", (receiver, key)).fetchone()
    return None if row is None else (row["id"], _group(row))


def put_group(db: sqlite3.Connection, group: Group, id: int | None = None) -> int:  # noqa: A002  # the column
    """Store a group, under its `id` when it has one; return that."""
    values = (to_ms_or_null(group.told), to_ms(group.due), group.tellings)
    if id is not None:
        db.execute("UPDATE groups SET told = ?, due = ?, tellings = ? WHERE id = ?", (*values, id))
        return id
    row = db.execute(
        "INSERT INTO groups (told, due, tellings, receiver, route, key, common) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (*values, group.receiver, group.route, group.key, json.dumps(dict(group.common))),
    ).fetchone()
    return int(row["id"])


def drop_group(db: sqlite3.Connection, id: int) -> None:  # noqa: A002
    """Forget a group that nobody belongs to."""
    db.execute("DELETE FROM groups WHERE id = ?", (id,))


def due_groups(db: sqlite3.Connection, *, now: datetime, limit: int) -> list[tuple[int, Group]]:
    """Return groups to be looked at, the longest due first."""
    rows = db.execute("SELECT * FROM groups WHERE due <= ? ORDER BY due, id LIMIT ?", (to_ms(now), limit))
    return [(row["id"], _group(row)) for row in rows]


def all_groups(db: sqlite3.Connection) -> list[tuple[int, Group]]:
    """Return every group."""
    return [(row["id"], _group(row)) for row in db.execute("SELECT * FROM groups ORDER BY id")]


def next_due(db: sqlite3.Connection) -> datetime | None:
    """Return when the next group is to be looked at."""
    row = db.execute("SELECT min(due) AS due FROM groups").fetchone()
    return from_ms_or_null(row["due"])


def members_of(db: sqlite3.Connection, group: int) -> tuple[list[Member], bool]:
    """Return up to MAX_MEMBERS alerts of a group in the order of arrival, and whether there are more.

    Those that wait come last, the oldest of them first.
    """
    rows = db.execute(
        "SELECT d.alert, d.subject, d.closing, d.expires, d.state, a.id, length(a.body) AS size "
        'FROM decisions d JOIN alerts a ON a.seq = d.alert WHERE d."group" = ? '
        "ORDER BY d.state = 'waiting', d.alert LIMIT ?",
        (group, MAX_MEMBERS + 1),
    ).fetchall()
    members = [
        Member(
            alert=row["alert"],
            id=row["id"],
            subject=row["subject"],
            closing=bool(row["closing"]),
            expires=from_ms_or_null(row["expires"]),
            size=row["size"],
            state=row["state"],
        )
        for row in rows[:MAX_MEMBERS]
    ]
    return sorted(members, key=lambda member: member.alert), len(rows) > MAX_MEMBERS


def body_of(db: sqlite3.Connection, alert: int) -> bytes:
    """Return the JSON of an alert, as it was read."""
    row = db.execute("SELECT body FROM alerts WHERE seq = ?", (alert,)).fetchone()
    return bytes(row["body"])


def _group(row: sqlite3.Row) -> Group:
    return Group(
        receiver=row["receiver"],
        route=row["route"],
        key=row["key"],
        common=json.loads(row["common"]),
        due=from_ms(row["due"]),
        told=from_ms_or_null(row["told"]),
        tellings=row["tellings"],
    )
