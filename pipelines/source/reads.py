"""What a bundle takes of each partition, from where a checkpoint stands: alike on every engine."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from connectors.kafka.protocols import Record, TopicPartition
from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.source.fetch import Fetcher
from pipelines.source.offsets import BEGINNING
from pipelines.source.partitions import SourcePartition, TopicLooks
from pipelines.source.pool import FetcherPool

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

    def batches(self, fetcher: Fetcher, place: TopicPartition, at: int) -> Iterator[list[Record]]:
        """Yield a partition's share of a bundle, from `at` on: a small batch at least; none starves."""
        late = time.monotonic() >= self._until
        share = 0 if late else self._policy.bundle_records // max(1, fetcher.busy())
        most = max(MIN_BATCH_RECORDS, min(self._policy.max_records, share))
        taken = 0
        records = self._take(fetcher, place, most, at)
        while records:
            yield records
            taken += len(records)
            if taken >= share or time.monotonic() >= self._until:
                return
            records = self._take(fetcher, place, most, records[-1].offset + 1)

    def _take(self, fetcher: Fetcher, place: TopicPartition, most: int, at: int) -> list[Record]:
        try:
            return fetcher.take(place, most, MAX_BATCH_BYTES, at=at)
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
