"""The main job: seed articles in, one signed webhook for each expected alert, and none twice."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from connectors.seeds.folder import read_articles
from tests.acceptance.harness import wait_until
from wirewatch.part import utc_now
from wirewatch.resources import default_seeds_dir

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


def expected_stories() -> dict[tuple[str, str], set[str]]:
    """Return the stories each watch must tell: (watch, story) → the files of the articles that meet it."""
    stories: dict[tuple[str, str], set[str]] = {}
    listed = yaml.safe_load((default_seeds_dir() / "expected.yaml").read_text())
    for file, entry in listed.items():
        for watch in entry["watches"]:
            stories.setdefault((watch, entry["story"]), set()).add(file)
    return stories


def ids_by_file() -> dict[str, str]:
    folder = default_seeds_dir()
    return {
        path.name: read_articles([path], undated=utc_now()).articles[0].id
        for path in sorted(Path(folder).glob("*.txt"))
    }


def test_every_expected_alert_once_and_none_again_after_a_restart(make_service, receiver):
    service = make_service()
    stories, ids = expected_stories(), ids_by_file()
    service.start("pipeline", "notify", "replay")
    wait_until(lambda: len(receiver.received) >= len(stories), 150, service)
    for part in ("replay", "pipeline", "notify"):
        assert service.stop(part) == 0, service.logs()

    opened = [alert for _, alert in receiver.received if alert["status"] == "opened"]
    told = Counter((alert["watch"], alert["article"]) for alert in opened)
    for (watch, story), files in sorted(stories.items()):
        count = sum(told.pop((watch, ids[file]), 0) for file in files)
        assert count == 1, f"{watch} on {story}: {count} alerts"
    assert not told, f"unexpected: {told}"
    assert receiver.refused == []

    before = len(receiver.received)
    service.start("pipeline", "notify", "replay")
    wait_until(lambda: service.ready("pipeline") and service.ready("notify"), 150, service)
    for part in ("replay", "pipeline", "notify"):
        assert service.stop(part) == 0, service.logs()
    assert len(receiver.received) == before
