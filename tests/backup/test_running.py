"""A backup taken under load, restored elsewhere, run on: no alert lost, none told under two ids."""

import json
import subprocess
import sys
import threading

import msgspec
import pytest

from tests.acceptance.generated import generate
from tests.acceptance.harness import ROOT, Receiver, Service, wait_until
from tests.acceptance.test_crash import check
from tests.service.support import environment
from tests.soak.written import records_of
from wirewatch.records import ALERTS

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]


def run(service, *arguments):
    where = ["--config", str(service.config_dir), "--data", str(service.data_dir)]
    return subprocess.run(
        [sys.executable, "-m", "wirewatch", *arguments, *where],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=180,
        check=False,
    )


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def make(tmp_path, receiver):
    """`make(name, partitions)`: a service with a broker and ports of its own; all tell the same receiver."""
    made = []

    def one(name, partitions=1):
        topics = {"articles": {"partitions": partitions}}
        made.append(Service(tmp_path / name, None, receiver, kafka={"topic_prefix": "", "topics": topics}))
        return made[-1]

    yield one
    for service in made:
        service.close()


def start(service):
    service.start("broker", "pipeline", "notify")
    wait_until(lambda: service.ready("pipeline") and service.ready("notify"), 120, service)


def back_up_under_load(service, receiver, load, folder):
    """Take a backup while half of `load` is written, the last of it after the backup; SIGKILL the service."""
    start(service)
    half, taken = load.articles[: len(load.articles) // 2], threading.Event()

    def pace(number):
        if number == len(half) - 50:
            taken.wait(150)
        return 0.2 if number % 10 == 0 else 0.0

    producer = threading.Thread(target=service.produce, args=(half, pace))
    producer.start()
    try:
        wait_until(lambda: len(receiver.received) > 10, 120, service)
        done = run(service, "backup", str(folder), "--json")
    finally:
        taken.set()
        producer.join(120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["parts"] == ["broker", "notify", "pipeline"]
    service.close()  # what came after the backup is lost


def restore(service, folder):
    """Restore into `service`, whose ports are others; return which partitions were checked."""
    done = run(service, "restore", str(folder))
    assert done.returncode == 0, done.stderr
    return sorted(line.split()[1] for line in done.stdout.splitlines() if "the log holds" in line)


def test_no_alert_is_lost_or_told_under_two_ids(make, receiver, tmp_path):
    folder, load = tmp_path / "backup", generate(stories=400, copies=3)
    back_up_under_load(make("first"), receiver, load, folder)
    second = make("second")
    assert restore(second, folder) == ["alerts-0", "articles-0"]
    again = run(second, "restore", str(folder))
    assert again.returncode == 2
    assert "holds state already" in again.stderr

    run_on(second, load)
    wait_until(lambda: all(times_told(load, told_to(receiver))), 120, second)
    assert set(times_told(load, {**opened(second), **told_to(receiver)})) == {1}
    check(load, receiver, second)


@pytest.mark.soak
def test_with_two_partitions_the_restored_log_holds_no_story_under_two_ids(make, receiver, tmp_path):
    """Reading two partitions again in another order must not open a story anew whose alert was restored."""
    folder, load = tmp_path / "backup", generate(stories=400, copies=3)
    back_up_under_load(make("first", 2), receiver, load, folder)
    second = make("second", 2)
    assert restore(second, folder) == ["alerts-0", "articles-0", "articles-1"]
    run_on(second, load)
    wait_until(lambda: all(times_told(load, opened(second))), 120, second)
    assert set(times_told(load, opened(second))) == {1}


def run_on(service, load):
    """Start what was restored; the sources send all again, since a restored Kafka lacks what came after."""
    start(service)
    service.produce(load.articles)


def told_to(receiver):
    return ids_of(alert for _, alert in list(receiver.received))


def opened(service):
    """Return the ids of the stories' first alerts in Kafka, by watch and article."""
    return ids_of(msgspec.to_builtins(ALERTS.decode(r.value)) for r in records_of(service, "alerts"))


def ids_of(alerts):
    return {(one["watch"], one["article"]): one["id"] for one in alerts if one["status"] == "opened"}


def times_told(load, ids):
    """Return how often each story was opened. The last ones come last: once they are there, all are."""
    stories = [(w, articles) for w, watched in load.expected.items() for articles in watched.values()]
    return [sum((watch, one) in ids for one in articles) for watch, articles in stories]
