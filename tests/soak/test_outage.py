"""A receiver out of order for a while, in each of the usual ways, with notify killed in between."""

import time
from datetime import timedelta

import pytest

from connectors.notify.outcomes import JITTER, RETRY_SCHEDULE
from tests.acceptance.harness import wait_until
from tests.soak.load import Producer, Stream
from tests.soak.test_kills import PATIENCE, arrive

pytestmark = [pytest.mark.soak, pytest.mark.kafka, pytest.mark.timeout(1800)]

OUTAGE = 12.0  # seconds: longer than the first retry takes
SECOND_RETRY = RETRY_SCHEDULE[1] * (1 + JITTER)


def test_receiver_down(make_service, receiver, results, broker_address):
    """Errors, a closed port, then errors now and then; notify dies while second retries are waiting.

    While nothing is taken the circuit is open and few are tried: it is the third that makes some fail twice.
    """
    service = make_service(broker_address)
    service.make_topics()
    service.start("pipeline", "notify")
    wait_until(lambda: service.ready("pipeline") and service.ready("notify"), PATIENCE, service)
    stream = Stream(seed=6, share=0.4, step=timedelta(minutes=1))
    producer = Producer(service, stream, rate=20)
    producer.start()
    time.sleep(5)
    receiver.status = 500
    time.sleep(OUTAGE)
    receiver.status = None
    time.sleep(5)
    receiver.close()
    time.sleep(OUTAGE)
    receiver.open()
    time.sleep(5)
    receiver.status, receiver.every = 500, 2
    time.sleep(OUTAGE)
    receiver.status, receiver.every = None, 1
    time.sleep(5)
    producer.stop()
    before = receiver.distinct()
    service.kill("notify")
    service.start("notify")
    expected = stream.expected()
    assert before < expected, "nothing waited for its second retry: the outage was too short to show anything"
    arrive(
        stream,
        receiver,
        service,
        results,
        within=SECOND_RETRY + 30,
        kills={"notify": 1},
        turned_away=receiver.turned_away,
        waited_for_second_retry=expected - before,
        outages=[
            f"{OUTAGE:g} s of answering 500",
            f"{OUTAGE:g} s with its port closed",
            f"{OUTAGE:g} s of answering 500 to every other delivery",
        ],
    )
    for part in ("pipeline", "notify"):
        assert service.stop(part) == 0, service.logs()
