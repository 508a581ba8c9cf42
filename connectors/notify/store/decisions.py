"""What was decided for an alert, as the ledger shows it."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from connectors.notify.store.database import from_ms


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """What was decided about one alert for one receiver."""

    receiver: str
    state: str
    """waiting, told, silenced, inhibited or dead."""
    why: str
    """Which silence or rule; what it waits for is in `due`."""
    route: str
    """Key of the route: its matchers, and those above it."""
    decided: datetime
    group_key: str | None
    """While it belongs to a group."""
    due: datetime | None
    """When that group is looked at next."""


def decisions_of(db: sqlite3.Connection, alert: int) -> tuple[DecisionRecord, ...]:
    """Return what was decided about the alert with this seq, by receiver name."""
    rows = db.execute(
        "SELECT d.receiver, d.state, d.why, d.route, d.decided, g.key, g.due "
        'FROM decisions d LEFT JOIN groups g ON g.id = d."group" WHERE d.alert = ? ORDER BY d.receiver',
        (alert,),
    )
    return tuple(
        DecisionRecord(
            receiver=row["receiver"],
            state=row["state"],
            why=row["why"],
            route=row["route"],
            decided=from_ms(row["decided"]),
            group_key=row["key"],
            due=None if row["due"] is None else from_ms(row["due"]),
        )
        for row in rows
    )
