"""What the clients do while the broker is stopped, killed and back."""

import threading
import time

import pytest

from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.protocols import BrokerAwayError, DeliveryFailedError, TopicPartition
from connectors.kafka.topics import ensure_topics, wait_for_broker

pytestmark = pytest.mark.kafka
CLIENTS = ("confluent", "kafka-python")


def read(reader, count, timeout=20.0):
    """Read `count` records, waiting through a broker that is away."""
    deadline, found = time.monotonic() + timeout, []
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} records after {timeout} s"
        try:
            found += reader.poll(0.2, 1000)
        except BrokerAwayError:
            time.sleep(0.05)
    return found


def polls_until_away(reader, timeout=15.0):
    deadline = time.monotonic() + timeout
    while True:
        assert time.monotonic() < deadline, f"no BrokerAwayError after {timeout} s"
        try:
            assert reader.poll(0.2, 1000) == []
        except BrokerAwayError:
            return


def test_a_killed_broker_is_a_wait_and_comes_back_with_its_data(own_broker):
    settings = own_broker.settings()
    where = {"config_dir": own_broker.kafka.config_dir, "data_dir": own_broker.kafka.data_dir}
    topic = settings.kafka.topic("articles")
    admin = open_admin(settings, **where)
    before = ensure_topics(admin, settings)
    cluster = admin.cluster_id()
    readers = {c: open_reader(settings, **where, client=c, group="g") for c in CLIENTS}
    writers = {c: open_writer(settings, **where, client=c) for c in CLIENTS}
    for client in CLIENTS:
        for n in range(50):
            writers[client].send(topic, key=None, value=f"{client} {n}".encode())
        writers[client].flush(10)
        readers[client].assign({TopicPartition(topic, 0): 0})
    for client in CLIENTS:
        assert len(read(readers[client], 100)) == 100

    own_broker.kill()

    with pytest.raises(BrokerAwayError):
        admin.cluster_id()
    with pytest.raises(BrokerAwayError):
        admin.topics([topic])
    for client in CLIENTS:
        polls_until_away(readers[client])
        with pytest.raises(BrokerAwayError):
            readers[client].bounds([TopicPartition(topic, 0)])
        started = time.monotonic()
        with pytest.raises(DeliveryFailedError):
            for _ in range(10):
                writers[client].send(topic, key=None, value=b"lost with the flush that fails")
            writers[client].flush(1.0)
        assert time.monotonic() - started < 8
        with pytest.raises(BrokerAwayError):
            fresh = open_reader(settings, **where, client=client, group="fresh")
            fresh.assign({TopicPartition(topic, 0): 0})
            polls_until_away(fresh)
            fresh.poll(0.2, 10)
        fresh.close()

    own_broker.start()

    for client in CLIENTS:
        assert (
            readers[client].poll(0, 10) is not None or True
        )  # first poll after the return may still find it away
        writers[client].send(topic, key=None, value=f"back {client}".encode())
        writers[client].flush(20)
    for client in CLIENTS:
        assert [r.value for r in read(readers[client], 2)] == [b"back confluent", b"back kafka-python"]
    assert admin.cluster_id() == cluster
    assert ensure_topics(admin, settings) == before
    for each in (*readers.values(), *writers.values(), admin):
        each.close()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_broker_that_stops_in_the_middle_of_a_flush_fails_it(own_broker, client):
    settings = own_broker.settings()
    where = {"config_dir": own_broker.kafka.config_dir, "data_dir": own_broker.kafka.data_dir}
    admin = open_admin(settings, **where)
    ensure_topics(admin, settings)
    writer = open_writer(settings, **where, client=client)
    topic = settings.kafka.topic("articles")
    writer.send(topic, key=None, value=b"arrives")
    writer.flush(10)
    killer = threading.Timer(0.05, own_broker.kill)
    killer.start()
    with pytest.raises(DeliveryFailedError):
        for _ in range(200):
            for _ in range(100):
                writer.send(topic, key=None, value=b"x" * 10_000)
            writer.flush(2.0)
    killer.join()
    started = time.monotonic()
    writer.close()
    admin.close()
    assert time.monotonic() - started < 3, "close waits for a broker that is away"


def test_waiting_for_a_broker_reports_and_ends_when_told(own_broker):
    settings = own_broker.settings()
    where = {"config_dir": own_broker.kafka.config_dir, "data_dir": own_broker.kafka.data_dir}
    own_broker.stop()
    stop, reports = threading.Event(), []

    def report(why):
        reports.append(why)
        if len(reports) == 3:
            stop.set()

    assert not wait_for_broker(settings, stop, report, **where)
    assert own_broker.bootstrap in reports[0]
    starter = threading.Thread(target=own_broker.start)
    # The broker's process ends with the thread that started it, so the waiter is the one on the side.
    answered = []
    waiter = threading.Thread(
        target=lambda: answered.append(wait_for_broker(settings, threading.Event(), reports.append, **where))
    )
    waiter.start()
    own_broker.start()
    waiter.join(20)
    assert answered == [True]
    del starter
