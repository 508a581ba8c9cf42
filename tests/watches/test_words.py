"""Reports of one event in wholly other words: known by what their whole texts share, within half a day."""

import pytest

from tests.watches.world import article, tag
from wirewatch.watches.likeness.fingerprint import fingerprint
from wirewatch.watches.likeness.similarity import COMMON_WITHIN, Comparison, Kind
from wirewatch.watches.likeness.words import MAX_WORDS, is_actor, plain_words, telling_words, unpack

HOUR = 3_600_000_000  # µs
AGENCY = (
    "Iran seizes freighter carrying rice in Strait of Hormuz",
    "Iran's navy boarded the freighter Halcyon in the Strait of Hormuz and took it to Bandar Abbas.",
    "The eleven sailors, most of them Filipinos, are unharmed, its owner in Piraeus said. The cargo is rice.",
    "NATO called the seizure piracy. Insurers in London doubled premiums for the passage within hours.",
)
RETOLD = (
    "Filipinos held at gunpoint off Oman",
    "Masked commandos slid down ropes. By noon the freighter had left the shipping lane, and Iran had it.",
    "The Halcyon lies at Bandar Abbas. In Piraeus its owner asks for his rice, and his eleven sailors.",
    "Piracy, says NATO; insurers in London speak of doubled premiums for who still dares the passage.",
)
OTHER = (
    "Iran opens rice terminal for freighter traffic",
    "Iran opened a terminal on Monday. Ministers cut a ribbon, and a band played.",
    "NATO was not mentioned in the speeches, which lasted for two hours in the morning sun.",
)
BACKGROUND = (
    "Iran and NATO trade words over a freighter at drill",
    "A spokesman in Tehran mocked the alliance's manoeuvre near the coast of Oman as a parade of rust.",
    *AGENCY[2:],
)


def likeness(one, other, *, hours=6.0):
    a, b = (article(title, *paragraphs) for title, *paragraphs in (one, other))
    apart = round(hours * HOUR)
    return Comparison(fingerprint(a, tag(a)), lambda _: 1.0).likeness(fingerprint(b, tag(b)), apart=apart)


def test_a_retelling_in_other_words():
    assert likeness(AGENCY, RETOLD, hours=COMMON_WITHIN / HOUR).kind is Kind.RETOLD


@pytest.mark.parametrize(
    ("other", "hours"),
    [
        pytest.param(OTHER, 6, id="another event with the same actors and things"),
        pytest.param(RETOLD, COMMON_WITHIN / HOUR + 0.01, id="the next day it may be what came of it"),
        pytest.param(BACKGROUND, 6, id="a copied background proves nothing"),
    ],
)
def test_what_is_told_anew(other, hours):
    like = likeness(AGENCY, other, hours=hours)
    assert like is None or like.kind is not Kind.RETOLD


def test_words_of_an_actor_count_once_as_the_actor():
    item = article("Iran", "Iran's parliament met. Iranians watched parliament.")
    hashes = unpack(fingerprint(item, tag(item)).words)
    assert sum(map(is_actor, hashes)) == 1
    assert len(hashes) == len(set(hashes)) < 5


def test_what_is_kept_of_a_long_text_is_a_fair_sample():
    """Two texts that share half their words share about half of what is kept."""
    shared, mine, theirs = ([f"word{kind}{n}x" for n in range(80)] for kind in "abc")
    a, b = (set(unpack(telling_words([*shared, *own], []))) for own in (mine, theirs))
    assert len(a) == len(b) == MAX_WORDS
    assert 15 < len(a & b) < 50


def test_half_a_character_does_no_harm():
    assert telling_words(plain_words("half a \ud83d character of something"), [])
