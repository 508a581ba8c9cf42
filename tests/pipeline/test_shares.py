"""How much of a bundle each partition gets: all of it alone, an even share in company, a little when late."""

import time

import pytest

from connectors.kafka.protocols import Record, TopicPartition
from pipelines.source.reads import MIN_BATCH_RECORDS, PartitionReads, ReadPolicy

PLACE = TopicPartition("t", 0)


class Queue:
    """A fetcher with plenty of records, in `busy` partitions."""

    def __init__(self, busy):
        self.taken = 0
        self._busy = busy

    def busy(self):
        return self._busy

    def take(self, place, most, max_bytes, *, at):
        first, self.taken = self.taken, self.taken + most
        return [Record(place.topic, place.partition, n, None, b"", (), 0) for n in range(first, self.taken)]


@pytest.mark.parametrize(
    ("busy", "seconds", "expected"),
    [
        pytest.param(1, 60, [1000] * 4, id="alone"),
        pytest.param(2, 60, [1000] * 2, id="two"),
        pytest.param(8, 60, [500], id="eight"),
        pytest.param(400, 60, [MIN_BATCH_RECORDS], id="hundreds"),
        pytest.param(1, 0, [MIN_BATCH_RECORDS], id="the time is up"),
    ],
)
def test_the_share_of_a_partition(busy, seconds, expected):
    reads = PartitionReads(None, ReadPolicy(max_records=1000, bundle_seconds=seconds))
    reads.start_bundle()
    assert [len(batch) for batch in reads.batches(Queue(busy), PLACE, 0)] == expected


def test_a_slow_step_ends_the_bundle():
    reads = PartitionReads(None, ReadPolicy(max_records=1000, bundle_seconds=0.05))
    reads.start_bundle()
    count = 0
    for _ in reads.batches(Queue(1), PLACE, 0):
        count += 1
        time.sleep(0.06)
    assert count == 1
