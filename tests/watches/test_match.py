"""Which watches an article meets, and what it is told about why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.watches.world import CATALOGUE, TOPICS, article, tag
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.evidence import MAX_CONTEXT, sentence
from wirewatch.watches.model import AllOf, AnyOf, Not, PerStory, Term, Watch, needs_something


def watch(when, id_="w", severity="medium"):
    return Watch(id=id_, name=id_.upper(), severity=severity, when=when, per_story=PerStory())


def met(item, *watches):
    found = WatchSet(watches, CATALOGUE, TOPICS)
    return found.match(item, tag(item, found.phrases))


NATO, IRAN = Term("actor", "NATO"), Term("actor", "Iran")
SUMMIT = article("NATO talks of Iran", "Missile troops moved near the oil tankers, the US said.")

CASES = {
    "an actor": (NATO, ["actor: NATO"]),
    "an actor by an alias": (Term("actor", "Tehran"), ["actor: Tehran"]),
    "an actor not there": (Term("actor", "Turkey"), None),
    "an actor by one that is part of it": (Term("actor", "nato"), ["actor: nato"]),
    "a topic": (Term("topic", "armed conflict"), ["topic: armed conflict"]),
    "a phrase, whatever its case": (Term("phrase", "TALKS OF"), ['phrase: "TALKS OF"']),
    "a phrase is whole words": (Term("phrase", "oil tanker"), None),
    "a phrase that may go on": (Term("phrase", "oil tanker*"), ['phrase: "oil tanker*"']),
    "an exact phrase": (Term("phrase", "=the US"), ['phrase: "=the US"']),
    "an exact phrase otherwise": (Term("phrase", "=The us"), None),
    "all": (AllOf((NATO, IRAN)), ["actor: NATO", "actor: Iran"]),
    "all but one": (AllOf((NATO, Term("actor", "Turkey"))), None),
    "any gives each reason there is": (
        AnyOf((NATO, Term("actor", "Turkey"), IRAN)),
        ["actor: NATO", "actor: Iran"],
    ),
    "not there": (AllOf((NATO, Not(Term("actor", "Turkey")))), ["actor: NATO"]),
    "not, but there": (AllOf((NATO, Not(IRAN))), None),
    "what speaks against is no reason": (
        AllOf((NATO, Not(AllOf((IRAN, Term("actor", "Turkey")))))),
        ["actor: NATO"],
    ),
}


@pytest.mark.parametrize(("when", "reasons"), CASES.values(), ids=CASES)
def test_met(when, reasons):
    found = met(SUMMIT, watch(when))
    assert [[clause.clause for clause in match.why] for match in found] == ([reasons] if reasons else [])


def test_evidence_holds_its_words():
    (match,) = met(SUMMIT, watch(AllOf((IRAN, Term("phrase", "oil tanker*")))))
    for clause in match.why:
        assert clause.evidence
        for shown in clause.evidence:
            block = SUMMIT.title if shown.place.paragraph is None else SUMMIT.paragraphs[0]
            assert block[shown.place.start : shown.place.end] == shown.text
            assert shown.context[shown.offset :].startswith(shown.text)


def test_what_stands_for_an_actor_is_its_evidence():
    (match,) = met(article("A speech", "In Munich Stoltenberg spoke."), watch(NATO))
    assert [shown.text for shown in match.why[0].evidence] == ["Stoltenberg"]


def test_a_match_names_the_other_watches_met():
    found = met(SUMMIT, watch(NATO, "a"), watch(IRAN, "b", "critical"), watch(Term("actor", "Turkey"), "c"))
    assert [(m.watch, [o.watch for o in m.also]) for m in found] == [("a", ["b"]), ("b", ["a"])]
    assert found[0].fingerprint is found[1].fingerprint


def test_much_is_bounded():
    long = article("NATO", *["NATO " + "word " * 400 + "NATO."] * 30)
    (match,) = met(long, watch(NATO))
    (clause,) = match.why
    assert len(clause.evidence) == 3
    assert all(len(shown.context) <= MAX_CONTEXT for shown in clause.evidence)
    many = met(long, *(watch(NATO, f"w{n}") for n in range(50)))
    assert len(many) == 50
    assert {len(match.also) for match in many} == {20}


def test_adding_a_watch_changes_the_set_but_not_the_others():
    small = WatchSet([watch(NATO)], CATALOGUE, TOPICS)
    large = WatchSet([watch(NATO), watch(Term("phrase", "gas"), "v")], CATALOGUE, TOPICS)
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
    "lines": ("One came\nTwo went", "Two", "Two went"),
}


@pytest.mark.parametrize(("text", "words", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentence(text, words, expected):
    start = text.index(words)
    begin, end = sentence(text, start, start + len(words))
    assert text[begin:end] == (expected or "Gen. Mark Milley of the U.S. Army spoke.")


# Against the obvious: each clause looked up in the words themselves.
TERMS = [NATO, IRAN, *(Term("actor", n) for n in ("Turkey", "Russia")), Term("topic", "sport")]
TERMS += [Term("phrase", p) for p in ("striker", "oil", "oil tank*", "=Gas")]
nodes = st.recursive(
    st.sampled_from(TERMS),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
words = st.lists(
    st.sampled_from(
        [
            "NATO",
            "Iran",
            "Tehran",
            "Turkey",
            "Moscow",
            "striker",
            "oil",
            "tankers",
            "Oil",
            "gas",
            "Gas",
            "and",
        ]
    ),
    max_size=12,
)


def obviously(node, text):  # noqa: PLR0911  # one return a kind of clause
    """Whether words of `text`, written with single spaces, meet `node`."""
    lower, padded = f" {text.lower()} ", f" {text} "
    match node:
        case Term("actor", name):
            return any(
                f" {n} " in padded
                for n in {"Iran": ("Iran", "Tehran"), "Russia": ("Moscow",)}.get(name, (name,))
            )
        case Term("topic"):
            return " striker " in padded
        case Term("phrase", phrase) if phrase.startswith("="):
            return f" {phrase[1:]} " in padded
        case Term("phrase", phrase):
            return f" {phrase[:-1]}" in lower if phrase.endswith("*") else f" {phrase} " in lower
        case Not(part):
            return not obviously(part, text)
        case AllOf(parts):
            return all(obviously(part, text) for part in parts)
        case AnyOf(parts):
            return any(obviously(part, text) for part in parts)


@settings(max_examples=60, deadline=None)
@given(st.lists(nodes.filter(needs_something), min_size=1, max_size=5), words)
def test_matching_is_what_the_watches_say(conditions, spoken):
    text = " ".join(spoken)
    item = article("Untitled", text)
    watches = [watch(when, f"w{n}") for n, when in enumerate(conditions)]
    expected = [f"w{n}" for n, when in enumerate(conditions) if obviously(when, text)]
    assert [match.watch for match in met(item, *watches)] == expected


@given(nodes)
def test_what_needs_nothing_is_what_an_empty_article_could_meet(node):
    if needs_something(node):
        assert not obviously(node, "")
