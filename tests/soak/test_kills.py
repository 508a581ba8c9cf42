"""SIGKILL under load, many times: every alert arrives, repeats only under the same id, no story twice."""

import random
import time
from datetime import datetime, timedelta

import pytest

from tests.acceptance.harness import Service, wait_until
from tests.soak.load import Producer, Stream
from tests.soak.sampling import read_metrics
from tests.soak.verdict import judge
from tests.soak.written import alerts_written
from wirewatch.article import Article

pytestmark = [pytest.mark.soak, pytest.mark.kafka, pytest.mark.timeout(3600)]

KILLS = 20
RATE = 50.0
STEP = timedelta(minutes=1)
TWO_PARTITIONS = {"topics": {"articles": {"partitions": 2}}}
PATIENCE = 300  # seconds: a start is 5 s of processor time, and a machine may be busy with much else


def works(service: Service, part: str) -> bool:
    """Tell whether `part` is past its start: ready, and the pipeline has read articles."""
    if not service.ready(part):
        return False
    return part != "pipeline" or read_metrics(service.settings.ports.pipeline)["articles"] > 0


def runs(service: Service) -> bool:
    """Tell whether no part has ended by itself: nothing comes of waiting for one that has."""
    return all(process.poll() is None for process in service.processes.values())


def arrive(stream, receiver, service, results, *, within: float, **figures) -> None:
    """Wait for the last alert, then judge."""
    expected = stream.expected()
    deadline = time.monotonic() + within
    while receiver.distinct() < expected and time.monotonic() < deadline and runs(service):
        time.sleep(0.2)
    time.sleep(3)  # what would come twice comes now
    verdict = judge(stream.stories, receiver.told)
    written = alerts_written(service)
    results.end(
        verdict=verdict.document(),
        written=written.document(),
        articles=stream.articles,
        matching=stream.matching,
        **figures,
    )
    assert verdict.wrong == [], service.logs()
    assert written.differing == []
    assert receiver.refused == []


def test_pipeline_and_notify_killed(make_service, receiver, results, broker_address):
    """20 kills of each at work, and some more at whatever point of its start it is."""
    rng = random.Random(11)
    receiver.think = 0.1
    service = make_service(broker_address, kafka=TWO_PARTITIONS)
    service.make_topics()
    service.start("pipeline", "notify")
    stream = Stream(seed=1, share=0.4, step=STEP)
    producer = Producer(service, stream, rate=RATE)
    producer.start()
    kills = {"pipeline": {"working": 0, "starting": 0}, "notify": {"working": 0, "starting": 0}}
    for victim in ["pipeline", "notify"] * KILLS:
        if rng.random() < 0.2:
            time.sleep(rng.uniform(0, 5))
            kills[victim]["working" if works(service, victim) else "starting"] += 1
            service.kill(victim)
            service.start(victim)
        wait_until(lambda victim=victim: works(service, victim), PATIENCE, service)
        time.sleep(rng.uniform(0, 3))
        kills[victim]["working"] += 1
        service.kill(victim)
        service.start(victim)
    producer.stop()
    arrive(stream, receiver, service, results, within=PATIENCE, kills=kills, resent=producer.resent)
    for part in ("pipeline", "notify"):
        assert service.stop(part) == 0, service.logs()


def test_broker_killed(make_service, receiver, results, own_broker):
    rng = random.Random(5)
    service = make_service(own_broker.bootstrap, kafka=TWO_PARTITIONS)
    service.make_topics()
    service.start("pipeline", "notify")
    stream = Stream(seed=2, share=0.4, step=STEP)
    producer = Producer(service, stream, rate=RATE)
    producer.start()
    away = []
    for _ in range(3):
        wait_until(lambda: works(service, "pipeline") and works(service, "notify"), PATIENCE, service)
        time.sleep(rng.uniform(2, 8))
        own_broker.kill()
        began = time.monotonic()
        time.sleep(rng.uniform(0, 10))
        own_broker.start()
        away.append(time.monotonic() - began)
    wait_until(lambda: works(service, "pipeline") and works(service, "notify"), PATIENCE, service)
    time.sleep(5)
    producer.stop()
    arrive(
        stream,
        receiver,
        service,
        results,
        within=PATIENCE,
        kills={"broker": 3},
        away=away,
        resent=producer.resent,
    )
    for part in ("pipeline", "notify"):
        assert service.stop(part) == 0, service.logs()


def test_replay_killed(make_service, receiver, results, broker_address, tmp_path):
    """Ten kills while a thousand files are played over some 40 seconds."""
    rng = random.Random(8)
    stream = Stream(seed=4, share=0.4, step=STEP)
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    articles = iter(stream)
    for number in range(1000):
        article, story = next(articles)
        (seeds / f"{number:04}.txt").write_text(seed_text(article))
        if story is not None:
            story.sent[article.id] = time.time()
    speed = 1000 * STEP.total_seconds() / 40
    service = make_service(
        broker_address,
        kafka=TWO_PARTITIONS,
        replay={"enabled": True, "seeds": str(seeds), "speed": speed},
    )
    service.make_topics()
    service.start("pipeline", "notify", "replay")
    for _ in range(10):
        time.sleep(rng.uniform(0.5, 6))
        service.kill("replay")
        service.start("replay")
    arrive(stream, receiver, service, results, within=PATIENCE, kills={"replay": 10})
    for part in ("replay", "pipeline", "notify"):
        assert service.stop(part) == 0, service.logs()


def seed_text(article: Article) -> str:
    """Return `article` as a seed file that is read as the same article."""
    assert isinstance(article.published, datetime)
    head = [
        article.title,
        "",
        article.published.isoformat(),
        f"Source: {article.source}",
        f"URL: {article.url}",
    ]
    return "\n\n".join(["\n".join(head), *article.paragraphs]) + "\n"
