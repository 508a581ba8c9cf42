"""The config that comes with wirewatch, loaded as a whole."""

import shutil
from pathlib import Path

import pytest

from tests.watches.world import article
from wirewatch.errors import ConfigError
from wirewatch.snapshot import load_snapshot

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def config(tmp_path):
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config"


def test_the_default_config_finds_what_it_watches_for(config):
    snapshot = load_snapshot(config)
    item = article("NATO responds to Tehran", "Stoltenberg spoke in Brussels.")
    matches = snapshot.watches.match(item, snapshot.tagger.tag(item), traceparent=lambda: "00-1-2-01")
    assert [match.watch for match in matches] == ["nato", "iran", "nato-iran"]
    assert {match.traceparent for match in matches} == {"00-1-2-01"}


def test_a_phrase_is_found_by_the_tagger(config):
    with (config / "watches.yaml").open("a", encoding="utf-8") as file:
        file.write('\n- id: cafe\n  name: Café\n  when: >\n    "cafe bombing*"\n')
    snapshot = load_snapshot(config)
    item = article("After the Café Bombings", "Nothing else.")
    (match,) = snapshot.watches.match(item, snapshot.tagger.tag(item))
    assert match.why[0].evidence[0].text == "Café Bombings"


def test_any_change_makes_another_version(config):
    before = load_snapshot(config)
    assert load_snapshot(config).version == before.version
    text = (config / "watches.yaml").read_text(encoding="utf-8")
    (config / "watches.yaml").write_text(text.replace("severity: medium", "severity: low"), encoding="utf-8")
    after = load_snapshot(config)
    assert after.version != before.version
    assert after.tagger.version == before.tagger.version


@pytest.mark.parametrize(
    "name", ["watches.yaml", "topics.yaml", "actors/organisations.jsonl", "actors/words.yaml"]
)
def test_one_broken_file_fails_the_whole(config, name):
    (config / name).write_text("- [", encoding="utf-8")
    with pytest.raises(ConfigError, match=name):
        load_snapshot(config)
