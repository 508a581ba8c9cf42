"""The fetcher: queues stay bounded, seeks take effect, trouble reaches the taker."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest
from pydantic import ValidationError

from connectors.kafka.protocols import BrokerAwayError, OffsetOutOfRangeError, Record, TopicPartition
from pipelines.source.fetch import POLL_RECORDS, Fetcher
from pipelines.source.reads import PartitionReads, ReadPolicy
from pipelines.source.stream import MAX_QUEUED_RECORDS
from wirewatch.settings import Settings

P0, P1 = TopicPartition("t", 0), TopicPartition("t", 1)
PATIENCE = 60  # seconds: a bound tells a thread that hangs from a busy machine


class MemoryReader:
    """A Reader over logs in memory: `logs[partition]` is how many records it has."""

    def __init__(self, logs: dict[TopicPartition, int]) -> None:
        self.logs = logs
        self.at: dict[TopicPartition, int] = {}
        self.paused: set[TopicPartition] = set()
        self.ever_paused = False
        self.failures: list[Exception] = []
        self.assignments: list[dict[TopicPartition, int]] = []
        self.closed = threading.Event()
        self.most = 1_000_000
        self.marked: dict[TopicPartition, int] = {}
        """Where a log ends whose last offsets are no records."""

    def assign(self, offsets: Mapping[TopicPartition, int]) -> None:
        self.at = dict(offsets)
        self.paused.clear()
        self.assignments.append(dict(offsets))

    def poll(self, timeout: float, max_records: int) -> list[Record]:
        if self.failures:
            raise self.failures.pop(0)
        records = list(self._ready(min(max_records, self.most)))
        if not records:
            time.sleep(0.001)
        return records

    def _ready(self, most: int) -> Iterator[Record]:
        for place in self.at:
            while place not in self.paused and self.at[place] < self.logs[place] and most > 0:
                offset = self.at[place]
                self.at[place] += 1
                most -= 1
                yield Record(place.topic, place.partition, offset, b"k", b"%d" % offset, (), 1000 + offset)

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        self.ever_paused = True
        self.paused.update(partitions)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        self.paused.difference_update(partitions)

    def bounds(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        return {p: (0, self.logs[p]) for p in partitions}

    def positions(self) -> dict[TopicPartition, int]:
        return {p: max(at, self.marked.get(p, 0)) for p, at in self.at.items()}

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def reader():
    return MemoryReader({P0: 10, P1: 10})


@pytest.fixture
def fetcher(reader):
    fetcher = Fetcher(lambda: reader, lambda: None)
    yield fetcher
    fetcher.close()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def take(fetcher: Fetcher, place: TopicPartition, count: int, most: int = 1000) -> list[int]:
    """Take until `count` records came; the test's own timeout bounds the wait."""
    offsets: list[int] = []
    deadline = time.monotonic() + PATIENCE
    while len(offsets) < count and time.monotonic() < deadline:
        offsets += [
            record.offset for record in fetcher.take(place, most, 1 << 20, at=fetcher.position(place))
        ]
        time.sleep(0.005)
    return offsets


def test_records_come_in_order_from_the_offset_asked_for(fetcher):
    fetcher.open(P0, 4)
    assert take(fetcher, P0, 6) == [4, 5, 6, 7, 8, 9]
    assert fetcher.position(P0) == 10


def test_nothing_is_behind_where_what_follows_is_no_record(fetcher, reader):
    reader.marked[P0] = 12
    fetcher.open(P0, 0)
    wait_until(lambda: fetcher.busy() == 1)
    assert fetcher.positions()[P0] == (0, 0)
    take(fetcher, P0, 10)
    wait_until(lambda: fetcher.positions()[P0][0] == 12)
    assert fetcher.position(P0) == 10  # as the checkpoint has it


def test_partitions_are_apart(fetcher):
    fetcher.open(P0, 0)
    fetcher.open(P1, 7)
    assert take(fetcher, P1, 3) == [7, 8, 9]
    assert take(fetcher, P0, 10) == list(range(10))


def test_opening_again_goes_back(fetcher):
    fetcher.open(P0, 0)
    assert take(fetcher, P0, 10) == list(range(10))
    fetcher.open(P0, 3)
    assert take(fetcher, P0, 7) == list(range(3, 10))


def test_what_runs_twice_at_once_takes_nothing_of_the_others(fetcher, reader):
    """A bundle that Flink has given up and runs again, while its first run is at work on what it took."""
    reader.logs[P0] = 200
    reads = PartitionReads(None, ReadPolicy(max_records=50, bundle_seconds=PATIENCE))
    reads.start_bundle()
    fetcher.open(P0, 0)
    wait_until(lambda: fetcher.busy() == 1)
    first = reads.batches(fetcher, P0, 0)
    assert [record.offset for record in next(first)] == list(range(50))
    fetcher.open(P0, 0)
    wait_until(lambda: fetcher.busy() == 1)
    assert list(first) == []
    assert [record.offset for batch in reads.batches(fetcher, P0, 0) for record in batch] == list(range(200))


