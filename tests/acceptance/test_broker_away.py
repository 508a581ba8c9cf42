"""The broker goes while the parts run: a wait, said as such and over by itself; a stop is heard meanwhile."""

import time

import psutil
import pytest

from tests.acceptance.generated import generate
from tests.acceptance.harness import wait_until
from tests.acceptance.test_crash import check

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


def processes_of(own_broker):
    leader = psutil.Process(own_broker.broker.pid)
    return [leader, *leader.children(recursive=True)]


def test_a_stop_is_heard_while_the_broker_hangs(make_service, receiver, own_broker):
    """Frozen rather than gone: connections stay open, and every call waits for its answer."""
    service = make_service(own_broker.bootstrap)
    load = generate(stories=600)
    service.make_topics()
    service.start("pipeline", "notify")
    wait_until(lambda: service.ready("pipeline"), 150, service)
    service.produce(load.articles)
    wait_until(lambda: bool(receiver.received), 150, service)
    frozen = processes_of(own_broker)
    for process in frozen:
        process.suspend()
    try:
        time.sleep(3)  # until it is in the middle of a flush
        assert service.stop("pipeline", timeout=25) == 0, service.logs()  # the client would wait for 30 s
    finally:
        for process in frozen:
            process.resume()
    service.start("pipeline")
    wait_until(lambda: sum(map(len, receiver.ids().values())) >= load.alerts, 150, service)
    check(load, receiver, service)


@pytest.mark.soak
def test_a_broker_away_for_longer_than_a_flush_waits(make_service, receiver, own_broker):
    service = make_service(own_broker.bootstrap)
    load = generate(stories=600)
    half = len(load.articles) // 2
    service.make_topics()
    service.start("pipeline", "notify")
    service.produce(load.articles[:half])
    wait_until(lambda: bool(receiver.received), 150, service)
    pipeline = psutil.Process(service.processes["pipeline"].pid)
    before = pipeline.memory_info().rss
    own_broker.kill()
    wait_until(lambda: not service.ready("pipeline"), 30, service)
    time.sleep(40)
    assert not service.ready("pipeline")
    assert pipeline.memory_info().rss < before + (64 << 20)
    own_broker.start()
    service.produce(load.articles[half:])
    wait_until(lambda: sum(map(len, receiver.ids().values())) >= load.alerts, 150, service)
    wait_until(lambda: service.ready("pipeline"), 30, service)
    check(load, receiver, service)
