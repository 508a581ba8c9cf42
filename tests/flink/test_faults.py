"""The long run with every process killed in turn: no alert lost, none under two ids, recovery times told."""

import os
import threading
import time

import pytest

from tests.acceptance.generated import generate
from tests.flink.site import FlinkSite, Stream, wait_until
from tests.flink.test_job import assert_each_story_once, opened_per_story, told_all

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]

PER_SECOND = int(os.environ.get("FLINK_SOAK_RATE", "100"))
SECONDS = int(os.environ.get("FLINK_SOAK_SECONDS", "1200"))
RECOVERED = 180.0
PROCESSES = {
    "TaskManager": "TaskManagerRunner",
    "worker": "wirewatch.service.flink.worker",
    "worker pool": "worker-pool",
    "JobManager": "StandaloneSessionClusterEntrypoint",
}


@pytest.fixture
def site(own_broker, tmp_path):
    site = FlinkSite(tmp_path / "site", own_broker.bootstrap, slots=2, zookeeper=True)
    site.start()
    yield site
    site.stop()


def test_every_process_killed_in_turn(site, own_broker, capsys):
    flink, load = Stream(site, partitions=2), generate(PER_SECOND * SECONDS // 3, copies=4)
    flink.submit(parallelism=2)
    stop, sent = threading.Event(), []
    producer = threading.Thread(target=_produce, args=(flink, load.articles, sent, stop), daemon=True)
    producer.start()
    rows = []
    for number, name in enumerate([*PROCESSES, "broker"], start=1):
        wait_until(lambda n=number: len(sent) >= n * len(load.articles) / 7, name, timeout=SECONDS)
        killed = time.monotonic()
        if name == "broker":
            own_broker.kill()
            own_broker.start()
        else:
            site.process(PROCESSES[name]).kill()
        goal = len(sent) + 3 * PER_SECOND
        wait_until(lambda goal=goal: flink.topics.count("articles.tagged") >= goal, name, timeout=RECOVERED)
        rows.append(f"{name:<12} {time.monotonic() - killed:6.1f} s")
    wait_until(lambda: len(sent) == len(load.articles), "everything sent", timeout=SECONDS)
    producer.join()
    wait_until(lambda: told_all(flink.topics, load), "every story")
    flink.flink("stop")
    with capsys.disabled():
        print("\nuntil what was sent 3 s after the kill was tagged", *rows, sep="\n")
    assert_each_story_once(flink.topics, load)
    assert opened_per_story(flink.topics, load)
    assert _bodies_agree(flink)


def _produce(flink, articles, sent, stop):
    """Write them at their pace; a broker that is away is waited for."""
    started = time.monotonic()
    piece = PER_SECOND // 4
    for begin in range(0, len(articles), piece):
        batch = articles[begin : begin + piece]
        while not stop.is_set():
            try:
                flink.produce(batch)
                break
            except Exception:  # noqa: BLE001  # whatever the client says of a broker that is away
                stop.wait(1)
        sent += batch
        stop.wait(max(0.0, started + len(sent) / PER_SECOND - time.monotonic()))


def _bodies_agree(flink):
    """Return whether each alert came with the same bytes however often it came."""
    alerts = {}
    for record, alert in zip(flink.topics.records("alerts"), flink.topics.alerts(), strict=True):
        alerts.setdefault(alert.id, set()).add(record.value)
    return all(len(bodies) == 1 for bodies in alerts.values())
