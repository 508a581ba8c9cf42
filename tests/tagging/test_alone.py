"""Whom a surname alone tells: a plain alias where nobody else bears it, else words of the office."""

import pytest

from tools.catalogue import alone

OVERLAY = {
    "not_alone": ["Pistorius"],
    "words_too": ["Champagne", "Store"],
    "words": {
        "unless": ["coach*"],
        "kinds": [{"titles": ["foreign minister", "defence minister"], "needs": ["truce"]}],
    },
}
NAMES = {"Rubio", "Reeves", "Oneill"}
CANADA = {"name": "Canada", "type": "country", "aliases": ["Canada"]}
JORDAN = {"name": "Jordan", "type": "country", "aliases": ["Jordan"]}
KIA = {"name": "Kiaro", "type": "company", "aliases": ["Kiaro"]}
PLAIN = "plain"
WORDS = {"needs": ["truce"], "unless": ["coach*"]}


def person(name, *surnames, title="foreign minister", **term):
    surnames = surnames or (name.rpartition(" ")[2],)
    return {
        "name": name,
        "type": "person",
        "aliases": [name, *({"text": text, "kind": "surname"} for text in surnames)],
        "roles": [{"title": title, "of": "Canada", "from": "2021-01-01", **term}] if title else [],
    }


CASES = {
    "nobody else's": (person("Alexander Dobrindt"), PLAIN),
    "with accents": (person("Radosław Šikorzski"), PLAIN),
    "of many": (person("Marco Rubio"), WORDS),
    "of someone else in the news": (person("Boris Pistorius"), WORDS),
    "a word": (person("François-Philippe Champagne"), None),
    "a word but for an accent": (person("Jonas Gahr Støre"), None),
    "of many, with an apostrophe": (person("Michelle O'Neill", title=None), None),
    "a given name": (person("Peter Martin"), None),
    "short": (person("Delia Hmdr"), WORDS),
    "of many, in an office without words": (person("Ada Reeves", title="archivist"), None),
    "of many, out of office": (person("Ada Reeves", to="2025-01-01"), None),
    "nobody else's, lately in office": (person("Alexander Dobrindt", to="2025-01-01"), PLAIN),
    "nobody else's, long out of office": (person("Alexander Dobrindt", to="2021-06-01"), None),
    "nobody else's, without an office": (person("Zoe Dobrindt", title=None), PLAIN),
    "of two in the catalogue": (person("Kaja Twoer"), None),
    "another actor's": (person("Olav Kiaro"), None),
}


@pytest.mark.parametrize(("who", "wanted"), CASES.values(), ids=CASES.keys())
def test_what_a_surname_alone_tells(who, wanted):
    alone.mark([who, person("Siim Twoer", title=None)], [CANADA, KIA], NAMES, OVERLAY)
    text = who["name"].rpartition(" ")[2]
    given = {a if isinstance(a, str) else a["text"]: a for a in who["aliases"] if a != who["name"]}
    if wanted is PLAIN:
        assert given[text] == text
    elif wanted:
        assert given[text] == {"text": text, **WORDS}
        assert {"text": text, "kind": "surname"} in who["aliases"]
    else:
        assert given[text] == {"text": text, "kind": "surname"}


def test_a_surname_that_is_a_state_s_name_goes():
    who = person("Thomas Jordan")
    alone.mark([who], [JORDAN], NAMES, OVERLAY)
    assert who["aliases"] == ["Thomas Jordan"]


def test_an_article_before_an_arabic_surname_may_be_left_out():
    assert alone.bare_surnames("al-Sharaa") == ["Sharaa"]
    assert alone.bare_surnames("De Wever") == []
