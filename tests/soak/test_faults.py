"""The service under load with a fault a minute: no alert lost, the right rules fire, nothing else does."""

import json
import time
from datetime import timedelta

import pytest

from tests.acceptance.harness import wait_until
from tests.feeds.support import write_feeds
from tests.prometheus import needs_prometheus
from tests.prometheus import prometheus as run_prometheus
from tests.soak.faults import as_done, plan
from tests.soak.firings import due, firings, missing, seen, unexpected
from tests.soak.health import HealthWatch
from tests.soak.load import Producer, Stream
from tests.soak.lookout import Lookout
from tests.soak.memory import growing, longest_lives
from tests.soak.mischief import FeedServer, Mischief
from tests.soak.receiver import LongReceiver
from tests.soak.verdict import judge

pytestmark = [needs_prometheus, pytest.mark.soak, pytest.mark.kafka, pytest.mark.timeout(7200)]

RATE = 20.0
SHARE = 0.1
STEP = timedelta(days=14) / (5 * 60 * RATE)  # what a story is kept for passes in 5 minutes
PARTS = ("pipeline", "notify", "feeds")
STRAGGLERS = 13 * 60
"""Seconds after the run for what met the receiver's outage at its second retry, and waits for the third."""


class AlertReceiver(LongReceiver):
    """Keeps what was told of stories; counts what wirewatch says of itself."""

    def __init__(self):
        self.system = 0
        super().__init__()

    def keep(self, webhook_id, body):
        if b'"kind":"system"' in body.replace(b" ", b""):
            self.system += 1
        else:
            super().keep(webhook_id, body)


@pytest.fixture
def receiver():
    receiver = AlertReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
def feed():
    feed = FeedServer()
    yield feed
    feed.close()


@pytest.fixture
def service(make_service, feed):
    service = make_service(
        None,
        kafka={"topic_prefix": ""},
        replay={"enabled": False},
        feeds={"enabled": True, "shortest_minutes": 0.05},
    )
    write_feeds(service, feed.url)
    service.start("up")
    wait_until(lambda: all(map(service.ready, PARTS)), 180, service)
    return service


@pytest.fixture
def prometheus(service, tmp_path):
    ports = service.settings.ports
    health = {part: ports.health(part) for part in ("broker", *PARTS)}
    with run_prometheus(tmp_path / "prometheus", health, every="5s") as prometheus:
        yield prometheus


@pytest.fixture
def mischief(service, receiver, feed):
    mischief = Mischief(service, receiver, feed)
    yield mischief
    mischief.close()


def test_faults(service, receiver, prometheus, mischief, results, minutes):
    length = minutes("FAULTS", 30)
    faults = plan(length)
    stream = Stream(seed=9, share=SHARE, step=STEP, sentences=20)
    producer = Producer(service, stream, rate=RATE)
    watch, lookout = HealthWatch(service, receiver, stream, PARTS, results.samples), Lookout(prometheus)
    results.add(minutes=length, rate=RATE)
    for thread in (watch, lookout, producer):
        thread.start()
    times = play(faults, mischief, length, service)
    producer.stop(180)
    receive_the_rest(stream, receiver, mischief, service)
    watch.stop()
    lookout.stop()

    fired, looked = firings(lookout.seen), lookout.seen[-1][0]
    done = as_done(faults, times)
    verdict = judge(stream.stories, receiver.told)
    results.end(
        verdict=verdict.document(),
        articles=stream.articles,
        matching=stream.matching,
        resent=producer.resent,
        system_alerts=receiver.system,
        faults=list(told(done, fired, watch, length * 60, looked)),
        fired=[[one.name, one.labels, one.began, one.ended] for one in fired],
        late=[[at, late] for at, _, late in watch.seen[::4]],
        lookout_failures=lookout.failures,
    )
    assert verdict.wrong == [], service.logs()
    assert receiver.refused == []
    assert missing(done, fired, looked) == []
    assert unexpected(done, fired, looked) == []
    samples = [json.loads(line) for line in results.samples.read_text().splitlines()]
    assert growing({part: life for part, (_, life) in longest_lives(samples).items()}) == {}
    assert service.stop("up", timeout=30) == 0, service.logs()


def told(faults, fired, watch, end, looked):
    """Yield what the report says of each fault; it is healthy again, or not, before the next one begins."""
    following = [fault.at * 60 for fault in faults[1:]] + [end]
    for fault, until in zip(faults, following, strict=True):
        began = fault.at * 60
        yield {
            "at": began,
            "fault": fault.label,
            "ended": began + fault.seconds,
            "healthy_after": watch.healthy_after(began, until),
            "fires": [rule.name for rule in due(fault, looked)],
            "fired": [[rule.name, one.began] for rule in fault.fires for one in seen(rule, fault, fired)],
        }


def play(faults, mischief, length, service):
    """Do each fault at its minute; return (began, ended) of each, in seconds since the start."""
    began = time.monotonic()
    steps = [(fault.at * 60, "begin", n) for n, fault in enumerate(faults)]
    steps += [(fault.at * 60 + fault.seconds, "end", n) for n, fault in enumerate(faults)]
    times = [[0.0, 0.0] for _ in faults]
    for at, step, n in sorted(steps):
        hold(began + at, service)
        times[n][step == "end"] = time.monotonic() - began
        getattr(mischief, step)(faults[n])
    hold(began + length * 60, service)
    return times


def hold(until, service):
    while (left := until - time.monotonic()) > 0:
        assert service.processes["up"].poll() is None, service.logs()
        time.sleep(min(left, 0.5))


def receive_the_rest(stream, receiver, mischief, service):
    expected, deadline = stream.expected(), time.monotonic() + STRAGGLERS
    while receiver.distinct() < expected and time.monotonic() < deadline:
        hold(time.monotonic() + 1, service)
    time.sleep(3)  # what would come twice comes now
