"""From a Kafka record to an alert and what it owes: pure."""

import re
from dataclasses import dataclass

from connectors.kafka.protocols import Record
from connectors.notify.routes import Router
from connectors.notify.store import Arrival
from connectors.trace import traceparent_of
from wirewatch.reasons import Reason
from wirewatch.records import ALERTS, UndecodableError

# It becomes a header, and a part of what is signed ("id.timestamp.body").
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
STAGE = "notify"
_MAX_ERROR = 500  # characters of a dead letter's error header


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that is no alert, and why."""

    record: Record
    error: str

    def headers(self) -> list[tuple[str, bytes]]:
        """Return the headers of its dead letter; `replays` is kept from an earlier round."""
        record = self.record
        earlier = dict(record.headers)
        values = {
            "topic": record.topic,
            "partition": str(record.partition),
            "offset": str(record.offset),
            "stage": STAGE,
            "reason": Reason.BAD_ALERT.value,
            "error": self.error[:_MAX_ERROR],
        }
        return [
            *((name, value.encode()) for name, value in values.items()),
            ("replays", earlier.get("replays", b"0")),
            ("traceparent", traceparent_of(record.headers).encode()),
        ]


def read_record(record: Record, router: Router) -> Arrival | BadRecord:
    """Return the alert in `record` with what it owes, or why it is none.

    Raises NewerRecordError for an alert of a version this program does not know.
    """
    raw = record.value
    if raw is None:
        return BadRecord(record, "no value")
    try:
        alert = ALERTS.decode(raw)
        raw.decode()  # fields we do not know are skipped unread, yet they are signed and sent
    except (UndecodableError, UnicodeDecodeError) as error:
        return BadRecord(record, str(error))
    if not _ID.fullmatch(alert.id):
        return BadRecord(record, "its id is not 1 to 128 of A-Z a-z 0-9 _ -")
    return Arrival(
        id=alert.id,
        watch=alert.watch,
        severity=alert.severity,
        body=raw,
        partition=record.partition,
        offset=record.offset,
        written_ms=record.timestamp_ms,
        traceparent=traceparent_of(record.headers),
        owed=router.owed(alert, raw),
    )
