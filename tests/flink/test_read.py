"""The read on Flink, ticked by hand, from the real broker: its state decides where reading goes on."""

import time
from collections.abc import Iterator

import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from kafka import KafkaAdminClient

from pipelines.access import KafkaAccess
from pipelines.engines.embedded.graph import PAR_DO, par_do_payload
from pipelines.engines.flink.graph import graph
from pipelines.source.pool import FetcherPool
from pipelines.source.reads import ReadPolicy
from pipelines.source.ticks import READ, FindOnTick, ReadOnTick
from tests.flink.site import wait_until
from tests.pipeline.topic import make_topic, numbers, write
from wirewatch.errors import StateRefusedError
from wirewatch.resources import default_config_dir
from wirewatch.settings import Settings

PATIENCE = 60.0  # tells a hang from a busy machine


class Bag:
    """A bag state of one key."""

    def __init__(self, *values: object) -> None:
        self.values = list(values)

    def read(self) -> Iterator[object]:
        return iter(self.values)

    def clear(self) -> None:
        self.values = []

    def add(self, value: object) -> None:
        self.values.append(value)


@pytest.fixture
def topic(access) -> str:
    name = access.settings.kafka.topic("articles")
    make_topic(access, name, partitions=1)
    return name


@pytest.fixture
def tick(access, topic):
    (found,) = FindOnTick(access).process((topic, b""), Bag())
    return found


def bundle(read: ReadOnTick, tick, kept: Bag, ticks: int = 1) -> list[bytes]:
    """Run one bundle of so many ticks; return the values that were read."""
    read.start_bundle()
    return [record.value for _ in range(ticks) for records in read.process(tick, kept) for record in records]


def read_all(read: ReadOnTick, tick, kept: Bag, count: int) -> list[bytes]:
    """Run bundles until so much has been read."""
    values: list[bytes] = []
    deadline = time.monotonic() + PATIENCE
    while len(values) < count:
        assert time.monotonic() < deadline, values
        values += bundle(read, tick, kept)
        time.sleep(0.01)
    return values


@pytest.mark.kafka
@pytest.mark.xdist_group("source")
class TestReading:
    def test_every_record_once_over_a_restart(self, access, topic, tick):
        kept = Bag()
        write(access, topic, *numbers(0, 50))
        assert read_all(ReadOnTick(access, READ), tick, kept, 50) == numbers(0, 50)
        assert kept.values == [50]
        FetcherPool.close()
        write(access, topic, *numbers(50, 60))
        assert read_all(ReadOnTick(access, READ), tick, kept, 10) == numbers(50, 60)

    def test_a_bundle_that_was_abandoned_is_read_again(self, access, topic, tick):
        kept = Bag()
        bundle(ReadOnTick(access, READ), tick, kept)
        assert kept.values == [0]
        write(access, topic, *numbers(0, 20))
        read_all(ReadOnTick(access, READ), tick, Bag(0), 20)  # what it kept is lost
        assert read_all(ReadOnTick(access, READ), tick, kept, 20) == numbers(0, 20)

    def test_instances_that_take_turns_read_each_record_once(self, access, topic, tick):
        kept, instances = Bag(), [ReadOnTick(access, READ) for _ in range(2)]
        for number in range(6):
            write(access, topic, *numbers(10 * number, 10 * number + 10))
            read = instances[number % 2]
            assert read_all(read, tick, kept, 10) == numbers(10 * number, 10 * number + 10)

    def test_what_another_took_and_lost_is_read_though_nothing_new_comes(self, access, topic, tick):
        kept, read = Bag(), ReadOnTick(access, READ)
        bundle(read, tick, kept)
        write(access, topic, *numbers(0, 20))
        read_all(ReadOnTick(access, READ), tick, Bag(0), 20)
        assert read_all(read, tick, kept, 20) == numbers(0, 20)

    def test_what_it_took_and_the_runner_took_back_is_read_again(self, access, topic, tick):
        """A job that starts anew may keep its workers: the step is as it was, its state is older."""
        kept, read = Bag(), ReadOnTick(access, READ)
        bundle(read, tick, kept)
        write(access, topic, *numbers(0, 20))
        assert read_all(read, tick, Bag(0), 20) == read_all(read, tick, kept, 20) == numbers(0, 20)

    def test_where_an_empty_log_was_begun_is_kept(self, access, topic, tick):
        """Or what comes and expires while the job is stopped would not be missed."""
        kept = Bag()
        assert bundle(ReadOnTick(access, READ), tick, kept) == []
        assert kept.values == [0]

    def test_ticks_that_waited_do_the_work_of_one(self, access, topic, tick):
        kept, read = Bag(), ReadOnTick(access, ReadPolicy(max_records=10, bundle_records=10))
        bundle(read, tick, kept)
        write(access, topic, *numbers(0, 200))
        fetcher = FetcherPool.get(access)
        wait_until(fetcher.busy, "records")
        assert 0 < len(bundle(read, tick, kept, ticks=100)) <= 50  # a small batch, however many ticks

    def test_an_offset_beyond_the_end_is_refused(self, access, topic, tick):
        with pytest.raises(StateRefusedError, match="stands at offset 7, the log ends at 0"):
            bundle(ReadOnTick(access, READ), tick, Bag(7))


@pytest.mark.kafka
@pytest.mark.xdist_group("source")
class TestFinding:
    def test_partitions_that_are_added_are_found(self, access, topic):
        find, kept = FindOnTick(access, every=0, tick=0), Bag()
        assert [number for number, _ in find.process((topic, b""), kept)] == ["0"]
        client = KafkaAdminClient(bootstrap_servers=access.settings.bootstrap_servers)
        client.create_partitions({topic: 3})
        client.close()
        wait_until(lambda: len(list(find.process((topic, b""), kept))) == 3, "three partitions")

    def test_ticks_of_several_slots_count_as_one(self, access, topic):
        find, kept = FindOnTick(access, tick=3600), Bag()
        assert [len(list(find.process((topic, b""), kept))) for _ in range(3)] == [1, 0, 0]

    def test_a_topic_that_was_made_again_is_refused(self, access, topic):
        kept = Bag()
        list(FindOnTick(access).process((topic, b""), kept))
        client = KafkaAdminClient(bootstrap_servers=access.settings.bootstrap_servers)
        client.delete_topics([topic])
        client.close()
        find = FindOnTick(access, every=0, tick=0)
        with pytest.raises(StateRefusedError, match=r"of the checkpoint .* is gone"):
            wait_until(lambda: list(find.process((topic, b""), kept)) is None, "the topic is gone")
        make_topic(access, topic, partitions=1)
        with pytest.raises(StateRefusedError, match="was recreated"):
            wait_until(lambda: list(find.process((topic, b""), kept)) is None, "the topic is back")


@pytest.fixture(scope="module")
def par_dos():
    here = default_config_dir()
    proto = graph(KafkaAccess(Settings(), here, here), PipelineOptions([], streaming=True)).to_runner_api()
    return [
        par_do_payload(transform)
        for transform in proto.components.transforms.values()
        if transform.spec.urn == PAR_DO
    ]


def test_no_step_gives_reads_back_to_the_runner(par_dos):
    """Runners before 2.77 would keep something of each for ever."""
    assert not any(payload.restriction_coder_id for payload in par_dos)


def test_only_what_the_runner_does_well_is_used(par_dos):
    assert not any(
        payload.side_inputs or payload.timer_family_specs or payload.requests_finalization
        for payload in par_dos
    )
