"""Reading `articles` on Flink: at each tick of the runner's source, a step with state takes what has come.

Not the splittable read of the embedded engine. Flink runners before 2.77 keep each read that is given back
under a name of its own and forget none: idle, .9 a second, 2.3 KB each in every checkpoint and 84 KB of the
TaskManager's heap, for good. And a read that waits for articles in its bundle has the checkpoint wait.
Here offsets are ordinary keyed state, and nothing ever waits.
"""

import time
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import apache_beam as beam
import msgspec
import structlog
from apache_beam.coders import BytesCoder, VarIntCoder
from apache_beam.io.flink.flink_streaming_impulse_source import FlinkStreamingImpulseSource
from apache_beam.transforms.userstate import BagStateSpec

from connectors.kafka.protocols import BrokerAwayError, Record
from pipelines.access import KafkaAccess
from pipelines.source.offsets import BEGINNING
from pipelines.source.partitions import ABSENT_SECONDS, LOOK_SECONDS, SourcePartition, TopicLooks
from pipelines.source.reads import PartitionReads, ReadPolicy

log = structlog.get_logger(__name__)

TICK_SECONDS: Final = 0.2
"""Between ticks: an article waits for half of it on average, and each costs some ms in every worker."""
READ: Final = ReadPolicy(max_records=1000, bundle_seconds=1.0)
"""A bundle that works through a backlog ends after a second: a checkpoint waits for it, and the worker waits
for the next one (see BUNDLE_MS). The runner's share of a batch is larger than the embedded engine's."""


class _Topic(NamedTuple):
    """What was known of the topic when it was last looked at."""

    cluster_id: str
    topic_id: str
    partitions: int


_TOPIC: Final = BagStateSpec("topic", BytesCoder())
_OFFSET: Final = BagStateSpec("offset", VarIntCoder())
_PACK: Final = msgspec.msgpack.Encoder()
_UNPACK: Final = msgspec.msgpack.Decoder(_Topic)


def read_on_ticks(pipeline: beam.Pipeline, access: KafkaAccess) -> beam.PCollection[list[Record]]:
    """Return what comes in `articles`, a list a poll."""
    return (
        pipeline
        | "ticks" >> FlinkStreamingImpulseSource().set_interval_ms(round(1000 * TICK_SECONDS))
        | "topic" >> beam.ParDo(NameTopic(access.settings.kafka.topic("articles")))
        | "partitions" >> beam.ParDo(FindOnTick(access))
        | "read" >> beam.ParDo(ReadOnTick(access, READ))
    )


class NameTopic(beam.DoFn):
    """Tick → (topic, nothing): each slot has ticks of its own, and one of them is to look for partitions."""

    def __init__(self, topic: str) -> None:
        self._topic = topic

    def process(self, _tick: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the topic."""
        yield self._topic, b""


class FindOnTick(beam.DoFn):
    """(topic, nothing) → (number, SourcePartition) of each partition, again at every tick.

    Its state is what was known of the topic: one that was made again is refused.
    """

    def __init__(self, access: KafkaAccess, every: float = LOOK_SECONDS, tick: float = TICK_SECONDS) -> None:
        self._access = access
        self._every = every
        self._tick = tick
        self._next_tick = self._next_look = 0.0
        self._found: list[SourcePartition] = []

    def process(
        self,
        tick: tuple[str, bytes],
        kept: Any = beam.DoFn.StateParam(_TOPIC),  # noqa: ANN401  # Beam reads the default
    ) -> Iterator[tuple[str, tuple[str, str, str, int]]]:
        """Yield every partition, but once a tick at most, however many slots' ticks come here."""
        now = time.monotonic()
        if now < self._next_tick:
            return
        self._next_tick = now + self._tick / 2
        if now >= self._next_look:
            self._look(tick[0], kept)
            self._next_look = now + (self._every if self._found else ABSENT_SECONDS)
        for partition in self._found:
            yield str(partition.partition), partition

    def _look(self, topic: str, kept: Any) -> None:  # noqa: ANN401  # Beam's
        try:
            look = TopicLooks.take(self._access, topic)
        except BrokerAwayError as error:
            log.warning("partitions_not_read", topic=topic, error=str(error))
            return
        stored = next(iter(kept.read()), None)
        if stored is not None:
            before = _UNPACK.decode(stored)
            look.check(SourcePartition(before.cluster_id, before.topic_id, topic, 0))
        if look.info is None:
            log.warning("topic_missing", topic=topic)
            return
        found = _Topic(look.cluster_id, look.info.topic_id, look.info.partitions)
        if stored is None or found != before:
            kept.clear()
            kept.add(_PACK.encode(found))
        for number in range(len(self._found), found.partitions):
            self._found.append(SourcePartition(found.cluster_id, found.topic_id, topic, number))
            log.info("partition_found", topic=topic, partition=number)


class ReadOnTick(beam.DoFn):
    """(number, SourcePartition) → lists of records, one list a poll. Its state is where the partition stands.

    The state is read at each tick, and decides: after a failure the runner may go on with this very instance
    and an older state, and what it has taken since must be read again.
    """

    def __init__(self, access: KafkaAccess, policy: ReadPolicy) -> None:
        self._reads = PartitionReads(access, policy)
        self._served: set[SourcePartition] = set()

    def start_bundle(self) -> None:
        """Begin the time that all partitions of this bundle have together."""
        self._reads.start_bundle()
        self._served.clear()

    def process(
        self,
        tick: tuple[str, tuple[str, str, str, int]],
        kept: Any = beam.DoFn.StateParam(_OFFSET),  # noqa: ANN401  # Beam reads the default
    ) -> Iterator[list[Record]]:
        """Yield what has been fetched, once a bundle: ticks that waited meanwhile do nothing more."""
        partition = SourcePartition(*tick[1])
        if partition in self._served:
            return
        self._served.add(partition)
        start = next(iter(kept.read()), BEGINNING)
        try:
            fetcher, at = self._reads.stream_at(partition, start)
        except BrokerAwayError:  # the next tick tries again
            return
        for records in self._reads.batches(fetcher, partition.place, at):
            at = records[-1].offset + 1
            yield records
        if at != start:
            kept.clear()
            kept.add(at)
