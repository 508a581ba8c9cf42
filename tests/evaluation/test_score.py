"""The scorer counts what the sets' README says."""

import pytest

from evaluation.score import Names, Score, lines, passages, tempted, traps
from wirewatch.article import ActorTag, Salience
from wirewatch.tagging import Actor, Catalogue

CATALOGUE = Catalogue(
    [
        Actor(id="US", name="United States", type="country", iso2="US", aliases=("United States", "US")),
        Actor(id="O", name="Barack Obama", type="person", aliases=("Barack Obama",)),
        Actor(id="G", name="Gambia", type="country", iso2="GM", aliases=("Gambia",)),
        Actor(id="P", name="Paris", type="place", aliases=("Paris",)),
    ]
)
NAMES = Names(CATALOGUE)


def tag(actor_id, *, via=(), named=True):
    actor = CATALOGUE.actors[actor_id]
    iso2 = actor.iso2 if named and not via else None
    salience = Salience(headline=False, lead=False, count=1, score=0.1)
    return ActorTag(id=actor.id, name=actor.name, type=actor.type, iso2=iso2, via=via, salience=salience)


def passage(**fields):
    empty = {"either_countries": [], "either_actors": [], "not_actors": [], "countries": [], "actors": []}
    return {"id": "p", "title": "", "paragraphs": ["x"], "time": "2015-01-01", **empty, **fields}


def test_figures_are_those_of_the_counts():
    score = Score()
    score.add("a", {"FR", "DE"}, {"FR", "IT", "ES"}, {"ES"})
    assert (score.hit, score.wrong, score.missed) == (1, ["a IT"], ["a DE"])
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)


def test_nothing_found_scores_nothing():
    assert (Score().precision, Score().recall, Score().f1) == (0, 0, 0)


def test_articles_with_a_fault_are_counted_once():
    score = Score()
    score.add("a", {"FR", "DE"}, {"IT", "ES"}, set())
    score.add("b", {"FR"}, {"FR", "North Korea"}, set())
    assert score.faulty() == (2, 2, 1)


def test_look_alikes_taken_for_actors():
    looks = [{"name": name} for name in ("United States", "Barack Obama", "Gambia")]
    tags = [tag("US", via=("O",)), tag("G")]
    assert tempted([passage(not_actors=looks), passage()], lambda article: tags, NAMES) == (2, 3)


PASSAGES = {
    # name: (fields of the passage, tags, countries' and actors' hit, wrong, missed)
    "found": ({"countries": ["US"], "actors": ["US"]}, [tag("US")], (1, 0, 0), (1, 0, 0)),
    "by another name": ({"actors": ["The Gambia"], "countries": ["GM"]}, [tag("G")], (1, 0, 0), (1, 0, 0)),
    "a metonym is an actor, no country": ({"actors": ["US"]}, [tag("US", named=False)], (0, 0, 0), (1, 0, 0)),
    "rolled up counts for nothing": ({"actors": ["US"]}, [tag("US", via=("O",))], (0, 0, 0), (0, 0, 1)),
    "places count for nothing": ({}, [tag("P")], (0, 0, 0), (0, 0, 0)),
    "a matter of taste": ({"either_actors": ["Barack Obama"]}, [tag("O")], (0, 0, 0), (0, 0, 0)),
    "wrong": ({}, [tag("US")], (0, 1, 0), (0, 1, 0)),
    "tempting": ({"not_actors": [{"name": "US"}]}, [tag("US")], (0, 1, 0), (0, 1, 0)),
}


@pytest.mark.parametrize(("fields", "tags", "countries", "actors"), PASSAGES.values(), ids=PASSAGES.keys())
def test_passages(fields, tags, countries, actors):
    scores = passages([passage(**fields)], lambda article: tags, NAMES)
    found = {name: (s.hit, len(s.wrong), len(s.missed)) for name, s in scores.items()}
    assert found == {"countries": countries, "actors": actors}


LINES = {
    # name: (fields of the line, tags, hit, wrong, missed)
    "found": ({"actors": ["US"]}, [tag("US")], (1, 0, 0)),
    "wrong": ({}, [tag("US")], (0, 1, 0)),
    "a place is asked for": ({"actors": ["Paris"]}, [tag("P")], (1, 0, 0)),
    "a place is not asked for": ({}, [tag("P")], (0, 0, 0)),
    "a place that must not be": ({"not": ["Paris"]}, [tag("P")], (0, 1, 0)),
    "rolled up to": ({}, [tag("US", via=("O",))], (0, 0, 0)),
    "rolled up to what must not be": ({"not": ["US"]}, [tag("US", via=("O",))], (0, 1, 0)),
    "missed though rolled up to": ({"actors": ["US"]}, [tag("US", via=("O",))], (0, 0, 1)),
    "a matter of taste": ({"either": ["US"]}, [tag("US")], (0, 0, 0)),
}


@pytest.mark.parametrize(("fields", "tags", "counts"), LINES.values(), ids=LINES.keys())
def test_lines(fields, tags, counts):
    empty = {"id": "l", "pattern": "p", "title": "", "text": "x", "actors": [], "either": [], "not": []}
    score = lines([empty | fields], lambda article: tags, NAMES)["p"]
    assert (score.hit, len(score.wrong), len(score.missed)) == counts


TRAPS = {
    "a country, rightly": ("US", True, [tag("US")], True),
    "a country, by its capital": ("US", True, [tag("US", named=False)], True),
    "a country, wrongly": ("US", False, [tag("US")], False),
    "only rolled up": ("US", False, [tag("US", via=("O",))], True),
    "a person": ("Barack Obama", True, [tag("O")], True),
    "missed": ("Barack Obama", True, [], False),
}


@pytest.mark.parametrize(("asks", "expected", "tags", "right"), TRAPS.values(), ids=TRAPS.keys())
def test_traps(asks, expected, tags, right):
    record = {"id": "t", "text": "x", "asks": asks, "expected": expected}
    assert traps([record], lambda article: tags, NAMES) == {"t": right}
