"""Reading `articles`: a splittable DoFn that reads partitions through one fetcher a process.

What a checkpoint holds decides where reading goes on: cluster id, topic id, partition and offset travel in
elements and restrictions, and the client's own notion of where to start is never asked. On Flink they are the
state of two steps instead (`pipelines.source.ticks`).
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import apache_beam as beam
import structlog
from apache_beam.utils.timestamp import Duration

from connectors.kafka.protocols import BrokerAwayError, Record, TopicPartition
from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.source.fetch import Fetcher
from pipelines.source.offsets import BEGINNING, TRACKER, WATERMARK
from pipelines.source.partitions import FindPartitions, SourcePartition, TopicLooks

log = structlog.get_logger(__name__)

MAX_BATCH_BYTES = 4 << 20  # a batch's articles are in memory at once
MIN_BATCH_RECORDS = 50


@dataclass(frozen=True)
class ReadPolicy:
    """How a read behaves on its engine."""

    max_records: int
    """Records that go through the steps at once."""
    bundle_records: int = 4000
    """Records of all partitions after which a bundle is given back, so that it can be committed."""
    bundle_seconds: float = 1.0
    """Time after which it is given back, however few they are: a stop waits for no longer."""
    idle_delay: float = 0.02
    """Seconds the runner should let pass before it calls again when there was nothing."""


class FetcherPool:
    """The process's one Fetcher, shared by every read in it. `on_data` lets an engine be woken."""

    on_data: ClassVar[Callable[[], None]] = staticmethod(lambda: None)
    _fetchers: ClassVar[dict[str, Fetcher]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    @classmethod
    def get(cls, access: KafkaAccess) -> Fetcher:
        """Return the fetcher for `access`, started at the first call."""
        with cls._lock:
            if access.key not in cls._fetchers:
                cls._fetchers[access.key] = Fetcher(access.reader, lambda: cls.on_data())  # noqa: PLW0108  # set later
            return cls._fetchers[access.key]

    @classmethod
    def discard(cls, fetcher: Fetcher) -> None:
        """Close a fetcher that failed, so that the next read starts a new one."""
        with cls._lock:
            for key in [k for k, f in cls._fetchers.items() if f is fetcher]:
                del cls._fetchers[key]
        fetcher.close()

    @classmethod
    def away(cls) -> str | None:
        """Why the broker cannot be read right now, or None."""
        with cls._lock:
            return next((f.away for f in cls._fetchers.values() if f.away), None)

    @classmethod
    def positions(cls) -> dict[TopicPartition, tuple[int, int]]:
        """Return every read partition with its position and the Kafka timestamp of the last record taken."""
        with cls._lock:
            return {p: at for f in cls._fetchers.values() for p, at in f.positions().items()}

    @classmethod
    def close(cls) -> None:
        """End every fetcher of this process."""
        with cls._lock:
            while cls._fetchers:
                cls._fetchers.popitem()[1].close()


class PartitionReads:
    """Takes partitions' shares of a bundle, from where a checkpoint stands."""

    def __init__(self, access: KafkaAccess, policy: ReadPolicy) -> None:
        self._access = access
        self._policy = policy
        self._until = 0.0

    def start_bundle(self) -> None:
        """Begin the time that all partitions of this bundle have together."""
        self._until = time.monotonic() + self._policy.bundle_seconds

    def stream_at(self, partition: SourcePartition, start: int) -> tuple[Fetcher, int]:
        """Return the fetcher with a stream of `partition` standing at `start`, and where that is.

        That is `start`, but for BEGINNING: then it is where the log begins, to be kept also while there is
        nothing to read. A stream stands elsewhere after a start, a bundle that was abandoned, or a log that
        lost its head. Raises BrokerAwayError; StateRefusedError when nothing can be read from `start`.
        """
        fetcher = FetcherPool.get(self._access)
        if fetcher.position(partition.place) != start:
            TopicLooks.take(self._access, partition.topic).check(partition)
            offset = self._offset_in_log(partition, start)
            start = offset if start == BEGINNING else start
            fetcher.open(partition.place, offset, position=start)
        return fetcher, start

    def batches(self, fetcher: Fetcher, place: TopicPartition) -> Iterator[list[Record]]:
        """Yield a partition's share of a bundle: at least a small batch, so that none starves."""
        late = time.monotonic() >= self._until
        share = 0 if late else self._policy.bundle_records // max(1, fetcher.busy())
        most = max(MIN_BATCH_RECORDS, min(self._policy.max_records, share))
        taken = 0
        records = self._take(fetcher, place, most)
        while records:
            yield records
            taken += len(records)
            if taken >= share or time.monotonic() >= self._until:
                return
            records = self._take(fetcher, place, most)

    def _take(self, fetcher: Fetcher, place: TopicPartition, most: int) -> list[Record]:
        try:
            return fetcher.take(place, most, MAX_BATCH_BYTES)
        except Exception:
            FetcherPool.discard(fetcher)
            raise

    def _offset_in_log(self, partition: SourcePartition, start: int) -> int:
        reader = self._access.reader()
        try:
            first, end = reader.bounds([partition.place])[partition.place]
        finally:
            reader.close()
        partition.check_offset(start, end)
        if start < first:
            if start != BEGINNING:
                metrics.SKIPPED.labels(partition=str(partition.partition)).inc(first - start)
                log.error(
                    "records_expired_unread", partition=partition.label, from_offset=start, to_offset=first
                )
            return first
        return start


class ReadArticles(beam.DoFn):
    """Partition → lists of records, one list a poll; the last offset of each is claimed once."""

    def __init__(self, access: KafkaAccess, policy: ReadPolicy) -> None:
        self._access = access
        self._policy = policy
        self._reads = PartitionReads(access, policy)

    def start_bundle(self) -> None:
        """Begin the time that all partitions of this bundle have together."""
        self._reads.start_bundle()

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        element: tuple[str, str, str, int],
        tracker: Any = TRACKER,  # noqa: ANN401  # Beam reads the default and hands in a tracker
        _watermark: Any = WATERMARK,  # noqa: ANN401
    ) -> Iterator[list[Record]]:
        """Yield what has been fetched of a SourcePartition, then give the rest back to the runner."""
        partition = SourcePartition(*element)
        if (look := TopicLooks.last(self._access, partition.topic)) is not None:
            look.check(partition)
        start = tracker.current_restriction().start
        try:
            fetcher, at = self._reads.stream_at(partition, start)
        except BrokerAwayError:
            tracker.defer_remainder(Duration(seconds=0.5))
            return
        if at != start:
            tracker.try_claim(at - 1)
        taken = 0
        for records in self._reads.batches(fetcher, partition.place):
            if not tracker.try_claim(records[-1].offset):
                fetcher.open(partition.place, records[0].offset)
                return
            taken += len(records)
            yield records
        tracker.defer_remainder(Duration(seconds=0 if taken else self._policy.idle_delay))


def read_splittable(
    pipeline: beam.Pipeline, access: KafkaAccess, policy: ReadPolicy
) -> beam.PCollection[list[Record]]:
    """Return what comes in `articles`, a list a poll."""
    return (
        pipeline
        | "topic" >> beam.Create([access.settings.kafka.topic("articles")], reshuffle=False)
        | "partitions" >> beam.ParDo(FindPartitions(access))
        | "read" >> beam.ParDo(ReadArticles(access, policy))
    )
