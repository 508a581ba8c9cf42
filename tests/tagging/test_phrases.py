# ruff: noqa: RUF001  (typographic quotes are among what is tested)
import pytest

from wirewatch.tagging import Catalogue, Phrase, Tagger, TopicRules


@pytest.fixture
def tagger_of():
    return lambda *phrases: Tagger(Catalogue(()), TopicRules(()), phrases)


HITS = {
    # name: (phrase, text, words met)
    "any case": (Phrase(1, "oil tanker"), "An Oil Tanker sank; OIL TANKER!", ["Oil Tanker", "OIL TANKER"]),
    "exact": (Phrase(1, "Apple", case="exact"), "Apple sells; an apple fell.", ["Apple"]),
    "word boundary": (Phrase(1, "tanker"), "tankers tanker", ["tanker"]),
    "prefix": (Phrase(1, "tanker", prefix=True), "Tankers, supertankers", ["Tankers"]),
    "exact prefix": (Phrase(1, "Tank", case="exact", prefix=True), "Tankers tanks", ["Tankers"]),
    "curly apostrophe": (Phrase(1, "Lloyd's"), "Lloyd’s said", ["Lloyd’s"]),
    "İ": (Phrase(1, "istanbul"), "İstanbul", ["İstanbul"]),
    "decomposed accents": (Phrase(1, "café"), "a cafe\u0301 here", ["cafe\u0301"]),
    "absent": (Phrase(1, "tanker"), "nothing", []),
}


@pytest.mark.parametrize(("phrase", "text", "met"), HITS.values(), ids=HITS.keys())
def test_hits(tagger_of, article, phrase, text, met):
    hits = tagger_of(phrase).tag(article("", text)).phrases
    assert [text[h.place.start : h.place.end] for h in hits] == met
    assert {(h.phrase, h.place.paragraph) for h in hits} <= {(1, 0)}


def test_a_phrase_hides_no_other(tagger_of, article):
    phrases = [Phrase(1, "oil tanker"), Phrase(2, "tanker"), Phrase(3, "tank", prefix=True)]
    hits = tagger_of(*phrases).tag(article("oil tanker")).phrases
    assert {h.phrase for h in hits} == {1, 2, 3}
