"""Which watches an article meets, and what it is told about why."""

import pytest

from tests.watches.world import CATALOGUE, TOPICS, article, tag
from wirewatch.alert import ClauseTree
from wirewatch.tagging import Tagger, Topic, TopicRules
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.evidence import MAX_CONTEXT, sentence
from wirewatch.watches.model import Watch
from wirewatch.watches.why import MAX_CLAUSES


def watch(when, id_="w", severity="medium"):
    return Watch(id=id_, name=id_.upper(), severity=severity, when=when)


def met(item, *watches):
    found = WatchSet(watches, CATALOGUE, TOPICS)
    return found.match(item, tag(item, found.phrases))


SUMMIT = article("NATO talks of Iran", "Missile troops moved near the oil tankers, the US said.")

CASES = {
    "an actor": ("actor:NATO", ["actor:NATO"]),
    "an actor by an alias": ("actor:Tehran", ["actor:Tehran"]),
    "an actor not there": ("actor:Turkey", None),
    "a topic": ('topic:"armed conflict"', ['topic:"armed conflict"']),
    "words, whatever their case": ('"TALKS OF"', ['"TALKS OF"']),
    "all": ("actor:NATO AND actor:Iran", ["actor:NATO", "actor:Iran"]),
    "any gives each reason there is": (
        "actor:NATO OR actor:Turkey OR actor:Iran",
        ["actor:NATO", "actor:Iran"],
    ),
    "what was not met is no reason": (
        "(actor:NATO AND actor:Turkey) OR actor:Iran",
        ["actor:Iran"],
    ),
    "what speaks against is no reason": (
        "actor:NATO NOT (actor:Iran AND actor:Turkey)",
        ["actor:NATO"],
    ),
    "words near each other are one reason": (
        "troops NEAR/5 tankers",
        ['"troops" NEAR/5 "tankers"'],
    ),
    "the same clause is one reason": ("actor:Iran AND (actor:Iran OR x)", ["actor:Iran"]),
}


@pytest.mark.parametrize(("when", "reasons"), CASES.values(), ids=CASES)
def test_met(when, reasons):
    found = met(SUMMIT, watch(when))
    assert [[clause.clause for clause in match.why] for match in found] == ([reasons] if reasons else [])


@pytest.mark.parametrize(
    "when",
    [
        pytest.param("topic:sport NEAR/3 tankers", id="near a later place of its phrase"),
        pytest.param("lead:topic:sport", id="in the lead, when the title has its phrase too"),
    ],
)
def test_a_topic_stands_wherever_its_phrases_do(when):
    item = article("Striker signs", "A Striker came by oil tankers.", "Nobody else did.")
    (match,) = met(item, watch(when))
    assert match.why[0].evidence
    assert not met(article("Striker signs", "Strikers came by oil tankers."), watch(when))


@pytest.mark.parametrize("article_too", [False, True], ids=["by another alone", "named as well"])
@pytest.mark.parametrize(
    "when",
    [
        "actor:NATO NEAR/2 tankers",
        "actor:NATO BEFORE/2 tankers",
        *("actor:NATO@headline", "title:actor:NATO", "actor:NATO@lead", "lead:actor:NATO"),
    ],
)
def test_naming_an_actor_as_well_takes_no_match_away(when, article_too):
    more = ["The alliance goes on elsewhere."] if article_too else []
    item = article("Stoltenberg travels", "Stoltenberg saw tankers.", *more)
    (match,) = met(item, watch(when))
    assert match.why[0].evidence[0].text.startswith("Stoltenberg")
    direct = watch("actor:NATO@direct@headline OR actor:NATO@direct NEAR/2 tankers")
    assert met(item, direct) == []


def test_speaking_of_a_topic_as_well_takes_no_match_away():
    rules = TopicRules(
        (
            Topic("medtop:1", "strife", {"quarrel": 40.0}),
            Topic("medtop:2", "war", {"missile": 40.0}, parent="medtop:1"),
        )
    )
    for more in ([], ["They quarrel, and quarrel again."]):
        item = article("Ships", "A missile met tankers.", *more)
        found = WatchSet([watch("topic:strife NEAR/2 tankers AND lead:topic:strife")], CATALOGUE, rules)
        assert len(found.match(item, Tagger(CATALOGUE, rules, found.phrases).tag(item))) == 1


def test_evidence_holds_its_words():
    (match,) = met(SUMMIT, watch('actor:Iran AND "oil tanker*" AND Missile NEAR/2 moved'))
    for clause in match.why:
        assert clause.evidence
        for shown in clause.evidence:
            block = SUMMIT.title if shown.place.paragraph is None else SUMMIT.paragraphs[0]
            assert block[shown.place.start : shown.place.end] == shown.text
            assert shown.context[shown.offset :].startswith(shown.text)


