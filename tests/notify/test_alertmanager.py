"""Alerts posted to the real Alertmanager, looked up in its own API."""

import asyncio
import contextlib
import json
import shutil
import subprocess
import time
import urllib.request
from datetime import datetime, timedelta

import pytest

from connectors.notify.outcomes import DeliveryOutcome
from connectors.notify.receivers import Telling, samples
from connectors.notify.receivers.config import ReceiverConfig, ReceiverMaker
from connectors.notify.store import Delivery
from tests.notify.support import TRACE, alert
from tests.ports import free_ports
from wirewatch.alert import Story
from wirewatch.part import utc_now
from wirewatch.records import ALERTS

BINARY = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
pytestmark = pytest.mark.skipif(BINARY is None, reason="no Alertmanager: apt install prometheus-alertmanager")
CONFIG = "route: {receiver: none, group_wait: 1s}\nreceivers: [{name: none}]\n"


@pytest.fixture(scope="module")
def manager(tmp_path_factory):
    """A running Alertmanager; its URL."""
    folder = tmp_path_factory.mktemp("alertmanager")
    (folder / "config.yml").write_text(CONFIG)
    web, cluster = free_ports(2)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                BINARY,
                f"--config.file={folder / 'config.yml'}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{web}",
                f"--cluster.listen-address=127.0.0.1:{cluster}",
            ],
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{web}"
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/-/ready", timeout=2):
                break
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait(10)


def tell(manager, folder, *alerts, **options):
    config = ReceiverConfig.model_validate(
        {"name": "am", "alertmanager": {"url": manager, "allow_private": True, **options}}
    )
    receiver = ReceiverMaker(config_dir=folder, data_dir=folder, attempt_timeout=30).make(config)
    telling = Telling("d1", alerts, tuple(ALERTS.encode(a) for a in alerts), utc_now())
    delivery = Delivery(1, "d1", "am", receiver.render(telling), 0, 0, TRACE)

    async def once():
        try:
            return await receiver.attempt(delivery, utc_now)
        finally:
            await receiver.close()

    answer = asyncio.run(once())
    assert answer.outcome is DeliveryOutcome.DELIVERED, answer


def listed(manager, watch):
    """Return the alerts of a watch that Alertmanager shows as active."""
    with urllib.request.urlopen(f"{manager}/api/v2/alerts?filter=alertname%3D{watch}", timeout=5) as answer:
        return json.loads(answer.read())


def story(**changes):
    now = utc_now()
    return Story(
        **{"id": "s1", "first": now - timedelta(hours=2), "last": now, "articles": 2, "sources": 2} | changes
    )


def test_an_alert_appears_as_it_should(manager, tmp_path):
    told = alert(
        "a1", watch="one", story=story(), alerted=utc_now(), labels={"desk": "gulf"}, source="Example"
    )
    tell(manager, tmp_path, told, labels={"env": "test"})
    (found,) = listed(manager, "one")
    assert found["labels"] == {
        "alertname": "one",
        "story": "s1",
        "severity": "high",
        "kind": "watch",
        "desk": "gulf",
        "env": "test",
    }
    assert found["annotations"]["summary"] == "NATO ministers meet in Brussels"
    assert (found["annotations"]["articles"], found["annotations"]["sources"]) == ("2", "2")
    assert found["status"]["state"] == "active"


def test_an_update_is_the_same_alert(manager, tmp_path):
    opened = alert("a1", watch="two", story=story(), alerted=utc_now())
    tell(manager, tmp_path, opened)
    (first,) = listed(manager, "two")
    updated = alert(
        "a2",
        watch="two",
        status="updated",
        step="sources:5",
        title="It grows",
        story=story(articles=9, sources=5, first=opened.story.first),
        alerted=utc_now(),
    )
    tell(manager, tmp_path, updated)
    (second,) = listed(manager, "two")
    assert second["fingerprint"] == first["fingerprint"]
    assert second["startsAt"] == first["startsAt"]
    assert second["annotations"]["sources"] == "5"
    assert second["annotations"]["summary"] == "It grows"
    other = alert("b1", watch="two", story=story(id="s2"), alerted=utc_now())
    tell(manager, tmp_path, other)
    assert len(listed(manager, "two")) == 2


def test_closed_resolves(manager, tmp_path):
    opened = alert("a1", watch="three", story=story(), alerted=utc_now())
    tell(manager, tmp_path, opened)
    assert len(listed(manager, "three")) == 1
    closed = alert("a3", watch="three", status="closed", story=opened.story, alerted=utc_now())
    tell(manager, tmp_path, closed)
    assert gone(manager, "three")


def test_expiry_resolves(manager, tmp_path):
    now = utc_now()
    told = alert("a1", watch="four", alerted=now, expires_at=now + timedelta(seconds=2))
    tell(manager, tmp_path, told)
    assert len(listed(manager, "four")) == 1
    assert gone(manager, "four")


def test_without_an_expiry_it_outlives_the_resolve_timeout(manager, tmp_path):
    tell(manager, tmp_path, alert("a1", watch="five", alerted=utc_now()))
    (found,) = listed(manager, "five")
    ends = found["endsAt"]
    assert ends > (utc_now() + timedelta(hours=23)).isoformat()


def test_a_sample_is_soon_over(manager, tmp_path):
    now = utc_now()
    tell(manager, tmp_path, samples.telling(samples.Sample.TEST, now).latest)
    (found,) = listed(manager, "system/test")
    assert datetime.fromisoformat(found["endsAt"]) - now < timedelta(minutes=6)


def test_a_group_is_one_post(manager, tmp_path):
    now = utc_now()
    alerts = [alert(f"a{n}", watch="six", story=story(id=f"s{n}"), alerted=now) for n in range(20)]
    tell(manager, tmp_path, *alerts)
    assert len(listed(manager, "six")) == 20


def gone(manager, watch):
    deadline = time.monotonic() + 60
    while listed(manager, watch):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
