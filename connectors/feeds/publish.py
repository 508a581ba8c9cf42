"""From the outbox to Kafka, in a thread of its own: a broker that is away holds up no reading."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
import structlog

from connectors.feeds import metrics
from connectors.feeds.store import FeedStore, Unsent
from connectors.kafka.part_writer import PartWriter, TracedRecord
from connectors.kafka.protocols import RecordTooLargeError, Writer
from wirewatch.article import AwareTime, TimeSource
from wirewatch.part import PartContext

BATCH = 500
BATCH_BYTES = 8 << 20
FLUSH_SECONDS = 10.0
LOOK_SECONDS = 5.0
LATENCY_UP_TO = timedelta(days=1)
"""What a feed held when it was first read says nothing about how fast we are."""

log = structlog.get_logger(__name__)


class _Times(msgspec.Struct):
    """What of an article tells its latency; the rest is not decoded."""

    published: AwareTime | None
    time_source: TimeSource
    revision: int


_TIMES = msgspec.json.Decoder(_Times)


@dataclass
class Publisher:
    """Writes what the outbox holds, oldest first; a record leaves it when the broker has it."""

    context: PartContext
    store: FeedStore
    open_writer: Callable[[], Writer]
    wake: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._writer = PartWriter(self.open_writer, _left_out, FLUSH_SECONDS)

    def run(self) -> None:
        """Publish until `stop` is set, and then once more what is there.

        Raises sqlite3.Error; ConfigError when topics are missing and may not be made.
        """
        try:
            while not self.stop.is_set():
                self.wake.clear()
                if self.drain():
                    self.wake.wait(LOOK_SECONDS)
                else:
                    self.stop.wait(self._writer.retry_seconds)
            if not self._writer.failures:
                self.drain()
        finally:
            self._writer.close()

    def end(self) -> None:
        """Let `run` write what there is once more and return; safe to call at any time."""
        self.stop.set()
        self.wake.set()

    def drain(self) -> bool:
        """Write everything there is; return False when the broker would not take it."""
        while records := self.store.unsent(BATCH, max_bytes=BATCH_BYTES):
            if (failure := self._writer.deliver(map(self._record, records))) is not None:
                self._say_away(failure)
                return False
            self.store.sent(records)
            self._observe(records)
            metrics.BACKLOG.set(self.store.backlog())
        self._ready()
        return True

    def _ready(self) -> None:
        ready, _ = self.context.health.state()
        if not ready:
            self.context.health.ready()

    def _record(self, record: Unsent) -> TracedRecord:
        topic = self.context.settings.kafka.topic(record.topic)
        return TracedRecord(topic, record.key, record.body, record.traceparent)

    def _observe(self, records: Sequence[Unsent]) -> None:
        now = self.context.now()
        for record in records:
            if record.topic != "articles":
                continue
            article = _TIMES.decode(record.body)
            if article.revision or article.time_source != "published" or article.published is None:
                continue
            if (took := now - article.published) <= LATENCY_UP_TO:
                metrics.LATENCY.observe(max(0.0, took.total_seconds()))

    def _say_away(self, failure: Exception) -> None:
        servers = self.context.settings.bootstrap_servers
        metrics.WRITE_FAILURES.inc()
        backlog = self.store.backlog()
        metrics.BACKLOG.set(backlog)
        paused = " and reading pauses" if backlog >= self.context.settings.feeds.backlog else ""
        self.context.health.waiting(
            f"the broker at {servers} is away: {failure}; {backlog} records wait in the store{paused}"
        )
        if self._writer.failures == 1:  # once an outage, not once a try
            log.warning("broker_away", servers=servers, error=str(failure))


def _left_out(record: TracedRecord, error: RecordTooLargeError) -> None:
    log.warning("record_too_large", topic=record.topic, key=record.key, detail=str(error))
