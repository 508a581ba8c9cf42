"""How a part that fills `articles` writes: in batches, on topics that are there or made if they may be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from connectors.kafka.clients import open_admin, open_writer
from connectors.kafka.protocols import BrokerAwayError, DeliveryFailedError, RecordTooLargeError, Writer
from connectors.kafka.topics import ensure_topics
from wirewatch.part import PartContext
from wirewatch.trace import HEADER

RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)
"""Waits while the broker is away; the last one repeats."""


def open_part_writer(context: PartContext, group: str) -> Writer:
    """Return the writer of a connector's part, on topics that are there.

    Raises BrokerAwayError; ConfigError as open_writer does, and when topics are missing and may not be made.
    """
    admin = open_admin(context)
    try:
        ensure_topics(admin, context.settings)
    finally:
        admin.close()
    return open_writer(context, client="kafka-python", group=group)


class TracedRecord(NamedTuple):
    """A record on its way to Kafka; `topic` is its name on the broker."""

    topic: str
    key: str
    value: bytes
    traceparent: str


@dataclass
class PartWriter:
    """Delivers records, by a writer that is opened when it is needed, and anew after a failure."""

    open_writer: Callable[[], Writer]
    left_out: Callable[[TracedRecord, RecordTooLargeError], None]
    """Called for each record that Kafka never takes; the others go on without it."""
    flush_seconds: float
    failures: int = 0
    """Deliveries that failed since one succeeded."""
    _writer: Writer | None = None

    def deliver(self, records: Iterable[TracedRecord]) -> Exception | None:
        """Return None once the broker has all `records`, else why it has not: they are to be sent again.

        Raises ConfigError as `open_part_writer` does.
        """
        try:
            writer = self._writer = self._writer or self.open_writer()
            for record in records:
                self._send(writer, record)
            writer.flush(self.flush_seconds)
        except (BrokerAwayError, DeliveryFailedError) as error:
            self.close()
            self.failures += 1
            return error
        self.failures = 0
        return None

    @property
    def retry_seconds(self) -> float:
        """How long to wait after a failure."""
        return RETRY_SECONDS[min(self.failures, len(RETRY_SECONDS)) - 1]

    def close(self) -> None:
        """Give up the connection; the next delivery opens one."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _send(self, writer: Writer, record: TracedRecord) -> None:
        headers = [(HEADER, record.traceparent.encode())]
        try:
            writer.send(record.topic, key=record.key.encode(), value=record.value, headers=headers)
        except RecordTooLargeError as error:
            self.left_out(record, error)
