"""The file of topics: what is in the shipped one, how one is read, and what is refused with its line."""

import json

import pytest

from wirewatch.errors import ConfigError
from wirewatch.tagging import Topic, load_topics

ASKED_FOR = """
    armed conflict; diplomacy; economic sanction; act of terror; nuclear policy; election; demonstration;
    human rights; law; economy; energy and resource; macro economics; market and exchange; cyber crime;
    information technology and computer science; natural disaster; public health; climate change; immigration;
    refugees and internally displaced people; mass media
"""


def test_the_shipped_topics_are_those_asked_for(topics):
    assert len([topic for topic in topics.topics if topic.phrases]) >= 45
    assert all(topics.find(name.strip()) for name in ASKED_FOR.split(";"))


def test_codes_names_and_parents_are_those_of_iptc(topics, shared):
    known = {}
    for line in (shared / "facts" / "mediatopics.jsonl").read_text(encoding="utf-8").splitlines():
        concept = json.loads(line)
        known[concept["code"]] = concept["name"], concept["parent"]
    assert {t.code: (t.name, t.parent) for t in topics.topics}.items() <= known.items()


def one(*fields):
    return "\n".join(("topics:", "  - code: own:a", "    name: a", *(f"    {field}" for field in fields)))


WRONG = {
    # each a file, a line of it and what is said
    "not YAML": ("topics: [", 2, "not valid YAML"),
    "empty": ("", 1, "must hold `topics:`"),
    "something else": ("watches: []", 1, "must hold `topics:`"),
    "no list": ("topics: {}", 1, "a list of topics"),
    "a topic that is none": ("topics:\n  - war", 2, "a topic has fields: code, name"),
    "an unknown field": (one("strongs: war"), 4, "no field 'strongs'; did you mean strong"),
    "a field twice": (one("strong: war", "strong: army"), 5, "strong stands twice"),
    "phrases as a list": (one("strong: [war]"), 4, "write plain text"),
    "no name": ("topics:\n  - code: own:a\n    strong: war", 2, "own:a: a topic needs a code and a name"),
    "no code": ("topics:\n  - name: a\n    strong: war", 2, "a: a topic needs a code and a name"),
    "a code that is none": ("topics:\n  - name: a\n    code: war\n    strong: war", 3, "'war' is no code"),
    "a code twice": (
        one("strong: war", "").rstrip() + "\n  - code: own:a\n    name: b\n    strong: army",
        5,
        "'own:a' stands in line 2 already",
    ),
    "a name twice": (
        one("strong: war", "").rstrip() + "\n  - code: own:b\n    name: A\n    strong: army",
        5,
        "'a' stands in line 2 already",
    ),
    "an unknown parent": (
        one("parent: aa", "strong: war"),
        4,
        "no topic has the name 'aa'; did you mean 'a'",
    ),
    "company that is not there": (
        one("with: aa", "strong: war"),
        4,
        "no topic has the name 'aa'; did you mean 'a'",
    ),
    "its own company": (one("with: a", "strong: war"), 4, "goes with itself"),
    "its own parent": (one("parent: a", "strong: war"), 4, "its own ancestor"),
    "nothing to show it": (one("against: war"), 2, "nothing could ever show it"),
    "a phrase twice": (one("strong: war", "weak: army, war"), 5, "weak: 'war' stands twice"),
    "a phrase that a star has": (
        one("strong: army", "weak: punch*, punches"),
        5,
        r"weak: 'punches' is met by 'punch\*' of this topic too, and would count twice; take 'punches' out",
    ),
    "a weaker phrase that a star has": (
        one("strong: jab*", "weak: jab"),
        5,
        r"weak: 'jab' is met by 'jab\*'",
    ),
    "a star that a star has": (
        one("strong: drug trafficker*, drug traffick*"),
        4,
        r"strong: 'drug trafficker\*' is met by 'drug traffick\*'",
    ),
    "what speaks against, twice": (
        one("strong: war", "against: film star*, film stars"),
        5,
        "'film stars' is met",
    ),
    "no words": (one("strong: war, *"), 4, r"strong: '\*' has no letter"),
    "an empty phrase": (one("strong: war, , army"), 4, "nothing between two commas"),
    "a star inside": (one("strong: war* crime"), 4, r"'war\* crime': a \* stands at the end only"),
    "a choice in a choice": (one("strong: (fire|(shoot|hit)) boats"), 4, r"a choice as \(one\|another\)"),
    "half a choice": (one("weak: war", "strong: (fire|shoot boats"), 5, r"a choice as \(one\|another\)"),
    "no choice": (one("strong: (fire) boats"), 4, r"a choice as \(one\|another\)"),
    "too many choices": (
        one(f"strong: ({'|'.join('abcdefghijk')}) {'(a|b|c)' * 4}"),
        4,
        "stands for 891 phrases",
    ),
    "a choice with a star inside": (one("strong: (fires|launch*) rockets"), 4, r"'launch\* rockets': a \*"),
    "two choices in two lists": (
        one("strong: (a|the) war", "weak: the (war|army)"),
        5,
        "'the war' is made by a group of another list too",
    ),
    "a phrase that a choice's star has": (
        one("strong: (fires|lobs) rocket*, fires rockets"),
        4,
        r"'fires rockets' is met by 'fires rocket\*'",
    ),
    "too short before a star": (one("strong: go*"), 4, r"'go\*': before the \* go at least 3 letters"),
}


