"""Watches that are edited while the service runs, as an analyst does it."""

import json
import time
from datetime import timedelta
from urllib.request import urlopen

import pytest
import yaml

from tests.acceptance.generated import START, article
from tests.acceptance.harness import Receiver, Service, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]
QUICKLY = {"id": "quokka", "name": "Quokkas", "severity": "low", "when": "quokka"}
OTHER = {"id": "numbat", "name": "Numbats", "severity": "low", "when": "numbat"}


class Editor:
    """The service with a watches.yaml of its own."""

    def __init__(self, service: Service, receiver: Receiver) -> None:
        self.service, self.receiver = service, receiver
        self.file = service.config_dir / "watches.yaml"
        self.file.unlink()
        self.save([OTHER])
        self.sent = 0

    def save(self, watches) -> None:
        self.file.write_text(watches if isinstance(watches, str) else yaml.safe_dump(watches))

    def publish(self, word: str) -> str:
        """Write an article about `word`, unlike every other; return its id."""
        self.sent += 1
        n = self.sent
        item = article(
            title=f"{word} seen near gamma{n}q",
            paragraphs=[f"A {word} met alpha{n}x and beta{n}y of delta{n}z."],
            source="wire.example",
            url=f"https://wire.example/{n}",
            time=START + timedelta(minutes=n),
        )
        self.service.produce([item])
        return item.id

    def state(self):
        port = self.service.settings.ports.pipeline
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
            return json.load(answer)["config"]["watches"]

    def told(self, article_id: str) -> bool:
        return any(alert["article"] == article_id for _, alert in self.receiver.received)

    def alerts_for(self, article_id: str) -> None:
        wait_until(lambda: self.told(article_id), 150, self.service)


@pytest.fixture
def editor(make_service, receiver):
    editor = Editor(make_service(), receiver)
    editor.service.make_topics()
    editor.service.start("pipeline", "notify")
    wait_until(lambda: editor.service.ready("pipeline"), 150, editor.service)
    return editor


def test_added_broken_and_mended_while_it_runs(editor):
    first = editor.publish("numbat")
    missed = editor.publish("quokka")
    editor.alerts_for(first)
    before = editor.state()

    editor.save([OTHER, QUICKLY])
    saved = time.monotonic()
    wait_until(lambda: editor.state()["version"] != before["version"], 150, editor.service)
    print(f"in force {time.monotonic() - saved:.1f} s after it was saved")
    editor.alerts_for(editor.publish("quokka"))
    added = editor.state()
    assert added["error"] is None

    editor.save("- id: quokka\n  name: Quokkas\n  when: actor:NobodyOfThisName\n")
    wait_until(lambda: editor.state()["error"] is not None, 150, editor.service)
    assert editor.state()["version"] == added["version"]
    assert f"{editor.file}:" in editor.state()["error"]
    assert editor.service.ready("pipeline")
    editor.alerts_for(editor.publish("quokka"))  # the last good one is in force
    assert '"config_broken"' in (editor.service.data_dir / "pipeline.log").read_text()

    editor.service.kill("pipeline")
    editor.service.start("pipeline")
    wait_until(lambda: editor.service.ready("pipeline"), 150, editor.service)
    assert "started by the copy of" in editor.state()["error"]
    assert editor.state()["version"] == added["version"]
    editor.alerts_for(editor.publish("quokka"))  # and over a restart

    editor.save([QUICKLY])
    wait_until(lambda: editor.state()["error"] is None, 150, editor.service)
    editor.publish("numbat")
    last = editor.publish("quokka")
    editor.alerts_for(last)
    told = [alert["article"] for _, alert in editor.receiver.received]
    assert len(told) == len(set(told)) == 5, "no alert twice, none of a watch that was not there"
    assert missed not in told


def test_nothing_is_lost_or_told_twice_while_it_is_edited(editor):
    """Edited every second under load, a watch that stays tells of each article once."""
    ids = []
    for n in range(6):
        editor.save([OTHER, *([QUICKLY] if n % 2 else [])])
        ids += [editor.publish("numbat") for _ in range(5)]
        time.sleep(1)
    wait_until(lambda: all(map(editor.told, ids)), 150, editor.service)
    told = [alert["article"] for _, alert in editor.receiver.received]
    assert sorted(told) == sorted(ids)
