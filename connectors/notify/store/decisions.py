"""What was decided of an alert: one for each receiver that a route leads to.

Functions over a connection; those that write want a transaction open.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.notify.store.database import from_ms, from_ms_or_null, to_ms, to_ms_or_null

Decided = Literal["waiting", "told", "silenced", "inhibited", "dead"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one alert and one receiver."""

    alert: int
    receiver: str
    subject: str
    state: Decided
    """A waiting one waits for its group's time."""
    route: str
    why: str = ""
    group: int | None = None
    """Id of the group it waits in or is repeated by."""
    closing: bool = False
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision as people read it, with the group it is in."""

    receiver: str
    state: str
    why: str
    route: str
    decided: datetime
    group_key: str | None
    """The group it waits in, or is told again with."""
    due: datetime | None
    """When that group is looked at next."""


def add_decisions(db: sqlite3.Connection, decisions: Iterable[Decision], *, now: datetime) -> None:
    """Store decisions; one that there is for the same alert and receiver gives way."""
    at = to_ms(now)
    db.executemany(
        "INSERT OR REPLACE INTO decisions "
        '(alert, receiver, subject, closing, expires, state, why, route, "group", decided) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                d.alert,
                d.receiver,
                d.subject,
                d.closing,
                to_ms_or_null(d.expires),
                d.state,
                d.why,
                d.route,
                d.group,
                at,
            )
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


def decisions_of(db: sqlite3.Connection, alert: int) -> tuple[DecisionView, ...]:
    """Return what was decided of the alert with this seq, by receiver."""
    rows = db.execute(
        'SELECT d.*, g.key, g.due FROM decisions d LEFT JOIN groups g ON g.id = d."group" '
        "WHERE d.alert = ? ORDER BY d.receiver",
        (alert,),
    )
    return tuple(
        DecisionView(
            receiver=r["receiver"],
            state=r["state"],
            why=r["why"],
            route=r["route"],
            decided=from_ms(r["decided"]),
            group_key=r["key"],
            due=from_ms_or_null(r["due"]),
        )
        for r in rows
    )
