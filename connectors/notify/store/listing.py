"""Deliveries as people ask for them: which, how they stand, every attempt, and what was sent."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from connectors.notify.store.database import Shared, from_ms, from_ms_or_null, to_ms
from connectors.notify.store.decisions import DecisionView
from connectors.notify.store.deliveries import NOT_ANEW, begin_anew, count, revive
from connectors.notify.store.history import MAX_LIMIT, History
from connectors.notify.store.short_ids import find_by_id

Status = Literal["pending", "delivered", "dead"]

MAX_ATTEMPTS = 1_000
"""Attempts that are shown of a delivery: one that is taken up again and again has ever more."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which deliveries are meant: all that fit everything given."""

    ids: tuple[str, ...] = ()
    """Delivery ids, whole."""
    receiver: str | None = None
    status: Status | None = None
    since: datetime | None = None
    """Those decided at this time or later."""

    def sql(self) -> tuple[str, tuple[object, ...]]:
        """Return a condition on `deliveries` and its values."""
        parts: list[tuple[str, object]] = []
        if self.ids:
            parts.append(("id IN (SELECT value FROM json_each(?))", json.dumps(self.ids)))
        if self.receiver is not None:
            parts.append(("receiver = ?", self.receiver))
        if self.status is not None:
            parts.append(("status = ?", self.status))
        if self.since is not None:
            parts.append(("created >= ?", to_ms(self.since)))
        return " AND ".join(part for part, _ in parts) or "1", tuple(value for _, value in parts)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, as it ended."""

    at: datetime
    took_ms: int
    outcome: str
    http_status: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery and how it stands."""

    seq: int
    """Order of decision; grows, with gaps."""
    id: str
    """What the receiver knows it by: the webhook-id."""
    receiver: str
    status: Status
    attempts: int
    """Since it was last taken up."""
    next_at: datetime | None
    outcome: str | None
    http_status: int | None
    detail: str
    group_key: str
    critical: bool
    held: bool
    """Whether it waits for an earlier one of its group."""
    created: datetime
    """When it was decided."""
    changed: datetime
    alerts: tuple[str, ...]
    """Ids of the alerts it tells of, in order."""


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """Alerts that are to be told together, at a time still to come: no delivery yet."""

    receiver: str
    group_key: str
    due: datetime
    """When the group is looked at next."""
    alerts: int
    """How many of it wait."""


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery with all there is to prove it."""

    delivery: ListedDelivery
    sha256: str
    """Of the body, which is the same at every attempt."""
    bytes: int
    attempts: tuple[Attempt, ...]
    """The latest MAX_ATTEMPTS there were, oldest first."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The ledger of one alert."""

    alert: str
    watch: str
    title: str
    written: datetime
    """When it was written to Kafka."""
    partition: int
    offset: int
    received: datetime
    """When notify stored it, in the transaction that decided what it owes."""
    traceparent: str
    decisions: tuple[DecisionView, ...]
    deliveries: tuple[DeliveryRecord, ...]


@dataclass(frozen=True, slots=True)
class Redelivered:
    """What is to be delivered again."""

    redelivered: int
    """How many, in all."""
    receivers: dict[str, int] = field(default_factory=dict)
    """How many, by receiver."""
    gone: dict[str, int] = field(default_factory=dict)
    """How many were left as they are, by receiver: it is no longer in routes.yaml."""


