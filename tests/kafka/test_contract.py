"""What every Reader, Writer and Admin promises, on both libraries and a real broker."""

import random
import time

import pytest
from confluent_kafka import Producer

from connectors.kafka.limits import MAX_RECORD_BYTES, record_size
from connectors.kafka.protocols import (
    BrokerAwayError,
    DeliveryFailedError,
    OffsetOutOfRangeError,
    RecordTooLargeError,
)
from tests.kafka.tools import CLIENTS, Desk, delete_topic

pytestmark = pytest.mark.kafka


@pytest.fixture(params=CLIENTS)
def client(request):
    return request.param


@pytest.fixture
def desk(kafka, client):
    desk = Desk(kafka, client)
    desk.make_topics()
    yield desk
    desk.close()


@pytest.fixture
def wide_desk(kafka, client):
    desk = Desk(kafka, client, partitions=4)
    desk.make_topics()
    yield desk
    desk.close()


RECORDS = {
    "all of it": (b"k", b"v", [("traceparent", b"00-1"), ("again", b"1"), ("again", b"2")]),
    "no key, no headers": (None, b"v", ()),
    "no value": (b"k", None, ()),
    "empty": (b"", b"", [("empty", b"")]),
    "not text": (bytes(range(256)), b"\xff\x00" * 1000, [("ключ", b"\xff")]),
}


@pytest.mark.parametrize("case", RECORDS)
def test_a_record_arrives_as_it_was_sent(desk, case):
    key, value, headers = RECORDS[case]
    before = time.time() * 1000
    desk.writer.send(desk.topic, key=key, value=value, headers=headers)
    desk.writer.flush(10)
    desk.reader.assign({desk.first: 0})
    [record] = desk.read(1)
    assert (record.topic, record.partition, record.offset) == (desk.topic, 0, 0)
    assert (record.key, record.value, list(record.headers)) == (key, value, list(headers))
    assert before - 5 <= record.timestamp_ms <= time.time() * 1000 + 5


def test_a_header_without_a_value_reads_as_an_empty_one(desk, kafka):
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce(desk.topic, b"v", headers=[("traceparent", None)])
    assert not producer.flush(10)
    desk.reader.assign({desk.first: 0})
    [record] = desk.read(1)
    assert list(record.headers) == [("traceparent", b"")]


def test_records_keep_their_order_through_small_polls(desk):
    values = [b"%d" % n * random.Random(n).randint(1, 2000) for n in range(3000)]
    desk.write(*values)
    desk.reader.assign({desk.first: 0})
    records = desk.read(len(values), most=700)
    assert [r.value for r in records] == values
    assert [r.offset for r in records] == list(range(len(values)))


def test_an_idle_poll_ends_in_time_and_a_late_record_is_told_at_once(desk):
    desk.write(b"first")
    desk.reader.assign({desk.first: 1})
    desk.read(0)
    for _ in range(10):  # until it is connected and waits for new records
        desk.reader.poll(0.1, 10)
    started = time.monotonic()
    assert desk.reader.poll(0.3, 10) == []
    assert 0.2 < time.monotonic() - started < 10
    desk.write(b"second")
    started = time.monotonic()
    assert [r.value for r in desk.reader.poll(60, 1000)] == [b"second"]
    assert time.monotonic() - started < 30, "a poll waits for more records than there are"


def test_one_key_has_one_partition_whichever_library_writes(kafka):
    placed = []
    for client in CLIENTS:
        desk = Desk(kafka, client, partitions=4)
        desk.make_topics()
        start = {p: last for p, (_, last) in desk.reader.bounds(desk.partitions).items()}
        desk.write_keys(40)
        desk.reader.assign(start)
        placed.append({r.key: r.partition for r in desk.read(40)})
        desk.close()
    assert placed[0] == placed[1]
    assert set(placed[0].values()) == {0, 1, 2, 3}


def test_bounds_and_reading_from_the_middle(desk):
    assert desk.reader.bounds([desk.first]) == {desk.first: (0, 0)}
    desk.write(*(b"%d" % n for n in range(10)))
    assert desk.reader.bounds([desk.first]) == {desk.first: (0, 10)}
    desk.reader.assign({desk.first: 7})
    assert [r.offset for r in desk.read(3)] == [7, 8, 9]


def test_assigning_again_starts_over_from_the_new_offset_only(desk):
    desk.write(*(b"%d" % n for n in range(500)))
    desk.reader.assign({desk.first: 0})
    desk.read(1, most=5)
    desk.reader.assign({desk.first: 400})
    assert [r.offset for r in desk.read(100)] == list(range(400, 500))


