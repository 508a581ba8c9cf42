"""A wire story that 40 sources copy within an hour: four partitions, any order, kills in between."""

import random
import threading
import time
from datetime import timedelta

import pytest
import yaml

from tests.acceptance.generated import START, article, sentence, words
from tests.acceptance.harness import Receiver, Service, wait_until

SOURCES = 40
STEPS = ["opened", "sources:3", "sources:10", "sources:40"]
WATCH = {
    "id": "quokka",
    "name": "Quokkas",
    "severity": "low",
    "when": "quokka",
    "per_story": {"window": "72h", "update_at": [3, 10, 40]},
}

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


def copies(story: int, rng: random.Random):
    """One report as 40 sources print it within an hour: some cut it, some add to it."""
    names = [f"Name{story}x{n}" for n in range(4)]
    title = f"Quokka {words(rng, 4)} story{story}"
    text = [sentence(rng, names) for _ in range(6)]
    for n in range(SOURCES):
        own = [text[: 4 + n % 3], text, [*text, sentence(rng, names)]][n % 3]
        yield article(
            title=title,
            paragraphs=own,
            source=f"source{n}.example",
            url=f"https://source{n}.example/{story}",
            time=START + timedelta(hours=3 * story, minutes=60 * n / SOURCES),
        )


def run(service: Service, receiver: Receiver, *, stories: int, kills: int, seconds: float) -> None:
    rng = random.Random(5)
    items = [item for story in range(stories) for item in copies(story, rng)]
    rng.shuffle(items)
    watches = service.config_dir / "watches.yaml"
    watches.unlink()
    watches.write_text(yaml.safe_dump([WATCH]))
    service.make_topics()
    service.start("pipeline", "notify")
    wait_until(lambda: service.ready("pipeline"), 150, service)
    pause = seconds / len(items)
    producer = threading.Thread(target=service.produce, args=(items, lambda _: pause))
    producer.start()
    try:
        for _ in range(kills):
            time.sleep(seconds / (kills + 1) * rng.uniform(0.6, 1.2))
            service.kill("pipeline")
            service.start("pipeline")
    finally:
        producer.join(timeout=300)
    wait_until(lambda: len({id_ for id_, _ in receiver.received}) >= stories * len(STEPS), 150, service)
    time.sleep(1)  # what would be too many comes now
    told: dict[str, dict[str, dict]] = {}
    for webhook_id, alert in receiver.received:
        assert webhook_id == alert["id"]
        told.setdefault(alert["story"]["id"], {})[alert["step"]] = alert
    assert len(told) == stories, service.logs()
    for steps in told.values():
        assert sorted(steps) == sorted(STEPS)
        assert steps["sources:40"]["story"]["articles"] == SOURCES
        for step in STEPS[1:]:
            assert steps[step]["story"]["sources"] == int(step.partition(":")[2])


def test_forty_copies_over_four_partitions_and_a_kill(make_service, receiver):
    service = make_service(kafka={"topics": {"articles": {"partitions": 4}}})
    run(service, receiver, stories=1, kills=1, seconds=6)


@pytest.mark.soak
def test_thirty_stories_and_twenty_kills(make_service, receiver):
    service = make_service(kafka={"topics": {"articles": {"partitions": 4}}})
    run(service, receiver, stories=30, kills=20, seconds=160)
