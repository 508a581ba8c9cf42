"""The whole service under a steady load, and at rest: what it costs, if it grows, how late alerts are."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.harness import Service, wait_until
from tests.soak.load import Producer, Stream
from tests.soak.memory import BOUNDED, MAY_GROW, growth
from tests.soak.sampling import Sampler
from tests.soak.verdict import judge

pytestmark = [pytest.mark.soak, pytest.mark.kafka, pytest.mark.timeout(7200)]

RATE = 50.0
SHARE = 0.1
STEP = timedelta(days=14) / (5 * 60 * RATE)  # what a story is kept for passes in 5 minutes
SENTENCES = 20  # 3 kB
# Small enough that Kafka drops segments during the run.
TOPIC = {"retention_bytes": 64 << 20}
LONG_ENOUGH = {"steady": 30, "rest": 5}  # minutes
SEED = "The council weighs a new bridge\n\n1 January 2026\n\nIt will decide in spring.\n"


@pytest.fixture
def service(make_service, tmp_path) -> Service:
    """All parts, as `up` runs them, with a broker of its own; replay has one article to send, then rests."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "bridge.txt").write_text(SEED)
    service = make_service(
        None,
        kafka={"topics": {"articles": TOPIC, "articles_tagged": TOPIC}},
        replay={"enabled": True, "seeds": str(seeds)},
    )
    service.start("up")
    wait_until(lambda: all(map(service.ready, ("pipeline", "notify", "replay"))), 120, service)
    return service


@pytest.fixture
def sampler(service, results):
    sampler = Sampler(
        results.samples,
        supervisor=service.processes["up"].pid,
        data_dir=service.data_dir,
        pipeline_port=service.settings.ports.pipeline,
    )
    sampler.start()
    yield sampler
    sampler.stop()


def test_steady_load(service, receiver, results, sampler, minutes):
    stream = Stream(seed=3, share=SHARE, step=STEP, sentences=SENTENCES)
    producer = Producer(service, stream, rate=RATE)
    length = minutes("STEADY", 30)
    results.add(minutes=length, rate=RATE)
    producer.start()
    _hold(length, service)
    producer.stop()
    expected = stream.expected()
    deadline = time.monotonic() + 60
    while receiver.distinct() < expected and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(2)  # what would come twice comes now
    sampler.stop()
    verdict = judge(stream.stories, receiver.told)
    sent = {id_: at for story in stream.stories for id_, at in story.sent.items()}
    results.end(
        verdict=verdict.document(),
        articles=stream.articles,
        matching=stream.matching,
        resent=producer.resent,
        sampling_failures=sampler.failures,
        # (when written, seconds until the webhook was received)
        webhook_latency=[
            (sent[t.article], t.at - sent[t.article]) for t in receiver.told if t.article in sent
        ],
    )
    assert verdict.wrong == [], service.logs()
    assert receiver.refused == []
    if length >= LONG_ENOUGH["steady"]:
        assert _growing(results.samples) == {}
    assert service.stop("up", timeout=20) == 0, service.logs()


def test_rest(service, receiver, results, sampler, minutes):
    length = minutes("REST", 10)
    results.add(minutes=length)
    _hold(length, service)
    sampler.stop()
    results.end(sampling_failures=sampler.failures, told=len(receiver.told))
    assert receiver.told == []
    if length >= LONG_ENOUGH["rest"]:
        assert _growing(results.samples) == {}
    assert service.stop("up", timeout=20) == 0, service.logs()


def _growing(file: Path) -> dict[str, float]:
    """Return the parts that grew too much in the second half of the run."""
    samples = [json.loads(line) for line in file.read_text().splitlines()]
    return {
        part: by
        for part in samples[0]["parts"]
        if part not in BOUNDED
        and (by := growth([sample["parts"][part]["rss"] for sample in samples])) > MAY_GROW
    }


def _hold(minutes: float, service: Service) -> None:
    deadline = time.monotonic() + 60 * minutes
    while time.monotonic() < deadline:
        assert service.processes["up"].poll() is None, service.logs()
        time.sleep(1)
