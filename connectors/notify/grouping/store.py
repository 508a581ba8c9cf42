"""Groups and decisions in notify.db. Functions over a connection with a transaction open."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.notify.grouping.group import MAX_OPEN, Group, Member
from connectors.notify.store.database import from_ms, to_ms

Decided = Literal["waiting", "told", "silenced", "inhibited", "dead"]
MAX_MEMBERS = 5_000
"""Alerts of a group looked at in one go; the rest follow at once."""
assert MAX_MEMBERS > 2 * MAX_OPEN


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one alert and one receiver."""

    alert: int
    receiver: str
    subject: str
    state: Decided
    route: str
    why: str = ""
    group: int | None = None
    """Id of the group it waits in or is repeated by."""
    closing: bool = False
    expires: datetime | None = None


def add_decisions(db: sqlite3.Connection, decisions: Iterable[Decision], *, now: datetime) -> None:
    """Store decisions; one that there is for the same alert and receiver gives way."""
    at = to_ms(now)
    db.executemany(
        "INSERT OR REPLACE INTO decisions "
        '(alert, receiver, subject, closing, expires, state, why, route, "group", decided) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (d.alert, d.receiver, d.subject, d.closing, _ms(d.expires), d.state, d.why, d.route, d.group, at)
            for d in decisions
        ],
    )


def decided_before(
    db: sqlite3.Connection, subject: str, receiver: str, alert: int
) -> tuple[Decided, str] | None:
    """Return what was last decided for `receiver` and `subject` before `alert`: state and why.

    None when nothing was, or when one of its alerts was told or waits to be.
    """
    rows = db.execute(
        "SELECT state, why FROM decisions WHERE subject = ? AND receiver = ? AND alert < ? "
        "ORDER BY alert DESC LIMIT 100",
        (subject, receiver, alert),
    ).fetchall()
    if not rows or any(row["state"] in {"told", "waiting"} for row in rows):
        return None
    return rows[0]["state"], rows[0]["why"]


def find_group(db: sqlite3.Connection, receiver: str, key: str) -> tuple[int, Group] | None:
    """Return a group and its id."""
    row = db.execute("SELECT * FROM groups WHERE receiver = ? AND key = ?", (receiver, key)).fetchone()
    return None if row is None else (row["id"], _group(row))


def put_group(db: sqlite3.Connection, group: Group, id: int | None = None) -> int:  # noqa: A002  # the column
    """Store a group, under its `id` when it has one; return that."""
    values = (_ms(group.told), to_ms(group.due), group.tellings)
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
    return None if row["due"] is None else from_ms(row["due"])


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
            expires=None if row["expires"] is None else from_ms(row["expires"]),
            size=row["size"],
            state=row["state"],
        )
        for row in rows[:MAX_MEMBERS]
    ]
    return sorted(members, key=lambda member: member.alert), len(rows) > MAX_MEMBERS


def set_state(
    db: sqlite3.Connection,
    alerts: Iterable[int],
    receiver: str,
    state: Decided,
    *,
    now: datetime,
    why: str = "",
) -> None:
    """Say what became of alerts for `receiver`."""
    at = to_ms(now)
    db.executemany(
        "UPDATE decisions SET state = ?, why = ?, decided = ? WHERE alert = ? AND receiver = ?",
        [(state, why, at, alert, receiver) for alert in alerts],
    )


def leave_group(db: sqlite3.Connection, alerts: Iterable[int], receiver: str) -> None:
    """Say that alerts belong to their group no more; none of them may be waiting."""
    db.executemany(
        'UPDATE decisions SET "group" = NULL WHERE alert = ? AND receiver = ?',
        [(alert, receiver) for alert in alerts],
    )


def receivers_of(db: sqlite3.Connection, alert: int) -> set[str]:
    """Return the receivers for which something was decided about an alert."""
    return {row["receiver"] for row in db.execute("SELECT receiver FROM decisions WHERE alert = ?", (alert,))}


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
        told=None if row["told"] is None else from_ms(row["told"]),
        tellings=row["tellings"],
    )


def _ms(time: datetime | None) -> int | None:
    return None if time is None else to_ms(time)
