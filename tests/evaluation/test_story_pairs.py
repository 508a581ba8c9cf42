"""The scorer of story decisions sees what each method finds, and would notice if it were wrong."""

from collections import Counter

import pytest
import yaml

from evaluation.story_pairs import (
    INDEX,
    SETS,
    STORIES,
    by_kind,
    decide,
    indexed,
    read_pairs,
    read_set,
    score,
    tables,
)
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import kept_builds, load_actors_and_topics
from wirewatch.tagging import Tagger


@pytest.fixture(scope="module")
def tagger():
    return Tagger(*load_actors_and_topics(default_config_dir()), (), kept_builds())


@pytest.fixture(scope="module")
def pairs(tagger):
    return read_pairs(STORIES / "dev.yaml", tagger)


def test_half_of_the_pairs_are_the_same_story(pairs):
    assert Counter(pair.same for pair in pairs) == {True: 28, False: 28}


def test_copies_are_one_story_and_news_is_told(pairs):
    found = {name: score(pairs, decided) for name, decided in decide(pairs).items()}
    assert not any(one.wrong for one in found.values())
    assert all(", retold" in name for name in found[INDEX].missed)  # never a copy
    alone = [one.hit for name, one in found.items() if name != INDEX]
    assert found["all together"].hit >= max(alone)
    assert found[INDEX].hit >= found["all together"].hit  # an article may join by another of its story
    assert found["same id"].hit == found["same text"].hit == 0  # no pair is so alike
    assert 0 < found["contained paragraphs"].hit < found["all together"].hit


def test_a_wrong_decision_is_counted(pairs):
    found = score(pairs, [not pair.same for pair in pairs])
    assert (found.precision, found.recall) == (0, 0)
    assert (len(found.wrong), len(found.missed)) == (28, 28)


def test_the_tables_have_every_method_and_kind(pairs):
    methods, kinds, hurried = tables("dev", pairs)
    assert methods.rows[0] == ("same id", "-", "0.000", "0.000", "0", "0", "28")  # nothing given
    assert [row[-1] for row in kinds.rows[:2]] == ["7/7"] * 2  # cut, edited
    assert [row[-1] for row in kinds.rows if row[1] == "no"] == ["0/7"] * 4
    assert [row[0] for row in hurried.rows] == [row[0] for row in kinds.rows if row[1] == "no"]
    assert [row[-1] for row in hurried.rows] == ["0/7"] * 4  # after a day nothing is held back


def test_retellings_in_other_words_are_mostly_recognised(pairs):
    retold = [n for n, pair in enumerate(pairs) if "retold" in pair.kind and pair.same]
    assert sum(decide(pairs)[INDEX][n] for n in retold) >= 12  # of 14


KNOWN = {
    "Near copies": ({True: 25, False: 27}, 0, 3),
    "Pairs as desks send them": ({True: 49, False: 42}, 3, 15),
    "Who does it to whom": ({True: 18, False: 14}, 1, 0),
    "What is on or off": ({True: 20, False: 20}, 0, 0),
}
"""How many are one story, how many two; of these at most so many are lost, of those told twice."""


@pytest.mark.parametrize("name", SETS)
def test_two_events_in_like_words_are_told(name, tagger):
    counts, lost, twice = KNOWN[name]
    pairs = read_set(name, tagger, held=False)
    assert Counter(pair.same for pair in pairs) == counts
    found = score(pairs, [indexed([pair])(pair) for pair in pairs])
    assert len(found.wrong) <= lost, found.wrong
    assert len(found.missed) <= twice, found.missed


def test_a_table_has_a_row_of_each_kind(tagger):
    table = by_kind("Near copies", "dev", read_set("Near copies", tagger, held=False))
    assert ("place", "no", "0/10") in table.rows


def test_an_editors_change_must_be_of_the_text(tmp_path, tagger):
    events = yaml.safe_load((STORIES / "dev.yaml").read_text(encoding="utf-8"))[:1]
    events[0]["near"]["replace"] = {"not in it": ""}
    path = tmp_path / "dev.yaml"
    path.write_text(yaml.safe_dump(events), encoding="utf-8")
    with pytest.raises(ValueError, match="not in it"):
        read_pairs(path, tagger)
