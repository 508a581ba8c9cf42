"""Whom a surname alone tells, of those in office or lately out of it: `Dobrindt plans …`, without his state.

A surname that nobody else bears, in the catalogue or among the names of many, is a plain alias. One that
others bear too stands once more with words of the office: they tell of its holder; sport and the arts do not.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from tools.catalogue.shape import Line
from wirewatch.tagging.text import name_words, words
from wirewatch.tagging.text.fold import fold, unaccented

_LATELY = "2022-01-01"
"""Who left an office before is called by the full name first, or is in `alone` of the overlay."""
_SHORTEST = 5  # letters: shorter ones are words, initials, syllables of other names
_SHORTEST_WITH_WORDS = 4
_NOBODYS = words.WORDS_TOO | name_words.GIVEN_NAMES_ABROAD
_STATES = frozenset({"country", "territory"})
"""Whose names are nobody's surname here: `Jordan`."""
_WITHIN = re.compile("['\u2019-]")
_ARTICLES = ("al-", "el-")
"""Before Arabic surnames, and left out as often: `Burhan`."""


def mark(
    people: Sequence[Line], others: Iterable[Line], names: Collection[str], overlay: Mapping[str, Any]
) -> None:
    """Give the people's surnames that tell enough a plain alias, or one with the words that its office needs.

    A surname that is a state's name goes. `others`: the actors that are no people. `names`: those of many,
    without accents. `overlay`: that of offices.
    """
    others = list(others)
    states = {_key(text) for line in others if line["type"] in _STATES for text in _texts(line)}
    taken = {_key(text) for line in others for text in (*_texts(line), *line.get("decoys", ()))}
    bearers = Counter(key for person in people for key in _borne(person))
    no_names = {_key(name) for name in (*_NOBODYS, *overlay["words_too"])} | taken
    of_many = {_key(name) for name in (*names, *overlay["not_alone"])}
    for person in people:
        person["aliases"] = [
            a for a in person["aliases"] if not (_is_surname(a) and _key(a["text"]) in states)
        ]
        if not _since(person, _LATELY):
            continue
        words_of = _words(person, overlay["words"])
        for alias in list(filter(_is_surname, person["aliases"])):
            text, key = alias["text"], _key(alias["text"])
            if bearers[key] > 1 or not no_names.isdisjoint((key, *key.split())):
                continue
            if len(text) >= _SHORTEST and key not in of_many and "needs" not in alias:
                person["aliases"][person["aliases"].index(alias)] = text
            elif words_of and len(text) >= _SHORTEST_WITH_WORDS and not _is_plain(person, text):
                person["aliases"].append({"text": text, **words_of})


def bare_surnames(text: str) -> list[str]:
    """Return how a surname is written besides: `Sharaa`, for `al-Sharaa`; `De Wever` stays."""
    return [text.removeprefix(article) for article in _ARTICLES if text.startswith(article)]


def _is_surname(alias: str | dict[str, Any]) -> bool:
    return isinstance(alias, dict) and alias.get("kind") == "surname"


def _since(person: Line, day: str) -> bool:
    """Tell whether the person has been in an office since `day`, or is known without one."""
    roles = person.get("roles", ())
    return not roles or any(role.get("to", day) >= day for role in roles)


def _words(person: Line, by_titles: Mapping[str, Any]) -> dict[str, list[str]] | None:
    """Return the `needs` and `unless` of the kind of office held now, if there are any."""
    titles = {role["title"] for role in person.get("roles", ()) if "to" not in role}
    kind = next((kind for kind in by_titles["kinds"] if not titles.isdisjoint(kind["titles"])), None)
    return {"needs": kind["needs"], "unless": by_titles["unless"]} if kind else None


def _borne(person: Line) -> set[str]:
    """Return all that the person is called, the last word of the full name with it."""
    last = person["name"].removesuffix(" Jr.").rpartition(" ")[2]
    return {_key(text) for text in (last, *_texts(person))}


def _texts(line: Line) -> list[str]:
    return [a if isinstance(a, str) else a["text"] for a in line.get("aliases", ())]


def _is_plain(person: Line, text: str) -> bool:
    given = (a for a in person["aliases"] if isinstance(a, str) or a.get("kind", "name") != "surname")
    return any(text == (a if isinstance(a, str) else a["text"]) for a in given)


def _key(text: str) -> str:
    """Return `text` as lists of names have it: `oneill`."""
    return fold(unaccented(_WITHIN.sub("", text)))
