"""Reading from the real broker: a checkpoint decides where reading goes on, or refuses to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from kafka import KafkaAdminClient
from kafka import TopicPartition as LibraryPartition
from kafka.admin import NewPartitions

from connectors.kafka.protocols import TopicPartition
from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.engines.embedded import EmbeddedRunner, LoopSettings, wake
from pipelines.source.partitions import FindPartitions, Look, SourcePartition
from pipelines.source.pool import FetcherPool
from pipelines.source.reads import PartitionReads, ReadPolicy
from pipelines.source.splittable import ReadArticles
from tests.pipeline.topic import make_topic, numbers, write
from wirewatch.errors import StateRefusedError

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("source")]


class Keep(beam.DoFn):
    """Keeps the values that were read, where the test finds them."""

    values: ClassVar[list[bytes]] = []

    def process(self, records):
        self.values += [record.value for record in records]


@pytest.fixture
def topic(access) -> str:
    name = access.settings.kafka.topic("articles")
    make_topic(access, name, partitions=2)
    Keep.values.clear()
    return name


class Reading(threading.Thread):
    """The engine's thread."""

    failure: StateRefusedError | None = None
    """What it raised."""


@contextmanager
def reading(access: KafkaAccess, topic: str, store: Path, every: float = 0.3) -> Iterator[Reading]:
    """Run the reading steps on the embedded engine until the block ends."""
    stop = threading.Event()
    FetcherPool.on_data = staticmethod(wake)

    def run() -> None:
        try:
            pipeline = beam.Pipeline(
                runner=EmbeddedRunner(store, LoopSettings(stop=stop)),
                options=PipelineOptions([], streaming=True),
            )
            policy = ReadPolicy(max_records=400, idle_delay=0.2)
            _ = (
                pipeline
                | "topic" >> beam.Create([topic], reshuffle=False)
                | "partitions" >> beam.ParDo(FindPartitions(access, every=every))
                | "read" >> beam.ParDo(ReadArticles(access, policy))
                | "keep" >> beam.ParDo(Keep())
            )
            pipeline.run()
        except StateRefusedError as error:
            thread.failure = error

    thread = Reading(target=run)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(timeout=60)
        FetcherPool.close()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"read so far: {sorted(Keep.values)}"
        time.sleep(0.02)


def test_every_record_once_over_a_restart(access, topic, tmp_path):
    write(access, topic, *numbers(0, 100))
    with reading(access, topic, tmp_path / "s.db"):
        wait_for(lambda: len(Keep.values) >= 100)
    write(access, topic, *numbers(100, 150))
    with reading(access, topic, tmp_path / "s.db"):
        wait_for(lambda: len(Keep.values) >= 150)
    assert sorted(Keep.values) == numbers(0, 150)


def test_a_partition_added_while_running_is_read(access, topic, tmp_path):
    with reading(access, topic, tmp_path / "s.db"):
        write(access, topic, *numbers(0, 20))
        wait_for(lambda: len(Keep.values) == 20)
        client = KafkaAdminClient(bootstrap_servers=access.settings.bootstrap_servers)
        client.create_partitions({topic: NewPartitions(5)})
        client.close()
        KafkaAccess.close_writers()  # a new writer sees the new partitions at once
        write(access, topic, *numbers(20, 200))
        wait_for(lambda: len(Keep.values) == 200)
    assert sorted(Keep.values) == numbers(0, 200)


def test_a_topic_made_again_is_refused(access, topic, tmp_path):
    write(access, topic, *numbers(0, 10))
    with reading(access, topic, tmp_path / "s.db"):
        wait_for(lambda: len(Keep.values) == 10)
    delete_topic(access, topic)
    make_topic(access, topic, partitions=2)
    with reading(access, topic, tmp_path / "s.db") as thread:
        wait_for(lambda: thread.failure is not None)
    assert "recreated" in str(thread.failure)
    assert "wirewatch state reset" in str(thread.failure)
    assert "may alert stories again" in str(thread.failure)


