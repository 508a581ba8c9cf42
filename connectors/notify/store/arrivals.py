"""Alerts as they arrive, and how far Kafka was read: written in the transaction that decides on them."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.notify.store.database import to_ms
from wirewatch.alert import Alert


@dataclass(frozen=True, slots=True)
class Arrival:
    """An alert as read from Kafka."""

    alert: Alert
    body: bytes
    """Its JSON as it was read."""
    partition: int
    offset: int
    written_ms: int
    traceparent: str


def add_alert(db: sqlite3.Connection, arrival: Arrival, *, now: datetime) -> int | None:
    """Store an alert; return its seq, or None when its id is known already."""
    row = db.execute(
        "INSERT OR IGNORE INTO alerts "
        '(id, watch, severity, body, partition, "offset", written, received, traceparent) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq",
        (
            arrival.alert.id,
            arrival.alert.watch,
            arrival.alert.severity,
            arrival.body,
            arrival.partition,
            arrival.offset,
            arrival.written_ms,
            to_ms(now),
            arrival.traceparent,
        ),
    ).fetchone()
    return None if row is None else int(row["seq"])


def set_offsets(db: sqlite3.Connection, topic: str, offsets: Mapping[int, int]) -> None:
    """Store the next offset to read of `topic`, by partition."""
    db.executemany(
        "INSERT INTO offsets (topic, partition, next) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET next = excluded.next",
        [(topic, partition, following) for partition, following in offsets.items()],
    )