def test_a_paused_partition_is_silent_and_goes_on_where_it_was(wide_desk):
    desk = wide_desk
    desk.write_keys(400)
    desk.reader.assign(dict.fromkeys(desk.partitions, 0))
    early = desk.read(1, most=10)
    desk.reader.pause(desk.partitions[:2])
    rest = desk.read(1)
    rest += [r for _ in range(10) for r in desk.reader.poll(0.1, 1000)]
    assert {r.partition for r in rest} <= {2, 3}
    desk.reader.resume(desk.partitions[:2])
    late = desk.read(400 - len(early) - len(rest))
    for partition in desk.partitions:
        offsets = [r.offset for r in early + rest + late if r.partition == partition.partition]
        assert offsets == list(range(len(offsets)))


def test_a_paused_partition_that_is_assigned_again_is_read(wide_desk):
    desk = wide_desk
    desk.write_keys(400)
    desk.reader.assign(dict.fromkeys(desk.partitions, 0))
    desk.read(1)
    desk.reader.pause(desk.partitions[:2])
    desk.reader.poll(0.1, 1000)
    desk.reader.assign(dict.fromkeys(desk.partitions, 0))
    assert {r.partition for r in desk.read(400)} == {0, 1, 2, 3}


OUT_OF_RANGE = {"beyond the end": 11, "far beyond": 1_000_000}


@pytest.mark.parametrize("case", OUT_OF_RANGE)
def test_an_offset_that_is_not_in_the_log_is_refused(desk, case):
    desk.write(*(b"%d" % n for n in range(10)))
    desk.reader.assign({desk.first: OUT_OF_RANGE[case]})
    with pytest.raises(OffsetOutOfRangeError, match="articles-0: offset is not in the log") as refused:
        desk.read(1)
    assert refused.value.partition == desk.first
    desk.reader.assign({desk.first: 10})
    desk.write(b"new")
    assert [r.offset for r in desk.read(1)] == [10]


def test_one_partition_out_of_range_hides_no_record_of_the_others(wide_desk):
    desk = wide_desk
    desk.write_keys(200)
    bounds = desk.reader.bounds(desk.partitions)
    desk.reader.assign({**dict.fromkeys(desk.partitions, 0), desk.first: 999_999})
    seen, refused = [], []
    for _ in range(100):
        try:
            seen += desk.reader.poll(0.1, 10)
        except OffsetOutOfRangeError as error:
            refused.append(error.partition)
        if refused and len(seen) == sum(last for p, (_, last) in bounds.items() if p != desk.first):
            break
    assert set(refused) == {desk.first}
    for p in desk.partitions[1:]:
        assert [r.offset for r in seen if r.partition == p.partition] == list(range(bounds[p][1]))


def test_the_largest_record_passes_and_one_byte_more_is_refused_before_sending(desk):
    room = MAX_RECORD_BYTES - record_size(b"k", b"", [("h", b"v")])
    desk.write(b"x" * room, key=b"k", headers=[("h", b"v")])
    with pytest.raises(RecordTooLargeError, match="articles: a record of 2097153 bytes"):
        desk.write(b"x" * (room + 1), key=b"k", headers=[("h", b"v")])
    desk.write(b"after")
    desk.reader.assign({desk.first: 0})
    assert [len(r.value) for r in desk.read(2)] == [room, 5]


def test_more_than_the_queue_holds_waits_and_arrives(desk):
    values = [b"%06d" % n * 10_000 for n in range(1500)]  # 90 MB; the queues hold 32 and 64
    desk.write(*values)
    assert desk.reader.bounds([desk.first]) == {desk.first: (0, 1500)}


def test_a_topic_that_is_not_there_fails_the_delivery(desk):
    with pytest.raises(DeliveryFailedError):
        desk.write(b"x", topic=desk.topic + ".none")
    desk.write(b"goes on")


def test_a_topic_made_again_has_another_id(desk, eventually):
    before = desk.make_topics()[desk.topic]
    assert before.partitions == 1
    assert desk.make_topics()[desk.topic] == before
    delete_topic(desk.settings, desk.topic)
    eventually(lambda: desk.topic not in desk.admin.topics([desk.topic]))
    after = desk.make_topics()[desk.topic]
    assert after.topic_id != before.topic_id


def test_reading_a_deleted_topic_is_a_wait_not_a_crash(desk):
    desk.write(b"x")
    desk.reader.assign({desk.first: 0})
    desk.read(1)
    delete_topic(desk.settings, desk.topic)
    said = []
    for _ in range(4):
        try:
            assert desk.reader.poll(0.5, 10) == []
        except BrokerAwayError as error:
            said.append(str(error))
    assert all(desk.topic in text for text in said)
