"""What the clients do while the broker is stopped, killed and back."""

import threading
import time

import pytest

from connectors.kafka.protocols import BrokerAwayError, DeliveryFailedError
from connectors.kafka.topics import wait_for_broker
from tests.kafka.tools import CLIENTS, Desk

pytestmark = pytest.mark.kafka


def test_a_killed_broker_is_a_wait_and_comes_back_with_its_data(own_broker):
    desks = [Desk(own_broker, client) for client in CLIENTS]
    admin = desks[0].admin
    topics = desks[0].make_topics()
    cluster = admin.cluster_id()
    for desk in desks:
        desk.write(*(b"%d" % n for n in range(50)))
        desk.reader.assign({desk.first: 0})
    for desk in desks:
        desk.read(100)

    own_broker.kill()

    with pytest.raises(BrokerAwayError):
        admin.cluster_id()
    with pytest.raises(BrokerAwayError):
        admin.topics([desks[0].topic])
    for desk in desks:
        desk.poll_until_away()
        with pytest.raises(BrokerAwayError):
            desk.reader.bounds([desk.first])
        with pytest.raises(DeliveryFailedError):
            desk.write(b"lost with the flush that fails", timeout=1.0)
    for client in CLIENTS:  # one that never saw the broker
        late = Desk(own_broker, client)
        late.reader.assign({late.first: 0})
        late.poll_until_away()
        late.close()

    own_broker.start()

    for desk in desks:
        desk.write(b"back")
    for desk in desks:
        assert [r.value for r in desk.read(2)] == [b"back", b"back"]
    assert admin.cluster_id() == cluster
    assert desks[0].make_topics() == topics
    for desk in desks:
        desk.close()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_broker_that_stops_in_the_middle_of_a_flush_fails_it(own_broker, client, eventually):
    threads = threading.active_count()
    desk = Desk(own_broker, client)
    desk.make_topics()
    desk.write(b"arrives")

    def write_on():
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            desk.write(*([b"x" * 10_000] * 100), timeout=2.0)

    killer = threading.Timer(0.05, own_broker.kill)
    killer.start()
    with pytest.raises(DeliveryFailedError):
        write_on()
    killer.join()
    started = time.monotonic()
    desk.close()
    assert time.monotonic() - started < 15, "close waits for a broker that is away"
    eventually(lambda: threading.active_count() <= threads, what="the end of the clients' threads")


def test_waiting_for_a_broker_reports_and_ends_when_told_or_when_it_is_there(own_broker):
    where = own_broker.context()
    own_broker.stop()
    stop, reports, answered = threading.Event(), [], []

    def report(why):
        reports.append(why)
        if len(reports) == 3:
            stop.set()

    assert not wait_for_broker(where, stop, report)
    assert reports[0].startswith(f"the broker at {own_broker.bootstrap} is away: ")

    def wait():
        answered.append(wait_for_broker(where, threading.Event(), reports.append))

    waiter = threading.Thread(target=wait)
    waiter.start()
    own_broker.start()  # by the main thread: the broker ends with the thread that started it
    waiter.join(60)
    assert answered == [True]