class Deliveries:
    """The deliveries of notify.db. Every method raises sqlite3.Error when the disk fails."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def latest(self, which: Selection, *, limit: int = 50, before: int | None = None) -> list[ListedDelivery]:
        """Return the latest deliveries, newest first: at most `limit`, before the one with seq `before`."""
        where, values = which.sql()
        with self._shared.reading() as db:
            rows = db.execute(
                f"SELECT * FROM deliveries WHERE {where} AND (? IS NULL OR seq < ?) "  # noqa: S608  # ours
                "ORDER BY seq DESC LIMIT ?",
                (*values, before, before, max(0, min(limit, MAX_LIMIT))),
            ).fetchall()
            return [_listed(db, row) for row in rows]

    def waiting(self, *, receiver: str | None = None, limit: int = 50) -> list[WaitingGroup]:
        """Return the groups in which alerts wait, of `receiver` alone where given; the next due first."""
        with self._shared.reading() as db:
            rows = db.execute(
                "SELECT g.receiver, g.key, g.due, count(*) AS alerts "
                'FROM groups g JOIN decisions d ON d."group" = g.id '
                "WHERE d.state = 'waiting' AND (?1 IS NULL OR g.receiver = ?1) "
                "GROUP BY g.id ORDER BY g.due, g.id LIMIT ?2",
                (receiver, max(0, min(limit, MAX_LIMIT))),
            ).fetchall()
        return [WaitingGroup(r["receiver"], r["key"], from_ms(r["due"]), r["alerts"]) for r in rows]

    def find(self, id: str) -> list[DeliveryRecord]:  # noqa: A002  # the standard's own word
        """Return the deliveries with this id, or the only one that starts with it, one a receiver; else none.

        Raises AmbiguousIdError when several ids start with it.
        """
        with self._shared.reading() as db:
            row = find_by_id(db, "deliveries", id, _about)
            return [] if row is None else _records(db, "d.id = ?", row["id"])

    def redeliver(self, which: Selection, *, receivers: Collection[str] | None, now: datetime) -> Redelivered:
        """Make what ended due again, under its id and with its body, and what waits for a retry due now.

        Both from the start of the schedule.
        Only for `receivers` where they are given: nobody delivers to any other.
        What was delivered goes again only where ids and the receiver are named, or the status is; what waits,
        where ids or the receiver are, or the status.
        """
        at, named = to_ms(now), which.status or (which.ids and which.receiver)
        where, values = (which if named else replace(which, status="dead")).sql()
        waiting, those = which.sql()
        with self._shared.writing() as db:
            found = Counter(count(db, f"status <> 'pending' AND {where}", values))
            if which.status or which.ids or which.receiver:
                found.update(count(db, f"{NOT_ANEW} AND {waiting}", (at, *those)))
                begin_anew(db, waiting, those, at)
            gone = (
                {} if receivers is None else {name: n for name, n in found.items() if name not in receivers}
            )
            revive(db, where, values, at, without=gone)
        told = {name: n for name, n in found.items() if name not in gone}
        return Redelivered(sum(told.values()), told, gone)

    def prove(self, alert: str) -> Proof | None:
        """Return the ledger of the alert with this id, or the only one whose id starts so; else None.

        Raises AmbiguousIdError when several ids start so.
        """
        with self._shared.reading() as db:
            stored = History(db).get_alert(alert)
            if stored is None:
                return None
            written = db.execute("SELECT written FROM alerts WHERE seq = ?", (stored.seq,)).fetchone()
            told = _records(db, "d.seq IN (SELECT delivery FROM delivery_alerts WHERE alert = ?)", stored.seq)
        return Proof(
            alert=stored.alert.id,
            watch=stored.alert.watch,
            title=stored.alert.title,
            written=from_ms(written["written"]),
            partition=stored.partition,
            offset=stored.offset,
            received=stored.received,
            traceparent=stored.traceparent,
            decisions=stored.decisions,
            deliveries=tuple(told),
        )


def _about(row: sqlite3.Row) -> str:
    return f"{from_ms(row['created']):%Y-%m-%d %H:%M}  to {row['receiver']}: {row['status']}"


def _records(db: sqlite3.Connection, where: str, value: object) -> list[DeliveryRecord]:
    rows = db.execute(
        "SELECT d.*, coalesce(d.body, a.body) AS sent FROM deliveries d JOIN alerts a ON a.seq = d.alert "  # noqa: S608
        f"WHERE {where} ORDER BY d.receiver, d.seq LIMIT 1000",
        (value,),
    ).fetchall()
    return [
        DeliveryRecord(
            _listed(db, row), hashlib.sha256(row["sent"]).hexdigest(), len(row["sent"]), _attempts(db, row)
        )
        for row in rows
    ]


def _attempts(db: sqlite3.Connection, row: sqlite3.Row) -> tuple[Attempt, ...]:
    rows = db.execute(
        "SELECT * FROM attempts WHERE delivery = ? ORDER BY rowid DESC LIMIT ?", (row["seq"], MAX_ATTEMPTS)
    ).fetchall()
    return tuple(
        Attempt(from_ms(r["at"]), r["took"], r["outcome"], r["http_status"], r["detail"]) for r in rows[::-1]
    )


def _listed(db: sqlite3.Connection, row: sqlite3.Row) -> ListedDelivery:
    told = db.execute(
        "SELECT a.id FROM delivery_alerts t JOIN alerts a ON a.seq = t.alert "
        "WHERE t.delivery = ? ORDER BY t.position",
        (row["seq"],),
    )
    return ListedDelivery(
        seq=row["seq"],
        id=row["id"],
        receiver=row["receiver"],
        status=row["status"],
        attempts=row["attempts"],
        next_at=from_ms_or_null(row["next_at"]),
        outcome=row["outcome"],
        http_status=row["http_status"],
        detail=row["detail"],
        group_key=row["group_key"],
        critical=row["priority"] > 0,
        held=bool(row["held"]),
        created=from_ms(row["created"]),
        changed=from_ms(row["changed"]),
        alerts=tuple(r["id"] for r in told),
    )
