"""What was decided of an alert, as people read it: one for each receiver that a route leads to."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from connectors.notify.store.database import from_ms


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on an alert for one receiver."""

    receiver: str
    state: str
    """waiting (for its group's time), told, silenced, inhibited or dead."""
    why: str
    route: str
    decided: datetime
    group_key: str | None
    """The group it waits in, or is told again with."""
    due: datetime | None
    """When that group is looked at next."""


def decisions_of(db: sqlite3.Connection, alert: int) -> tuple[Decision, ...]:
    """Return what was decided of the alert with this seq, by receiver."""
    rows = db.execute(
        'SELECT d.*, g.key, g.due FROM decisions d LEFT JOIN groups g ON g.id = d."group" '
        "WHERE d.alert = ? ORDER BY d.receiver",
        (alert,),
    )
    return tuple(
        Decision(
            receiver=r["receiver"],
            state=r["state"],
            why=r["why"],
            route=r["route"],
            decided=from_ms(r["decided"]),
            group_key=r["key"],
            due=None if r["due"] is None else from_ms(r["due"]),
        )
        for r in rows
    )
