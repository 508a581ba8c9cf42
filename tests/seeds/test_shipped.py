"""The seeds that come with wirewatch, and the labels that acceptance tests compute from."""

import re
from pathlib import Path

import pytest
import yaml

from connectors.seeds.folder import read_articles, read_seed, seed_files
from wirewatch.part import utc_now

SEEDS = Path(__file__).parents[2] / "seeds"
EXPECTED = yaml.safe_load((SEEDS / "expected.yaml").read_text(encoding="utf-8"))
WORDS = {
    "nato": re.compile(r"\b(NATO|Nato|North Atlantic Treaty Organization|Stoltenberg)\b"),
    "iran": re.compile(r"\b(Iran|Iranians?|Tehran|Rouhani|Khamenei|Soleimani|Zarif)\b"),
}


def test_every_seed_is_labelled_and_every_label_has_its_seed():
    assert sorted(EXPECTED) == [path.name for path in seed_files(SEEDS)]
    assert len(EXPECTED) >= 48


def test_all_are_articles_fully_understood():
    reading = read_articles([SEEDS], undated=utc_now())
    assert (reading.rejected, reading.warnings) == ((), ())
    assert len(reading.articles) == len(EXPECTED)
    assert [article.time for article in reading.articles] == sorted(a.time for a in reading.articles)


@pytest.mark.parametrize("name", EXPECTED)
def test_labels_agree_with_the_words(name):
    draft = read_seed(SEEDS / name).draft
    text = "\n".join((draft.title, *draft.paragraphs))
    expected = EXPECTED[name]
    met = {watch for watch, words in WORDS.items() if words.search(text)}
    assert set(expected["watches"]) == met | ({"nato-iran"} if len(met) == 2 else set())
    assert bool(expected["watches"]) == ("story" in expected)
    assert 120 <= len(text.split()) <= 450
    assert draft.source != "unknown"


def test_expected_alerts():
    stories = {(watch, row["story"]) for row in EXPECTED.values() for watch in row["watches"]}
    counts = {name: sum(watch == name for watch, _ in stories) for name in ("nato", "iran", "nato-iran")}
    assert counts == {"nato": 12, "iran": 16, "nato-iran": 5}


def test_only_the_revision_shares_its_id():
    articles = read_articles([SEEDS], undated=utc_now()).articles
    ids = [article.id for article in articles]
    twice = [article.title for article in articles if ids.count(article.id) > 1]
    assert len(twice) == 2
    assert all("dispute clause" in title for title in twice)
