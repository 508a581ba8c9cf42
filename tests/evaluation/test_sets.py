"""The evaluation sets say nothing of a text that the text does not say, and their checker would notice."""

import hashlib
import json
import shutil
from collections import Counter

import pytest
import yaml

from evaluation.check import (
    BRIEF_SETS,
    DESK_SETS,
    HERE,
    LINE_SET,
    NEWS_SETS,
    PASSAGE_SETS,
    TRAP_SET,
    WHOLE_SET,
    Facts,
    find_facts,
    problems,
)


def read(name):
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def sets(tmp_path):
    for name in (*PASSAGE_SETS, *DESK_SETS, TRAP_SET, LINE_SET, *NEWS_SETS, WHOLE_SET, *BRIEF_SETS):
        shutil.copy(HERE / name, tmp_path)
    return tmp_path


def test_the_sets_are_sound():
    assert list(problems(HERE, Facts.load(find_facts()))) == []


def test_the_sets_are_large_enough():
    assert all(len(read(name)) >= 64 for name in PASSAGE_SETS)
    assert len(read(TRAP_SET)) >= 60


def test_the_halves_are_alike():
    dev, held = (Counter(record["kind"] for record in read(name)) for name in PASSAGE_SETS)
    assert dev.keys() == held.keys()
    assert all(abs(dev[kind] - held[kind]) <= 1 for kind in dev)


def test_the_desk_was_dealt_out_by_hash_and_half_of_it_is_look_alikes():
    dev, held = map(read, DESK_SETS)
    deal = {r["id"]: hashlib.sha256(r["id"].encode()).hexdigest() for r in (*dev, *held)}
    assert max(deal[r["id"]] for r in dev) < min(deal[r["id"]] for r in held)
    for half in (dev, held):
        assert len(half) == 62
        assert 0.4 < sum(bool(record["actors"]) for record in half) / len(half) < 0.6


def test_short_items_were_dealt_out_by_hash():
    halves = yaml.safe_load((HERE / BRIEF_SETS[0]).read_text(encoding="utf-8"))
    for odd, half in enumerate(("dev", "held")):
        assert len(halves[half]) >= 64
        assert {int(hashlib.sha256(one["title"].encode()).hexdigest(), 16) % 2 for one in halves[half]} == {
            odd
        }


def test_topics_of_plain_news_were_dealt_out_in_turn():
    halves = yaml.safe_load((HERE / BRIEF_SETS[1]).read_text(encoding="utf-8"))
    assert (len(halves["dev"]), len(halves["held"])) == (116, 115)
    whole = [sum(len(one["text"].split()) >= 250 for one in halves[half]) for half in ("dev", "held")]
    assert min(whole) == 10


def test_plain_news_was_dealt_out_by_parity():
    for odd, name in zip((1, 0), NEWS_SETS, strict=True):
        records = read(name)
        assert len(records) >= 150
        assert {int(record["id"].removeprefix("news-")) % 2 for record in records} == {odd}


def test_about_half_of_the_traps_are_true():
    expected = [record["expected"] for record in read(TRAP_SET)]
    assert 0.4 < sum(expected) / len(expected) < 0.6


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": "dev-wire-02"}, "appears twice"),
        ({"kind": "gossip"}, "kind 'gossip'"),
        ({"time": "2015-02-30"}, "not an ISO date"),
        ({"countries": ["ZZ"]}, "'ZZ' is not a country's ISO2 code"),
        ({"countries": ["Iran"]}, "'Iran' is not a country's ISO2 code"),
        ({"paragraphs": None}, "paragraphs must be a list"),
        ({"note": "?"}, "unknown fields: note"),
        (
            {"actors": ["Iran"], "evidence": {"Iran": "Persia"}},
            "evidence for Iran is not in the text: 'Persia'",
        ),
        ({"actors": ["Iran"], "evidence": {}}, "evidence for other than the actors"),
        ({"either_countries": ["IR"]}, "in countries and in either_countries: IR"),
        ({"not_actors": [{"name": "Iran", "text": "Iran", "why": "x"}]}, "is an actor and not an actor"),
        ({"not_actors": [{"name": "Oman", "text": "Oman", "why": "x"}]}, "words that are not in the text"),
        ({"topics": []}, "no topics"),
        ({"topics": [{"code": "medtop:16000000", "name": "peace"}]}, "is not called 'peace'"),
    ],
)
def test_the_checker_notices(sets, change, complaint):
    first, *rest = read("dev.jsonl")
    lines = [first | change, *rest]
    (sets / "dev.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    facts = Facts(frozenset({"IR", "US", "IL"}), {"medtop:16000000": "conflict, war and peace"})
    found = [
        problem for problem in problems(sets, facts) if problem.startswith(("dev.jsonl:1:", "dev.jsonl:2:"))
    ]
    assert any(complaint in problem for problem in found)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"title": "", "text": " "}, "no text"),
        ({"actors": ["Iran"], "not": ["Iran"]}, "names one twice"),
        ({"note": "?"}, "unknown fields: note"),
        ({"time": "today"}, "time 'today' is not an ISO date"),
    ],
)
def test_the_checker_notices_in_lines(sets, change, complaint):
    line = {"id": "x", "pattern": "p", "title": "t", "text": "", "actors": [], "either": [], "not": []}
    (sets / LINE_SET).write_text(json.dumps(line | change) + "\n", encoding="utf-8")
    assert any(p.startswith(f"{LINE_SET}:1: {complaint}") for p in problems(sets, Facts()))


@pytest.mark.parametrize(
    ("whole", "complaint"),
    [
        (
            "{dev: {1: {topics: [fire], either: []}}, held: {1: {topics: [fire], either: []}}}",
            "in both halves",
        ),
        ("{dev: {1: {topics: [], either: [fire]}}, held: {}}", "1: an article has topics, one at least"),
        ("{dev: {1: {topics: [fire], either: [fire]}}, held: {}}", "1: names a topic twice"),
        ("{dev: {1: {topics: [peace], either: []}}, held: {}}", "1: no topic is called peace"),
    ],
)
def test_the_checker_notices_in_whole_articles(sets, whole, complaint):
    (sets / WHOLE_SET).write_text(whole, encoding="utf-8")
    facts = Facts(topics={"medtop:20000139": "fire"})
    assert any(f"{WHOLE_SET}: {complaint}" in problem for problem in problems(sets, facts))


@pytest.mark.parametrize("name", BRIEF_SETS)
@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ("[{title: Blaze}]", "Blaze: an item has a title, topics"),
        ("[{title: Blaze, topics: [fire], nots: [war]}]", "Blaze: an item has a title, topics"),
        ("[{title: Blaze, topics: [fire]}, {title: Blaze, topics: [fire]}]", "Blaze: stands twice"),
        ("[{title: Blaze, topics: [fire], not: [fire]}]", "Blaze: names a topic twice"),
        ("[{title: Blaze, topics: [fire], not: [peace]}]", "Blaze: no topic is called peace"),
    ],
)
def test_the_checker_notices_in_short_items(sets, name, items, complaint):
    (sets / name).write_text(f"{{dev: {items}, held: []}}", encoding="utf-8")
    facts = Facts(topics={"medtop:20000139": "fire"})
    assert any(f"{name}: {complaint}" in problem for problem in problems(sets, facts))