def test_a_log_that_lost_its_head_keeps_the_checkpoints_position_until_taken(fetcher):
    fetcher.open(P0, 6, position=2)
    assert fetcher.position(P0) == 2
    assert take(fetcher, P0, 4) == [6, 7, 8, 9]
    assert fetcher.position(P0) == 10


@pytest.mark.parametrize(("records", "size", "expected"), [(3, 1 << 20, 3), (10, 1, 1), (10, 140, 2)])
def test_limits_of_a_take(fetcher, records, size, expected):
    fetcher.open(P0, 0)
    deadline = time.monotonic() + PATIENCE
    while fetcher.position(P0) == 0 and time.monotonic() < deadline:
        got = fetcher.take(P0, records, size, at=0)
        if got:
            assert len(got) == expected
            return
        time.sleep(0.005)
    pytest.fail("nothing came")


def test_no_setting_takes_more_at_once_than_waits():
    Settings(pipeline={"max_poll_records": MAX_QUEUED_RECORDS})
    with pytest.raises(ValidationError, match="max_poll_records"):
        Settings(pipeline={"max_poll_records": MAX_QUEUED_RECORDS + 1})


def test_a_queue_stops_growing_and_goes_on_when_taken(reader, fetcher):
    total = 3 * MAX_QUEUED_RECORDS
    reader.logs[P0] = total
    fetcher.open(P0, 0)
    wait_until(lambda: reader.at.get(P0, 0) >= MAX_QUEUED_RECORDS)
    assert reader.at[P0] <= MAX_QUEUED_RECORDS + POLL_RECORDS
    assert take(fetcher, P0, total) == list(range(total))
    assert not reader.ever_paused  # a client drops what it has fetched ahead of a partition that it pauses


def test_a_full_partition_is_paused_while_another_has_room(reader, fetcher):
    total = 3 * MAX_QUEUED_RECORDS
    reader.logs = {P0: total, P1: 10}
    fetcher.open(P0, 0)
    fetcher.open(P1, 0)
    wait_until(lambda: P0 in reader.paused)
    assert take(fetcher, P1, 10) == list(range(10))
    assert reader.at[P0] <= MAX_QUEUED_RECORDS + POLL_RECORDS
    reader.logs[P1] = 20
    assert take(fetcher, P1, 10) == list(range(10, 20))
    assert take(fetcher, P0, total) == list(range(total))


def test_a_broker_that_is_away_is_said_and_waited_for(reader, fetcher):
    reader.failures = [BrokerAwayError("refused")]
    fetcher.open(P0, 0)
    deadline = time.monotonic() + PATIENCE
    while fetcher.away is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert fetcher.away == "refused"
    assert take(fetcher, P0, 10) == list(range(10))
    assert fetcher.away is None


def test_an_offset_that_fell_out_of_the_log_closes_the_stream(reader, fetcher):
    reader.failures = [OffsetOutOfRangeError(P0)]
    fetcher.open(P0, 5)
    deadline = time.monotonic() + PATIENCE
    while fetcher.position(P0) is not None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert fetcher.position(P0) is None
    fetcher.open(P0, 8)
    assert take(fetcher, P0, 2) == [8, 9]


def test_what_was_fetched_before_the_offset_fell_out_of_the_log_is_still_taken(reader, fetcher):
    fetcher.open(P0, 0)
    deadline = time.monotonic() + PATIENCE
    while not fetcher.busy() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert fetcher.busy() == 1
    reader.failures = [OffsetOutOfRangeError(P0)]
    while reader.failures and time.monotonic() < deadline:
        time.sleep(0.005)
    assert fetcher.position(P0) == 0
    assert take(fetcher, P0, 10) == list(range(10))
    while fetcher.position(P0) is not None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert fetcher.position(P0) is None


def test_many_partitions_share_one_bound(monkeypatch):
    monkeypatch.setattr("pipelines.source.stream.MAX_QUEUED_RECORDS", 100_000)
    monkeypatch.setattr("pipelines.source.stream.TOTAL_QUEUED_BYTES", 10_000)
    monkeypatch.setattr("pipelines.source.stream.MIN_QUEUED_BYTES", 100)
    places = [TopicPartition("t", n) for n in range(10)]
    reader = MemoryReader(dict.fromkeys(places, 1000))
    reader.most = 5
    fetcher = Fetcher(lambda: reader, lambda: None)
    for place in places:
        fetcher.open(place, 0)
    wait_until(lambda: fetcher.busy() == 10 and min(reader.at.values()) >= 15)
    assert max(reader.at.values()) <= 20  # 1,000 bytes are 15 records of 66; one poll more at most
    for place in places:
        assert take(fetcher, place, 1000) == list(range(1000))
    assert fetcher.busy() == 0
    fetcher.close()


def test_what_ends_the_thread_is_raised_to_the_taker(reader, fetcher):
    reader.failures = [ValueError("broken")]
    fetcher.open(P0, 0)
    with pytest.raises(ValueError, match="broken"):
        take(fetcher, P0, 1)


def test_close_ends_the_thread_and_the_reader(reader):
    fetcher = Fetcher(lambda: reader, lambda: None)
    fetcher.open(P0, 0)
    assert take(fetcher, P0, 1, most=1) == [0]
    fetcher.close()
    assert reader.closed.is_set()
