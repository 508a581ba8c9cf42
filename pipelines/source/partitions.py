"""Which partitions the topic has, and whether it is still the topic that the checkpoint belongs to."""

import time
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import apache_beam as beam
import structlog
from apache_beam.utils.timestamp import Duration

from connectors.kafka.protocols import BrokerAwayError, TopicInfo, TopicPartition
from pipelines.access import KafkaAccess
from pipelines.source.offsets import TRACKER, WATERMARK
from wirewatch.errors import START_OVER, StateRefusedError

log = structlog.get_logger(__name__)

LOOK_SECONDS = 15  # between looks at a topic that is there
ABSENT_SECONDS = 1  # between looks at one that is not, or while the broker is away


class SourcePartition(NamedTuple):
    """A partition as the checkpoint knows it: by the ids of its cluster and topic, not by name alone.

    It is stored as a plain tuple of these fields, in this order.
    """

    cluster_id: str
    topic_id: str
    topic: str
    partition: int

    @property
    def place(self) -> TopicPartition:
        """Its name."""
        return TopicPartition(self.topic, self.partition)

    @property
    def label(self) -> str:
        """Its name as a person writes it."""
        return f"{self.topic}-{self.partition}"

    def check_offset(self, start: int, end: int) -> None:
        """Raise StateRefusedError when the checkpoint's `start` lies beyond the log's `end`."""
        if start > end:
            raise StateRefusedError(
                f"{self.label}: the checkpoint stands at offset {start}, the log ends at {end}: records were "
                f"lost (a power cut, or a topic restored from an older copy); {START_OVER}"
            )


class Look(NamedTuple):
    """What the broker said of a topic; `info` is None when it has none of that name."""

    cluster_id: str
    info: TopicInfo | None

    def check(self, partition: SourcePartition) -> None:
        """Raise StateRefusedError when `partition` is of another cluster, or another topic of its name."""
        if self.cluster_id != partition.cluster_id:
            raise StateRefusedError(
                f"the checkpoint belongs to Kafka cluster {partition.cluster_id}, the broker is "
                f"{self.cluster_id}: point kafka.bootstrap_servers back at it, or {START_OVER}"
            )
        if self.info is None or self.info.topic_id != partition.topic_id:
            found = "is gone" if self.info is None else f"was recreated (id {self.info.topic_id})"
            raise StateRefusedError(
                f"topic {partition.topic} of the checkpoint (id {partition.topic_id}) {found}: {START_OVER}"
            )


class TopicLooks:
    """The last look at each topic, for every step of this process.

    A client that reads a topic which is deleted stays silent, and if it is made again may read on in the new
    one: only its id tells.
    """

    _last: ClassVar[dict[tuple[str, str], Look]] = {}

    @classmethod
    def take(cls, access: KafkaAccess, topic: str) -> Look:
        """Ask the broker. Raises BrokerAwayError."""
        admin = access.admin()
        try:
            look = Look(admin.cluster_id(), admin.topics([topic]).get(topic))
        finally:
            admin.close()
        cls._last[access.key, topic] = look
        return look

    @classmethod
    def last(cls, access: KafkaAccess, topic: str) -> Look | None:
        """Return what the broker said last, if it was asked."""
        return cls._last.get((access.key, topic))


class FindPartitions(beam.DoFn):
    """Topic name → its partitions, each once, and new ones as they appear.

    The restriction's position is the number of partitions known.
    """

    def __init__(self, access: KafkaAccess, every: float = LOOK_SECONDS) -> None:
        self._access = access
        self._every = every
        self._next_look = 0.0

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        topic: str,
        tracker: Any = TRACKER,  # noqa: ANN401  # Beam reads the default and hands in a tracker
        _watermark: Any = WATERMARK,  # noqa: ANN401
    ) -> Iterator[tuple[str, str, str, int]]:
        """Yield partitions (see SourcePartition) not seen before, then come back later."""
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
                f"it was recreated with fewer; {START_OVER}"
            )
        for partition in found[known:]:
            if not tracker.try_claim(partition.partition):
                return
            log.info("partition_found", topic=topic, partition=partition.partition)
            yield partition
        pause = self._every if found else ABSENT_SECONDS
        self._next_look = time.monotonic() + pause
        tracker.defer_remainder(Duration(seconds=pause))

    def _look(self, topic: str) -> list[SourcePartition]:
        try:
            cluster, info = TopicLooks.take(self._access, topic)
        except BrokerAwayError as error:
            log.warning("partitions_not_read", topic=topic, error=str(error))
            return []
        count = info.partitions if info else 0
        return [SourcePartition(cluster, info.topic_id if info else "", topic, n) for n in range(count)]
