"""Taking alerts from Kafka: each batch and its offsets go into the outbox in one transaction."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from connectors.kafka.protocols import (
    Admin,
    BrokerAwayError,
    DeliveryFailedError,
    OffsetOutOfRangeError,
    Reader,
    Record,
    TopicPartition,
    Writer,
)
from connectors.kafka.topics import ensure_topics
from connectors.notify import metrics
from connectors.notify.grouping.decider import Decider
from connectors.notify.intake.announce import announce
from connectors.notify.intake.record import STAGE, BadRecord, read_record
from connectors.notify.store import Arrival, Outbox, ReceiverStates, close_expired
from wirewatch.errors import NewerRecordError
from wirewatch.part import PartContext
from wirewatch.reasons import Reason

MAX_RECORDS = 500
_POLL = 0.5  # seconds; how soon a stop is noticed
_REFRESH = timedelta(seconds=5)  # between looks at lag and new partitions
_ANNOUNCE_AGAIN = timedelta(minutes=1)  # after a try that failed, which held reading up for _FLUSH seconds
_RETRY = 1.0  # seconds between tries while the broker or the disk is away
_FLUSH = 10.0
_PRUNE_AT_ONCE = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Clients:
    """Open clients of one broker."""

    reader: Reader
    admin: Admin
    writer: Writer


class OpenClients(Protocol):
    """Opens clients; raises BrokerAwayError."""

    def __call__(self) -> AbstractContextManager[Clients]:
        """Return the open clients, closed on leaving the block."""


class AlertConsumer:
    """Reads the alerts topic into the outbox until the part stops. Runs on a thread of its own."""

    def __init__(
        self,
        context: PartContext,
        *,
        open_clients: OpenClients,
        outbox: Outbox,
        decider: Decider,
        wake: Callable[[], None],
    ) -> None:
        self._context = context
        self._open_clients = open_clients
        self._outbox = outbox
        self._states = ReceiverStates(outbox.shared)
        self._decider = decider
        self._wake = wake
        self._topic = context.settings.kafka.topic("alerts")
        self._dead_letters = context.settings.kafka.topic("dead-letters")
        self._keep = timedelta(days=context.settings.notify.keep_days)
        self._next: dict[TopicPartition, int] = {}
        self._last_ms: dict[TopicPartition, int] = {}
        self._refreshed: datetime | None = None
        self._unannounced: datetime | None = None
        self._buried: set[tuple[int, int]] = set()

    def run(self) -> None:
        """Consume until the stop signal.

        Raises NewerRecordError, having taken in all before that record; ConfigError for topics that are
        missing and may not be made.
        """
        while not self._context.stop.is_set():
            try:
                with self._open_clients() as clients:
                    self._consume(clients)
            except BrokerAwayError as error:
                self._wait(f"broker at {self._context.settings.bootstrap_servers} is away: {error}")
            except DeliveryFailedError as error:
                self._wait(f"a dead letter could not be written: {error}")
            except sqlite3.Error as error:
                self._wait(f"the outbox cannot be written: {error}")

    def _wait(self, why: str) -> None:
        """Say what is waited for, then start over from the stored offsets: nothing was skipped."""
        if self._context.health.state() != (False, why):
            log.warning("consuming_waits", why=why)
        self._context.health.waiting(why)
        self._context.stop.wait(_RETRY)

    def _consume(self, clients: Clients) -> None:
        self._next = {}
        self._refreshed = None
        self._bind(clients)
        while not self._context.stop.is_set():
            self._refresh(clients)
            try:
                records = clients.reader.poll(_POLL, MAX_RECORDS)
            except OffsetOutOfRangeError as error:
                self._start_again(clients, error.partition)
                continue
            self._context.health.ready()
            if records:
                self._take(clients, records)

    def _bind(self, clients: Clients) -> None:
        """Make sure that the stored offsets are of this very topic; ids make reading it again harmless."""
        info = ensure_topics(clients.admin, self._context.settings)[self._topic]
        cluster = clients.admin.cluster_id()
        if not self._outbox.bind_topic(self._topic, cluster_id=cluster, topic_id=info.topic_id):
            metrics.OFFSET_RESETS.labels("topic").inc()
            log.warning("topic_changed", topic=self._topic, cluster=cluster, reads_from="its start")

    def _refresh(self, clients: Clients) -> None:
        """Every few seconds: new partitions, lag, old alerts, expired incidents, announcements."""
        now = self._context.now()
        if self._refreshed is not None and timedelta() <= now - self._refreshed < _REFRESH:
            return
        self._refreshed = now
        info = clients.admin.topics([self._topic]).get(self._topic)
        if info is None:
            raise BrokerAwayError(f"topic {self._topic} is gone")
        partitions = [TopicPartition(self._topic, number) for number in range(info.partitions)]
        bounds = clients.reader.bounds(partitions)
        if set(partitions) != set(self._next):
            self._assign(clients, bounds)
        self._measure(bounds, now)
        self._outbox.prune(before=now - self._keep, limit=_PRUNE_AT_ONCE)
        self._decider.forget(before=now - self._keep)
        close_expired(self._outbox.shared, now=now)
        self._announce(clients.writer, now)

    def _announce(self, writer: Writer, now: datetime) -> None:
        """Write what notify has to say itself; alerts are read also while that cannot be written."""
        if self._unannounced is not None and timedelta() <= now - self._unannounced < _ANNOUNCE_AGAIN:
            return
        self._unannounced = None
        try:
            announce(self._states, writer, self._topic)
        except DeliveryFailedError as error:
            self._unannounced = now
            log.warning("announcement_failed", error=str(error))

    def _assign(self, clients: Clients, bounds: Mapping[TopicPartition, tuple[int, int]]) -> None:
        stored = self._outbox.offsets(self._topic)
        self._next = {tp: self._start(tp, stored.get(tp.partition), span) for tp, span in bounds.items()}
        clients.reader.assign(self._next)
        log.info(
            "partitions_assigned", topic=self._topic, offsets={t.partition: o for t, o in self._next.items()}
        )

    def _start(self, partition: TopicPartition, stored: int | None, span: tuple[int, int]) -> int:
        """Return where to read from: the stored offset, or the log's start when it has none such."""
        first, end = span
        if stored is None:
            return first
        if first <= stored <= end:
            return stored
        metrics.OFFSET_RESETS.labels("gap").inc()
        log.warning(
            "offset_out_of_range", partition=partition.partition, wanted=stored, log_start=first, log_end=end
        )
        return first

    def _start_again(self, clients: Clients, partition: TopicPartition) -> None:
        bounds = clients.reader.bounds([partition])
        self._next[partition] = self._start(partition, self._next[partition], bounds[partition])
        clients.reader.assign(self._next)

    def _take(self, clients: Clients, records: Sequence[Record]) -> None:
        """Store a batch; a record of a newer version ends it, with all before that one stored."""
        arrivals: list[Arrival] = []
        bad: list[BadRecord] = []
        newer: NewerRecordError | None = None
        offsets: dict[int, int] = {}
        for record in records:
            try:
                read = read_record(record)
            except NewerRecordError as error:
                newer = error
                break
            (bad if isinstance(read, BadRecord) else arrivals).append(read)  # type: ignore[arg-type]
            offsets[record.partition] = record.offset + 1
            self._last_ms[TopicPartition(record.topic, record.partition)] = record.timestamp_ms
        self._bury(clients.writer, bad)
        self._store(arrivals, offsets)
        self._buried.clear()
        if newer is not None:
            raise newer

    def _store(self, arrivals: Sequence[Arrival], offsets: Mapping[int, int]) -> None:
        now = self._context.now()
        # An older one's id may be forgotten already, so it could be told twice.
        oldest_ms = (now - self._keep).timestamp() * 1000
        current = [arrival for arrival in arrivals if arrival.written_ms >= oldest_ms]
        fresh = self._decider.take_in(self._topic, current, offsets, now=now)
        self._next.update({TopicPartition(self._topic, p): following for p, following in offsets.items()})
        if fresh:
            self._wake()
        self._count(fresh, now, repeated=len(current) - len(fresh), expired=len(arrivals) - len(current))

    def _count(self, fresh: Iterable[Arrival], now: datetime, *, repeated: int, expired: int) -> None:
        for arrival in fresh:
            alert = arrival.alert
            metrics.ALERTS_RECEIVED.labels(alert.watch, alert.severity).inc()
            metrics.LAST_ALERT.labels(alert.watch).set(now.timestamp())
            log.info("alert_received", id=alert.id, watch=alert.watch, trace=arrival.traceparent)
        metrics.ALERTS_REPEATED.inc(repeated)
        metrics.ALERTS_EXPIRED.inc(expired)

    def _bury(self, writer: Writer, bad: Sequence[BadRecord]) -> None:
        """Write dead letters; they are on the broker before the offset moves.

        While the disk is full the same batch comes again every second: its letters are written once.
        """
        bad = [item for item in bad if (item.record.partition, item.record.offset) not in self._buried]
        for item in bad:
            letter = item.letter()
            writer.send(self._dead_letters, key=letter.key, value=letter.value, headers=letter.headers)
        if bad:
            writer.flush(_FLUSH)
        for item in bad:
            self._buried.add((item.record.partition, item.record.offset))
            metrics.DEAD_LETTERS.labels(Reason.BAD_ALERT.value).inc()
            log.warning(
                "dead_letter",
                stage=STAGE,
                reason=Reason.BAD_ALERT.value,
                error=item.error,
                topic=item.record.topic,
                partition=item.record.partition,
                offset=item.record.offset,
            )

    def _measure(self, bounds: Mapping[TopicPartition, tuple[int, int]], now: datetime) -> None:
        waiting = {tp: max(0, end - self._next[tp]) for tp, (_, end) in bounds.items()}
        for tp, records in waiting.items():
            metrics.LAG_RECORDS.labels(str(tp.partition)).set(records)
        ages = [
            now.timestamp() - self._last_ms[tp] / 1000
            for tp, records in waiting.items()
            if records and tp in self._last_ms
        ]
        metrics.LAG_SECONDS.set(max(ages, default=0.0))
