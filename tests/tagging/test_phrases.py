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
    "decomposed accents of a phrase": (Phrase(1, "cafe\u0301"), "a café here", ["café"]),
    "an accent that makes no letter": (Phrase(1, "eko"), "Ẹ\u0301kọ\u0301 ni", ["Ẹ\u0301kọ\u0301"]),
    "ß": (
        Phrase(1, "straße"),
        "Straße, STRASSE, strasse, STRAẞE",
        ["Straße", "STRASSE", "strasse", "STRAẞE"],
    ),
    "ss": (Phrase(1, "Strasse"), "Große Straße. Die STRASSE", ["Straße", "STRASSE"]),
    "exact ß": (Phrase(1, "Straße", case="exact"), "STRASSE, Strasse, Straße.", ["Straße"]),
    "exact ss": (Phrase(1, "Strasse", case="exact"), "Straße; Strasse.", ["Strasse"]),
    "a word that goes on behind ß": (
        Phrase(1, "gross", prefix=True),
        "ß Großbritannien ß",
        ["Großbritannien"],
    ),
    "from within ß": (Phrase(1, "sen", inside=True), "die Großen", ["ßen"]),
    "up to within ß": (Phrase(1, "gros", inside=True), "die Großen", ["Groß"]),
    "ligatures": (Phrase(1, "first office"), "The ﬁrst oﬃce", ["ﬁrst oﬃce"]),
    "a ligature of a phrase": (Phrase(1, "ﬁrst"), "The FIRST", ["FIRST"]),
    "æ and œ": (Phrase(1, "hors d'oeuvre"), "Hors d’Œuvre. Ærø", ["Hors d’Œuvre"]),
    "long s": (Phrase(1, "wasser"), "Waſſer", ["Waſſer"]),
    "dotless i": (Phrase(1, "Isparta"), "ısparta ISPARTA İsparta", ["ısparta", "ISPARTA", "İsparta"]),
    "sigma": (Phrase(1, "λόγος"), "ΛΟΓΟΣ λογος", ["ΛΟΓΟΣ", "λογος"]),
    "a word that goes on behind sigma": (Phrase(1, "ΛΟΓΟΣ", prefix=True), "λογοσέλ", ["λογοσέλ"]),
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
