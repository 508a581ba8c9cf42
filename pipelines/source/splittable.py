"""Reading `articles`: a splittable DoFn that reads partitions through one fetcher a process.

What a checkpoint holds decides where reading goes on: cluster id, topic id, partition and offset travel in
elements and restrictions, and the client's own notion of where to start is never asked. On Flink they are the
state of two steps instead (`pipelines.source.ticks`).
"""

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.utils.timestamp import Duration

from connectors.kafka.protocols import BrokerAwayError, Record
from pipelines.access import KafkaAccess
from pipelines.source.offsets import TRACKER, WATERMARK
from pipelines.source.partitions import FindPartitions, SourcePartition, TopicLooks
from pipelines.source.reads import PartitionReads, ReadPolicy


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
        for records in self._reads.batches(fetcher, partition.place, at):
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
