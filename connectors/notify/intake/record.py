"""From a Kafka record to an alert: pure but for the trace that begins when none came."""

import os
import re
from dataclasses import dataclass

from connectors.kafka.dead_letters import Outgoing, dead_letter
from connectors.kafka.protocols import Headers, Record
from connectors.notify.store import Arrival
from wirewatch.reasons import Reason
from wirewatch.records import ALERTS, UndecodableError
from wirewatch.trace import HEADER, new_traceparent, parse_traceparent

# It becomes a header, and a part of what is signed ("id.timestamp.body").
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
STAGE = "notify"


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that is no alert, and why."""

    record: Record
    error: str

    def letter(self) -> Outgoing:
        """Return its dead letter."""
        return dead_letter(self.record, stage=STAGE, reason=Reason.BAD_ALERT, error=self.error)


def read_record(record: Record) -> Arrival | BadRecord:
    """Return the alert in `record`, or why it is none.

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
        alert=alert,
        body=raw,
        partition=record.partition,
        offset=record.offset,
        written_ms=record.timestamp_ms,
        traceparent=_traceparent(record.headers),
    )


def _traceparent(headers: Headers) -> str:
    """Return the trace the record came with; a new one when it names none that is valid."""
    trace = parse_traceparent(dict(headers).get(HEADER, b""))
    if trace is None:
        return new_traceparent(os.urandom)
    # Written anew: a later version of the header may go on with anything.
    return f"00-{trace.trace_id}-{trace.parent_id}-{'01' if trace.sampled else '00'}"
