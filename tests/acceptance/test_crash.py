"""SIGKILL at random moments under load: every alert arrives, and no story is told under two ids."""

import random
import threading
import time

import pytest

from tests.acceptance.generated import Load, generate
from tests.acceptance.harness import Receiver, Service, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


def check(load: Load, receiver: Receiver, service: Service) -> None:
    """Every story was told, each under one id, and that of one of its own articles."""
    told: dict[tuple[str, str], set[str]] = {}
    for webhook_id, alert in receiver.received:
        assert webhook_id == alert["id"]
        if alert["status"] == "opened":
            told.setdefault((alert["watch"], alert["article"]), set()).add(webhook_id)
    for watch, stories in load.expected.items():
        for articles in stories.values():
            ids = set().union(*(told.get((watch, article), set()) for article in articles))
            assert len(ids) == 1, f"{watch}: {len(ids)} ids for one story\n{service.logs()}"
    assert receiver.refused == []


def run_with_kills(service: Service, receiver: Receiver, victims: list[str], *, partitions: int) -> None:
    rng = random.Random(11)
    load = generate(stories=60 * (len(victims) + 1), copies=3)
    service.make_topics()
    seconds = 2.5 * (len(victims) + 1)
    pace = seconds / len(load.articles) * 10
    producer = threading.Thread(
        target=service.produce, args=(load.articles, lambda n: pace if n % 10 == 0 else 0.0)
    )
    service.start("pipeline", "notify")
    producer.start()
    try:
        for victim in victims:
            time.sleep(rng.uniform(0.3, 4.5))
            service.kill(victim)
            service.start(victim)
    finally:
        producer.join(timeout=120)
    wait_until(lambda: sum(map(len, receiver.ids().values())) >= load.alerts, 150, service)
    time.sleep(1)  # what would come twice comes now
    check(load, receiver, service)
    for part in ("pipeline", "notify"):
        assert service.stop(part) == 0, service.logs()


def test_five_kills(make_service, receiver):
    service = make_service(kafka={"topics": {"articles": {"partitions": 2}}})
    victims = ["pipeline", "notify", "pipeline", "pipeline", "notify"]
    run_with_kills(service, receiver, victims, partitions=2)
