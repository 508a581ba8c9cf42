"""Other programs write by transactions: what marks their end fills offsets and is no record."""

import pytest
from confluent_kafka import Producer

from connectors.kafka.bounded import read_to_end
from pipelines.source.fetch import Fetcher
from tests.kafka.tools import CLIENTS, Desk

pytestmark = pytest.mark.kafka


@pytest.fixture(params=CLIENTS)
def desk(kafka, request):
    desk = Desk(kafka, request.param)
    desk.make_topics()
    yield desk
    desk.close()


@pytest.fixture
def producer(kafka, desk):
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": desk.topic})
    producer.init_transactions(60)
    return producer


@pytest.fixture
def transact(producer, desk, eventually):
    """Write values in a transaction, and wait for its end to be in the log: it comes after the answer."""

    def write(*values, commit=True):
        end = desk.reader.bounds([desk.first])[desk.first][1] + len(values) + 1
        producer.begin_transaction()
        for value in values:
            producer.produce(desk.topic, value)
        producer.flush(60)
        (producer.commit_transaction if commit else producer.abort_transaction)(60)
        eventually(lambda: desk.reader.bounds([desk.first]) == {desk.first: (0, end)})

    return write


def read(desk):
    return [record.value for record in read_to_end(desk.reader, [desk.first])]


def test_reading_ends_though_the_last_offset_is_no_record(desk, transact):
    transact(b"one", b"two")
    assert read(desk) == [b"one", b"two"]
    assert desk.reader.positions() == {desk.first: 3}
    desk.reader.assign({desk.first: 0})
    assert desk.reader.positions() == {desk.first: 0}


def test_what_was_taken_back_is_not_read(desk, transact):
    transact(b"one")
    transact(b"two", commit=False)
    transact(b"three")
    transact(b"four", commit=False)
    assert read(desk) == [b"one", b"three"]


def test_a_transaction_that_is_open_is_not_waited_for(desk, producer, transact, eventually):
    transact(b"one")
    producer.begin_transaction()
    producer.produce(desk.topic, b"two")
    producer.flush(60)
    assert desk.reader.bounds([desk.first]) == {desk.first: (0, 2)}
    assert read(desk) == [b"one"]
    producer.commit_transaction(60)
    eventually(lambda: desk.reader.bounds([desk.first]) == {desk.first: (0, 4)})
    assert read(desk) == [b"one", b"two"]


def test_a_position_counts_nothing_that_poll_has_not_given(desk, transact):
    transact(*(b"%d" % n for n in range(10)))
    desk.reader.assign({desk.first: 0})
    assert [record.offset for record in desk.read(4, most=4)] == [0, 1, 2, 3]
    assert desk.reader.positions() == {desk.first: 4}


def test_the_pipeline_is_not_behind_once_it_has_read_all(desk, transact, eventually):
    transact(b"one")
    fetcher = Fetcher(lambda: desk.reader, lambda: None)
    try:
        fetcher.open(desk.first, 0)
        eventually(lambda: fetcher.take(desk.first, 10, 1 << 20, at=0))
        eventually(lambda: fetcher.positions()[desk.first][0] == 2)
    finally:
        fetcher.close()