@pytest.mark.parametrize(("content", "line", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_broken_file_is_refused_with_the_line(tmp_path, content, line, message):
    path = tmp_path / "topics.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"topics\.yaml:{line}(:1)?: .*{message}"):
        load_topics(path)


def test_a_phrase_may_weigh_more_than_the_star_that_meets_it_or_be_longer(tmp_path):
    path = tmp_path / "topics.yaml"
    path.write_text(
        one("strong: farmers, film-maker, film's", "weak: farm*, film*, farm prices", "against: farmed"),
        encoding="utf-8",
    )
    (topic,) = load_topics(path).topics
    assert topic.phrases["farmers"] == 2 * topic.phrases["farm*"] == -topic.phrases["farmed"]


def test_a_choice_stands_for_each_of_its_phrases_and_what_is_written_out_counts_so(tmp_path):
    path = tmp_path / "topics.yaml"
    path.write_text(
        one(
            "strong: (fires|launches) (rocket*|a rocket), rebel(|s) (seize|take) (|the )town",
            "weak: launches rocket*",
        ),
        encoding="utf-8",
    )
    (topic,) = load_topics(path).topics
    assert topic.phrases == {
        "launches rocket*": 1.5,
        "fires rocket*": 3.0,
        "fires a rocket": 3.0,
        "launches a rocket": 3.0,
        "rebel seize town": 3.0,
        "rebel seize the town": 3.0,
        "rebel take town": 3.0,
        "rebel take the town": 3.0,
        "rebels seize town": 3.0,
        "rebels seize the town": 3.0,
        "rebels take town": 3.0,
        "rebels take the town": 3.0,
    }
    assert topic.written(topic.phrases) == 3


def test_an_abbreviation_is_met_with_its_dots_too(tmp_path):
    path = tmp_path / "topics.yaml"
    path.write_text(
        one("strong: un sanctions, (us|uk)-led force, unrest, bogus", "weak: u.n. sanctions"),
        encoding="utf-8",
    )
    (topic,) = load_topics(path).topics
    assert topic.phrases == {
        "un sanctions": 3.0,
        "u.n. sanctions": 1.5,
        "us-led force": 3.0,
        "u.s.-led force": 3.0,
        "uk-led force": 3.0,
        "u.k.-led force": 3.0,
        "unrest": 3.0,
        "bogus": 3.0,
    }
    assert topic.written(topic.phrases) == 5


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        load_topics(tmp_path / "topics.yaml")


def test_a_file_is_read_as_written(tmp_path):
    path = tmp_path / "topics.yaml"
    text = (
        one("strong: war, front\n      line*", "weak: army")
        + "\n  - {code: own:b, name: b, parent: A, with: A, weak: sea}"
    )
    path.write_text(text, encoding="utf-8")
    assert load_topics(path).topics == (
        Topic("own:a", "a", {"war": 3.0, "front line*": 3.0, "army": 1.5}),
        Topic("own:b", "b", {"sea": 1.5}, "own:a", ("own:a",)),
    )