def test_what_stands_for_an_actor_is_its_evidence():
    (match,) = met(article("A speech", "In Munich Stoltenberg spoke."), watch("actor:NATO"))
    assert [shown.text for shown in match.why[0].evidence] == ["Stoltenberg"]


def test_a_match_names_the_other_watches_met():
    found = met(
        SUMMIT, watch("actor:NATO", "a"), watch("actor:Iran", "b", "critical"), watch("actor:Turkey", "c")
    )
    assert [(m.watch, [o.watch for o in m.also]) for m in found] == [("a", ["b"]), ("b", ["a"])]
    assert found[0].fingerprint is found[1].fingerprint


def test_much_is_bounded():
    long = article("NATO", *["NATO " + "word " * 400 + "NATO."] * 30)
    (match,) = met(long, watch("actor:NATO"))
    (clause,) = match.why
    assert len(clause.evidence) == 3
    assert all(len(shown.context) <= MAX_CONTEXT for shown in clause.evidence)
    many = met(long, *(watch("actor:NATO", f"w{n}") for n in range(50)))
    assert len(many) == 50
    assert {len(match.also) for match in many} == {20}


def test_adding_a_watch_changes_the_set_but_not_the_others():
    small = WatchSet([watch("actor:NATO")], CATALOGUE, TOPICS)
    large = WatchSet([watch("actor:NATO"), watch("gas", "v")], CATALOGUE, TOPICS)
    assert small.version != large.version
    (before,) = small.match(SUMMIT, tag(SUMMIT, small.phrases))
    after = large.match(SUMMIT, tag(SUMMIT, large.phrases))
    assert [m.watch for m in after] == ["w"]
    assert after[0] == before


SENTENCES = {
    "the middle one": ("One came. Two went. Three stay.", "Two", "Two went."),
    "the first": ("One came. Two went.", "One", "One came."),
    "the last": ("One came. Two went", "went", "Two went"),
    "abbreviations go on": ("So. Gen. Mark Milley of the U.S. Army spoke. End.", "Milley", None),
    "quotes belong to it": ("He said “No.” Iran disagreed.", "Iran", "Iran disagreed."),
    "figures": ("It fell 3.5 percent. Oil rose.", "fell", "It fell 3.5 percent."),
    "across two": ("One came. Two went. Three.", "came. Two", "One came. Two went."),
    "a contraction ends it": ("It isn't. They said so.", "They", "They said so."),
    "a possessive ends it": ("A friend of McCoy’s. He ran.", "ran", "He ran."),  # noqa: RUF001
    "lines": ("One came\nTwo went", "Two", "Two went"),
}


@pytest.mark.parametrize(("text", "words", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentence(text, words, expected):
    start = text.index(words)
    begin, end = sentence(text, start, start + len(words))
    assert text[begin:end] == (expected or "Gen. Mark Milley of the U.S. Army spoke.")


TREES = {
    "one term": ("actor:NATO", "actor:NATO"),
    "and": ("actor:NATO AND actor:Iran", "(actor:NATO & actor:Iran)"),
    "one of several": ("actor:NATO OR actor:Turkey", "actor:NATO"),
    "some of several": ("2 OF (actor:NATO, actor:Turkey, oil)", '(2 OF: actor:NATO "oil")'),
    "what it had not": ("actor:NATO NOT actor:Turkey", "(actor:NATO & NOT actor:Turkey)"),
    "deeper": ("actor:NATO AND (x OR oil AND tankers)", '(actor:NATO & ("oil" & "tankers"))'),
}


@pytest.mark.parametrize(("when", "expected"), TREES.values(), ids=TREES)
def test_the_tree_says_how_the_reasons_came_together(when, expected):
    (match,) = met(SUMMIT, watch(when))
    assert drawn(match.tree, match.why) == expected


def drawn(tree: ClauseTree, why):
    if tree.op in {"term", "near"}:
        assert why[tree.why].clause == tree.clause
        return tree.clause
    if tree.op == "not":
        return tree.clause
    parts = [drawn(part, why) for part in tree.parts]
    return f"({tree.clause}: {' '.join(parts)})" if tree.op == "of" else f"({' & '.join(parts)})"


def test_many_reasons_are_bounded():
    words = [f"word{n}" for n in range(100)]
    (match,) = met(article("x", " ".join(words)), watch(" OR ".join(words)))
    assert len(match.why) == MAX_CLAUSES
    assert len(match.tree.parts) == MAX_CLAUSES
