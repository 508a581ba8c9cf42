"""The long run with every process killed in turn: no alert lost, none under two ids, recovery times told."""

import os
import threading
import time

import pytest

from bench.latency import percentile
from tests.acceptance.generated import generate
from tests.flink.site import FlinkSite, Stream, wait_until
from tests.flink.test_job import assert_each_story_once, opened_per_story, told_all
from wirewatch.errors import WirewatchError
from wirewatch.records import ALERTS

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]

PER_SECOND = int(os.environ.get("FLINK_SOAK_RATE", "100"))
SECONDS = int(os.environ.get("FLINK_SOAK_SECONDS", "1200"))
RECOVERED = 180.0
LEFT = 60.0
"""Seconds of articles that must still come when a process is killed, to see when the first is through."""
SAMPLE_SECONDS = 10.0
MEAN_COPIES = 2.5  # of a story of one to four
PROCESSES = {
    "TaskManager": "TaskManagerRunner",
    "worker": "wirewatch.service.flink.worker",
    "worker pool": "worker-pool",
    "JobManager": "StandaloneSessionClusterEntrypoint",
}
ARTICLE_OF = {
    "articles.tagged": lambda record: record.key.decode(),
    "alerts": lambda record: ALERTS.decode(record.value).article,
}
"""Of which article a record tells, by topic, in the order they come."""


@pytest.fixture
def site(own_broker, tmp_path):
    site = FlinkSite(tmp_path / "site", own_broker.bootstrap, slots=2, zookeeper=True)
    site.start()
    yield site
    site.stop()


def test_every_process_killed_in_turn(site, own_broker, capsys):
    flink, load = Stream(site, partitions=2), generate(round(PER_SECOND * SECONDS / MEAN_COPIES), copies=4)
    flink.submit(parallelism=2)
    stop, sent = threading.Event(), []
    threads = [
        threading.Thread(target=_produce, args=(flink, load.articles, sent, stop)),
        threading.Thread(target=_sample, args=(flink, sizes := [], stop)),
    ]
    for thread in threads:
        thread.start()
    try:
        rows = [_fault(flink, own_broker, name, number, load, sent) for number, name in _faults()]
        wait_until(lambda: len(sent) == len(load.articles), "everything sent", timeout=SECONDS)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    try:
        wait_until(lambda: told_all(flink.topics, load), "every story")
    except AssertionError as error:
        raise AssertionError(f"{error}; {_missing(flink, load)}") from error
    flink.flink("stop")
    alerts = flink.topics.records("alerts")
    with capsys.disabled():
        print(f"\n{len(sent)} articles at {PER_SECOND}/s; from the kill to the first sent after it, s:")
        print("| killed | tagged | alert |", "|---|---:|---:|", *rows, sep="\n")
        print(f"{len(alerts)} alert records, {len({record.value for record in alerts})} different")
        print(*_latencies(flink, alerts), *_growth(sizes), sep="\n")
    assert_each_story_once(flink.topics, load)
    assert _bodies_agree(flink)
    assert flink.topics.count("dead-letters") == 0


def _missing(flink, load):
    """Return which articles were not tagged, and which stories not told: not read, or read and not sent."""
    tagged = {record.key for record in flink.topics.records("articles.tagged")}
    unread = [article.id for article in load.articles if article.id.encode() not in tagged]
    told = opened_per_story(flink.topics, load)
    untold = [
        (watch, story, sorted(ids))
        for watch, stories in load.expected.items()
        for story, ids in stories.items()
        if (watch, story) not in told
    ]
    return f"{len(unread)} not tagged: {unread[:20]}; {len(untold)} not told: {untold[:20]}"


def _faults():
    return enumerate([*PROCESSES, "broker"], start=1)


def _fault(flink, broker, name, number, load, sent):
    """Kill a process once so much has been sent; return its row of the table."""
    wait_until(lambda: len(sent) >= number * len(load.articles) / 7, name, timeout=SECONDS)
    left = (len(load.articles) - len(sent)) / PER_SECOND
    assert left > LEFT, f"{name}: only {left:.0f} s of articles come after it: give FLINK_SOAK_SECONDS more"
    starts = {topic: flink.topics.count(topic) for topic in ARTICLE_OF}
    killed, mark = time.time(), len(sent)
    if name == "broker":
        broker.kill()
        broker.start()
    else:
        flink.site.process(PROCESSES[name]).kill()

    def first(topic):
        """Return how long after the kill a record came of an article sent after it; None while none has."""
        after = {article.id for article in sent[mark + PER_SECOND // 4 :]}
        records = flink.topics.records(topic, starts[topic])
        came = [record.timestamp_ms for record in records if ARTICLE_OF[topic](record) in after]
        return min(came) / 1000 - killed if came else None

    for topic in ARTICLE_OF:
        what = f"{name}: {topic} of an article that was sent after the kill"
        wait_until(lambda topic=topic: first(topic) is not None, what, timeout=RECOVERED)
    return f"| {name} | {first('articles.tagged'):.1f} | {first('alerts'):.1f} |"


def _produce(flink, articles, sent, stop):
    """Write them at their pace; while the broker is away, again and again."""
    started = time.monotonic()
    piece = PER_SECOND // 4
    while len(sent) < len(articles) and not stop.is_set():
        try:
            with flink.producer() as write:
                while len(sent) < len(articles) and not stop.is_set():
                    batch = articles[len(sent) : len(sent) + piece]
                    write(batch)
                    sent += batch
                    stop.wait(max(0.0, started + len(sent) / PER_SECOND - time.monotonic()))
        except Exception:  # noqa: BLE001  # whatever the client says of a broker that is away
            stop.wait(1)


def _sample(flink, sizes, stop):
    """Note the size of the latest checkpoint now and then, while the JobManager answers."""
    while not stop.wait(SAMPLE_SECONDS):
        try:
            (job,) = (job for job in flink.rest.jobs() if job.name.startswith(flink.name))
            latest = flink.rest.checkpoints(job.id)["latest"]["completed"]
        except (WirewatchError, ValueError):
            continue
        if latest:
            sizes.append((time.monotonic(), latest["state_size"]))


def _growth(sizes):
    """Yield how the checkpoint grew over the second half of the run."""
    half = sizes[len(sizes) // 2 :]
    if len(half) > 1:
        (begun, first), (ended, last) = half[0], half[-1]
        yield f"checkpoint {first / 1e6:.2f} to {last / 1e6:.2f} MB in {ended - begun:.0f} s"


def _latencies(flink, alerts):
    """Yield how long alerts took from their article in Kafka, faults and all."""
    sent = {}
    for record in flink.topics.records("articles"):
        sent.setdefault(record.key.decode(), record.timestamp_ms)
    told = {}
    for record, alert in zip(alerts, flink.topics.alerts(), strict=True):
        told.setdefault(alert.id, (record.timestamp_ms - sent[alert.article]) / 1000)
    marks = " ".join(f"p{p} {percentile(list(told.values()), p):.2f}" for p in (50, 95, 99, 100))
    yield f"produce to alert, s: {marks}"


def _bodies_agree(flink):
    """Return whether each alert came with the same bytes however often it came."""
    alerts = {}
    for record, alert in zip(flink.topics.records("alerts"), flink.topics.alerts(), strict=True):
        alerts.setdefault(alert.id, set()).add(record.value)
    return all(len(bodies) == 1 for bodies in alerts.values())
