"""Reading `articles`: one splittable DoFn finds partitions, another reads them.

What a checkpoint holds decides where reading goes on: cluster id, topic id, partition and offset travel in
elements and restrictions, and the client's own notion of where to start is never asked.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import apache_beam as beam
import structlog
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.utils.timestamp import Duration

from connectors.kafka.protocols import BrokerAwayError, Record, TopicPartition
from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.fetch import Fetcher
from wirewatch.errors import StateRefusedError

log = structlog.get_logger()

ENDLESS = 2**62
BEGINNING = -1  # a restriction that was never read: wherever the log begins, nothing was promised yet
MAX_BATCH_BYTES = 8 << 20  # a bundle's elements are in memory at once; 8 MiB is about 2,000 articles of 4 KB
LOOK_FOR_PARTITIONS_SECONDS = 15
START_OVER = "`wirewatch state reset` starts over with an empty checkpoint"


class SourcePartition(NamedTuple):
    """A partition as the checkpoint knows it: by the ids of its cluster and topic, not by name alone."""

    cluster_id: str
    topic_id: str
    topic: str
    partition: int

    @property
    def place(self) -> TopicPartition:
        """Its name."""
        return TopicPartition(self.topic, self.partition)


class _SelfCheckpointOnly(OffsetRestrictionTracker):
    """Offsets without an end. Runners may stop it where it stands, but not cut off a part of the future."""

    def is_bounded(self) -> bool:
        return False

    def try_split(self, fraction_of_remainder: float) -> Any:  # noqa: ANN401  # Beam's own signature
        return super().try_split(0) if fraction_of_remainder == 0 else None


class _Offsets(RestrictionProvider):
    """From the beginning on, without end."""

    def initial_restriction(self, _element: object) -> OffsetRange:
        return OffsetRange(BEGINNING, ENDLESS)

    def create_tracker(self, restriction: OffsetRange) -> OffsetRestrictionTracker:
        return _SelfCheckpointOnly(restriction)

    def split(self, _element: object, restriction: OffsetRange) -> Iterator[OffsetRange]:
        yield restriction

    def restriction_size(self, _element: object, _restriction: OffsetRange) -> int:
        return 1

    def truncate(self, _element: object, restriction: OffsetRange) -> OffsetRange:
        return restriction


_TRACKER = beam.DoFn.RestrictionParam(_Offsets())
# Without an estimator the watermark would stay at the beginning of time for ever on some runners.
_WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())


class FindPartitions(beam.DoFn):
    """Topic name → its partitions, each once, and new ones as they appear.

    The restriction's position is the number of partitions known.
    """

    def __init__(self, access: KafkaAccess, every: float = LOOK_FOR_PARTITIONS_SECONDS) -> None:
        self._access = access
        self._every = every
        self._next_look = 0.0

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        topic: str,
        tracker: Any = _TRACKER,  # noqa: ANN401  # Beam reads the default and hands in a tracker
        _watermark: Any = _WATERMARK,  # noqa: ANN401
    ) -> Iterator[SourcePartition]:
        """Yield partitions not seen before, then come back later."""
        # An engine that is woken by data calls early: asking the broker each time would be a storm.
        wait = self._next_look - time.monotonic()
        if wait > 0:
            tracker.defer_remainder(Duration(seconds=wait))
            return
        known = max(0, tracker.current_restriction().start)
        found = self._look(topic)
        if found and len(found) < known:
            raise StateRefusedError(
                f"topic {topic} has {len(found)} partitions, the checkpoint knows {known}: "
                f"it was made again with fewer; {START_OVER}"
            )
        for partition in found[known:]:
            if not tracker.try_claim(partition.partition):
                return
            log.info("partition_found", topic=topic, partition=partition.partition)
            yield partition
        pause = self._every if found else 1
        self._next_look = time.monotonic() + pause
        tracker.defer_remainder(Duration(seconds=pause))

    def _look(self, topic: str) -> list[SourcePartition]:
        admin = self._access.admin()
        try:
            info = admin.topics([topic]).get(topic)
            if info is None:
                return []
            cluster = admin.cluster_id()
        except BrokerAwayError as error:
            log.warning("partitions_not_read", topic=topic, error=str(error))
            return []
        finally:
            admin.close()
        return [SourcePartition(cluster, info.topic_id, topic, n) for n in range(info.partitions)]


@dataclass(frozen=True)
class ReadPolicy:
    """How a read behaves on its engine."""

    max_records: int = 1000
    bundle_records: int = 4000
    """Records after which a read gives the bundle back, so that it can be committed."""
    wait: float = 0.05
    """Seconds to wait for the first record; 0 where the engine is woken when data arrives."""
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
        key = access.settings.model_dump_json()
        with cls._lock:
            if key not in cls._fetchers:
                cls._fetchers[key] = Fetcher(access.reader, lambda: cls.on_data())  # noqa: PLW0108  # set later
            return cls._fetchers[key]

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


class ReadArticles(beam.DoFn):
    """Partition → lists of records, one list a poll; the last offset of each is claimed once."""

    def __init__(self, access: KafkaAccess, policy: ReadPolicy) -> None:
        self._access = access
        self._policy = policy

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        partition: SourcePartition,
        tracker: Any = _TRACKER,  # noqa: ANN401  # Beam reads the default and hands in a tracker
        _watermark: Any = _WATERMARK,  # noqa: ANN401
    ) -> Iterator[list[Record]]:
        """Yield what has been fetched, then give the rest back to the runner."""
        try:
            fetcher = self._stream_at(partition, tracker)
        except BrokerAwayError:
            tracker.defer_remainder(Duration(seconds=0.5))
            return
        taken = 0
        waited = False
        while taken < self._policy.bundle_records:
            records = self._take(fetcher, partition.place)
            if not records:
                if waited or taken or not self._policy.wait:
                    break
                waited = True
                fetcher.wait(self._policy.wait)
                continue
            if not tracker.try_claim(records[-1].offset):
                fetcher.open(partition.place, records[0].offset)
                return
            taken += len(records)
            yield records
        tracker.defer_remainder(Duration(seconds=0 if taken else self._policy.idle_delay))

    def _take(self, fetcher: Fetcher, place: TopicPartition) -> list[Record]:
        try:
            return fetcher.take(place, self._policy.max_records, MAX_BATCH_BYTES)
        except Exception:
            FetcherPool.discard(fetcher)
            raise

    def _stream_at(self, partition: SourcePartition, tracker: Any) -> Fetcher:  # noqa: ANN401  # Beam's
        """Return the fetcher with a stream of `partition` standing where the restriction begins.

        A stream stands elsewhere after a start, a bundle that was abandoned, or a log that lost its head.
        """
        start = tracker.current_restriction().start
        fetcher = FetcherPool.get(self._access)
        if fetcher.position(partition.place) != start:
            self._check_identity(partition)
            offset = self._offset_in_log(partition, start)
            if start == BEGINNING:
                # From here on the checkpoint says where it stands, also while there is nothing to read.
                tracker.try_claim(offset - 1)
                start = offset
            fetcher.open(partition.place, offset, position=start)
        return fetcher

    def _check_identity(self, partition: SourcePartition) -> None:
        admin = self._access.admin()
        try:
            cluster = admin.cluster_id()
            info = admin.topics([partition.topic]).get(partition.topic)
        finally:
            admin.close()
        if cluster != partition.cluster_id:
            raise StateRefusedError(
                f"the checkpoint belongs to Kafka cluster {partition.cluster_id}, the broker is {cluster}: "
                f"point kafka.bootstrap_servers back at it, or {START_OVER}"
            )
        if info is None or info.topic_id != partition.topic_id:
            found = "is gone" if info is None else f"was made again (id {info.topic_id})"
            raise StateRefusedError(
                f"topic {partition.topic} of the checkpoint (id {partition.topic_id}) {found}: {START_OVER}"
            )

    def _offset_in_log(self, partition: SourcePartition, start: int) -> int:
        reader = self._access.reader()
        try:
            first, end = reader.bounds([partition.place])[partition.place]
        finally:
            reader.close()
        where = f"{partition.topic}-{partition.partition}"
        if start > end:
            raise StateRefusedError(
                f"{where}: the checkpoint stands at offset {start}, the log ends at {end}: records were lost "
                f"(a power cut, or a topic restored from an older copy); {START_OVER}"
            )
        if start < first:
            if start != BEGINNING:
                metrics.SKIPPED.labels(partition=str(partition.partition)).inc(first - start)
                log.error("records_expired_unread", partition=where, from_offset=start, to_offset=first)
            return first
        return start
