import json

import pytest

from wirewatch.errors import ConfigError
from wirewatch.tagging import load_topics

TOPICS = {
    "conflict": ("Airstrikes hit the front line", "medtop:20000056"),
    "terror": ("Suicide bomber kills ten", "medtop:20000053"),
    "sanctions": ("US imposes sanctions and an embargo", "medtop:20000642"),
    "nuclear": ("Uranium enrichment goes on at Natanz", "medtop:20000635"),
    "election": ("Voters go to polling stations", "medtop:20000574"),
    "disaster": ("Earthquake and tsunami strike coast", "medtop:20000148"),
}


@pytest.mark.parametrize(("title", "code"), TOPICS.values(), ids=TOPICS.keys())
def test_a_headline_shows_its_topic(tagger, article, title, code):
    tags = tagger.tag(article(title))
    assert [t.code for t in tags.topics] == [code]
    assert 0.5 <= tags.topics[0].score <= 1


def test_one_word_in_passing_is_no_topic(tagger, article):
    tags = tagger.tag(article("Cake won the bake-off", "Rain fell.", "A missile of cream flew. " * 50))
    assert tags.topics == ()


def test_a_prefix_covers_the_whole_word(tagger, article):
    (topic,) = tagger.tag(article("Sanctions and embargoes")).topics
    assert [m.text for m in topic.mentions] == ["Sanctions", "embargoes"]


def test_find(topics):
    (by_code,) = topics.find("20000056")
    assert topics.find("Armed Conflict") == topics.find("medtop:20000056") == [by_code]
    assert topics.find("gardening") == []
    assert topics.nearest("armed conflct") == ["armed conflict"]


def test_codes_and_names_are_those_of_iptc(topics, shared):
    known = {}
    for line in (shared / "facts" / "mediatopics.jsonl").read_text(encoding="utf-8").splitlines():
        concept = json.loads(line)
        known[concept["code"]] = concept["name"]
    assert len(topics.topics) >= 12
    assert {t.code: t.name for t in topics.topics}.items() <= known.items()


WRONG = {
    "not YAML": ("topics: [", "not YAML"),
    "no topics": ("{}", "topics"),
    "unknown field": ("topics: [{code: a, name: b, phrases: {}, x: 1}]", "x"),
    "a code twice": (
        "topics: [{code: a, name: b, phrases: {}}, {code: a, name: b, phrases: {}}]",
        "a stands twice",
    ),
    "no weight": ("topics: [{code: a, name: b, phrases: {war: 0}}]", "'war': 0"),
    "no words": ("topics: [{code: a, name: b, phrases: {'*': 1}}]", r"'\*'"),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_broken_file_is_refused(tmp_path, content, message):
    path = tmp_path / "topics.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"topics\.yaml: .*{message}"):
        load_topics(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_topics(tmp_path / "topics.yaml")