def delete_topic(access: KafkaAccess, topic: str) -> None:
    client = KafkaAdminClient(bootstrap_servers=access.settings.bootstrap_servers)
    client.delete_topics([topic])
    client.close()
    admin = access.admin()
    wait_for(lambda: topic not in admin.topics([topic]))
    admin.close()


def test_a_topic_deleted_while_it_is_read_is_refused(access, topic, tmp_path):
    write(access, topic, *numbers(0, 10))
    with reading(access, topic, tmp_path / "s.db") as thread:
        wait_for(lambda: len(Keep.values) == 10)
        delete_topic(access, topic)
        wait_for(lambda: thread.failure is not None)
    assert "is gone" in str(thread.failure)
    assert "wirewatch state reset" in str(thread.failure)


def test_a_topic_made_again_while_it_is_read_is_not_read_on(access, topic, tmp_path):
    write(access, topic, *numbers(0, 10))
    with reading(access, topic, tmp_path / "s.db", every=3) as thread:
        wait_for(lambda: len(Keep.values) == 10)
        delete_topic(access, topic)
        make_topic(access, topic, partitions=2)
        KafkaAccess.close_writers()
        write(access, topic, *numbers(100, 200))  # beyond what was read of the old one
        wait_for(lambda: thread.failure is not None)
    assert "recreated" in str(thread.failure) or "is gone" in str(thread.failure)


def test_fewer_partitions_than_known_are_refused(access, topic, tmp_path):
    with reading(access, topic, tmp_path / "s.db"):
        write(access, topic, b"x")
        wait_for(lambda: len(Keep.values) == 1)
    delete_topic(access, topic)
    make_topic(access, topic, partitions=1)
    with reading(access, topic, tmp_path / "s.db") as thread:
        wait_for(lambda: thread.failure is not None)
    assert "wirewatch state reset" in str(thread.failure)


def test_records_that_expired_unread_are_counted_and_passed_over(access, topic, tmp_path):
    write(access, topic, *numbers(0, 10))
    with reading(access, topic, tmp_path / "s.db"):
        wait_for(lambda: len(Keep.values) == 10)
    write(access, topic, *numbers(10, 50))
    ends = bounds(access, topic)
    client = KafkaAdminClient(bootstrap_servers=access.settings.bootstrap_servers)
    client.delete_records({LibraryPartition(topic, 0): ends[0], LibraryPartition(topic, 1): ends[1]})
    client.close()
    before = skipped()
    write(access, topic, *numbers(50, 70))
    with reading(access, topic, tmp_path / "s.db"):
        wait_for(lambda: len(Keep.values) == 30)
    assert sorted(Keep.values) == numbers(0, 10) + numbers(50, 70)
    assert skipped() - before == 40


def test_an_offset_beyond_the_end_is_refused(access, topic):
    admin = access.admin()
    partition = SourcePartition(admin.cluster_id(), admin.topics([topic])[topic].topic_id, topic, 0)
    admin.close()
    reads = PartitionReads(access, ReadPolicy(max_records=400))
    assert reads._offset_in_log(partition, 0) == 0
    with pytest.raises(StateRefusedError, match="stands at offset 7, the log ends at 0"):
        reads._offset_in_log(partition, 7)


def test_another_cluster_is_refused(access, topic):
    admin = access.admin()
    look = Look(admin.cluster_id(), admin.topics([topic])[topic])
    admin.close()
    with pytest.raises(StateRefusedError, match="belongs to Kafka cluster elsewhere"):
        look.check(SourcePartition("elsewhere", look.info.topic_id, topic, 0))


def bounds(access: KafkaAccess, topic: str) -> list[int]:
    reader = access.reader()
    places = [TopicPartition(topic, n) for n in range(2)]
    found = reader.bounds(places)
    reader.close()
    return [found[place][1] for place in places]


def skipped() -> float:
    return sum(metrics.SKIPPED.labels(partition=str(n))._value.get() for n in range(2))
