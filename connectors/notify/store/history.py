"""notify.db as the command line reads it, also while notify writes: never more than asked for."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from connectors.notify.store.database import from_ms, from_ms_or_null, open_database
from connectors.notify.store.decisions import DecisionView, decisions_of
from connectors.notify.store.short_ids import find_by_id
from connectors.notify.store.verdicts import StoredVerdict, verdict_of
from wirewatch.alert import Alert
from wirewatch.records import ALERTS

MAX_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """Where the delivery of an alert to one receiver stands."""

    receiver: str
    id: str
    status: str
    """pending, delivered or dead."""
    attempts: int
    next_at: datetime | None
    outcome: str | None
    """Of the last attempt; None before the first."""
    http_status: int | None
    detail: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert of the history: what was decided of it, its deliveries by receiver, what was said of it."""

    seq: int
    """Order of arrival; grows, with gaps."""
    alert: Alert
    received: datetime
    partition: int
    offset: int
    traceparent: str
    deliveries: tuple[DeliveryState, ...]
    verdict: StoredVerdict | None = None
    decisions: tuple[DecisionView, ...] = ()
    """What was decided for each receiver: told, and if not, why not."""


class History:
    """Alerts received, newest first unless said otherwise."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open notify.db for reading. Raises FileNotFoundError when notify has never run here."""
        return cls(open_database(path, read_only=True))

    def list_alerts(
        self, limit: int = 20, *, watch: str | None = None, before: int | None = None
    ) -> list[StoredAlert]:
        """Return the latest alerts: at most `limit`, of `watch` alone, before the one with seq `before`."""
        rows = self._db.execute(
            "SELECT * FROM alerts WHERE (?1 IS NULL OR watch = ?1) AND (?2 IS NULL OR seq < ?2) "
            "ORDER BY seq DESC LIMIT ?3",
            (watch, before, _bounded(limit)),
        ).fetchall()
        return [self._alert(row) for row in rows]

    def get_alert(self, id: str) -> StoredAlert | None:  # noqa: A002  # the field's own name
        """Return the alert with this id, or the only one whose id starts with it; else None.

        Raises AmbiguousIdError when several ids start with it.
        """
        row = find_by_id(self._db, "alerts", id, _about)
        return None if row is None else self._alert(row)

    def alerts_since(self, seq: int, limit: int = 100) -> list[StoredAlert]:
        """Return alerts that arrived after the one with `seq` (0: from the first), oldest first."""
        rows = self._db.execute(
            "SELECT * FROM alerts WHERE seq > ? ORDER BY seq LIMIT ?", (seq, _bounded(limit))
        ).fetchall()
        return [self._alert(row) for row in rows]

    def last_seq(self) -> int:
        """Return the seq of the newest alert, 0 when there is none: where a live screen starts."""
        row = self._db.execute("SELECT coalesce(max(seq), 0) AS seq FROM alerts").fetchone()
        return int(row["seq"])

    def deliveries_of(self, seq: int) -> tuple[DeliveryState, ...]:
        """Return the deliveries of the alert with `seq`, by receiver name."""
        rows = self._db.execute(
            "SELECT receiver, id, status, attempts, next_at, outcome, http_status, detail, changed "
            "FROM deliveries WHERE seq IN (SELECT delivery FROM delivery_alerts WHERE alert = ?) "
            "ORDER BY receiver, seq",
            (seq,),
        )
        return tuple(_delivery(row) for row in rows)

    def _alert(self, row: sqlite3.Row) -> StoredAlert:
        return StoredAlert(
            seq=row["seq"],
            alert=ALERTS.decode(row["body"]),
            received=from_ms(row["received"]),
            partition=row["partition"],
            offset=row["offset"],
            traceparent=row["traceparent"],
            deliveries=self.deliveries_of(row["seq"]),
            verdict=verdict_of(self._db, row["id"]),
            decisions=decisions_of(self._db, row["seq"]),
        )

    def close(self) -> None:
        """Close the database; safe to call twice."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _about(row: sqlite3.Row) -> str:
    alert = ALERTS.decode(row["body"])
    return f"{alert.time:%Y-%m-%d}  {alert.watch}  {alert.title}"


def _bounded(limit: int) -> int:
    return max(0, min(limit, MAX_LIMIT))


def _delivery(row: sqlite3.Row) -> DeliveryState:
    return DeliveryState(
        receiver=row["receiver"],
        id=row["id"],
        status=row["status"],
        attempts=row["attempts"],
        next_at=from_ms_or_null(row["next_at"]),
        outcome=row["outcome"],
        http_status=row["http_status"],
        detail=row["detail"],
        changed=from_ms(row["changed"]),
    )
