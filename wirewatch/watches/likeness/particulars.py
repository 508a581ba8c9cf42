"""What tells two events apart that are told in the same words: their names, their numbers, their days.

News of a kind comes in one form ("Army seizes power in …", "Quake of magnitude … hits …"), and agencies fill
it in. A copy has other names only when somebody put them there; each then lacks one that the other has.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final, NamedTuple, Self

from wirewatch.watches.likeness.terms import (
    ACTOR,
    COUNTS,
    NAME_IN_TITLE,
    NUMBERS,
    TITLE_WEIGHT,
    WEEKDAYS,
    Weighted,
)

RESPELT: Final = 0.85
"""Share of letters that two spellings of one name have in common: "Zelenskiy", "Zelensky"; not "Gdansk"."""

_BEARING = re.compile(r"((?:north|south|east|west)(?:-?(?:east|west))?)(?:ern)?")
_FIGURE = re.compile(r"\d+(?:[.,-]\d+)*")


class Particulars(NamedTuple):
    """What title and lead of an article name."""

    terms: frozenset[str]
    """All that is told, names or not."""
    words: frozenset[str]
    """What is neither a name, nor a number, a day or a bearing."""
    title: frozenset[str]
    """Those in the title."""
    names: frozenset[str]
    titled: frozenset[str]
    """Those in the title."""
    bearings: frozenset[str]
    numbers: frozenset[str]
    days: frozenset[str]

    @classmethod
    def of(cls, terms: Iterable[Weighted]) -> Self:
        """Return what is named by the terms of a title and a lead."""
        told, words, title, names, titled, bearings, numbers, days = (set[str]() for _ in cls._fields)
        for one in terms:
            term = one.term
            told.add(term)
            if term in WEEKDAYS:
                days.add(term)
            elif (number := _number(term)) is not None:
                numbers.add(number)
            elif one.strong or one.weight == NAME_IN_TITLE:
                names.add(term)
                if one.weight >= TITLE_WEIGHT:
                    titled.add(term)
            elif bearing := _BEARING.fullmatch(term):
                bearings.add(bearing[1].replace("-", ""))
            else:
                words.add(term)
                if one.weight >= TITLE_WEIGHT:
                    title.add(term)
        return cls(*map(frozenset, (told, words, title, names, titled, bearings, numbers, days)))

    def worded_alike(self, other: Self) -> bool:
        """Return whether the two are of one form: half of their words, save what both titles have."""
        both = self.title & other.title
        return _alike(self.words - both, other.words - both)

    def headed_alike(self, other: Self) -> bool:
        """Return whether the titles are of one form: at least half of their words are in both."""
        return _alike(self.title, other.title)

    def titled_unlike(self, other: Self) -> bool:
        """Return whether each title has a name that title and lead of the other lack."""
        return _unlike(self.titled - other.terms, other.titled - self.terms)

    def named_unlike(self, other: Self) -> bool:
        """Return whether each has a name, in whatever spelling, or a bearing that the other lacks."""
        return _unlike(self.names - other.terms, other.names - self.terms) or _differ(
            self.bearings, other.bearings
        )

    def numbered_unlike(self, other: Self) -> bool:
        """Return whether each has a number that the other lacks."""
        return _differ(self.numbers, other.numbers)

    def dated_unlike(self, other: Self) -> bool:
        """Return whether each has a weekday that the other lacks."""
        return _differ(self.days, other.days)


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return 2 * len(mine & theirs) >= len(mine | theirs)


def _differ(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(mine - theirs and theirs - mine)


def _unlike(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    if not (mine and theirs):
        return False
    return bool(_not_respelt(mine, theirs) and _not_respelt(theirs, mine))


def _not_respelt(names: frozenset[str], others: frozenset[str]) -> list[str]:
    words = [_letters(other) for other in others if not other.startswith(ACTOR)]
    actors = [_letters(other) for other in others if other.startswith(ACTOR)]
    return [
        name
        for name in names
        if not _any_like(_letters(name), words if name.startswith(ACTOR) else words + actors)
    ]


def _any_like(name: str, others: Iterable[str]) -> bool:
    return any(SequenceMatcher(None, name, other).ratio() >= RESPELT for other in others)


def _letters(name: str) -> str:
    """Return `name` without accents; of an actor what its id calls it: "valencia" of "@place:valencia".

    A town is an actor where the text says which one is meant, and a word where it does not.
    """
    folded = unicodedata.normalize("NFKD", name.rpartition(":")[2])
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def _number(term: str) -> str | None:
    """Return the number that a term is or begins with: 48 of "48-hour", 1200 of "1,200"; else None."""
    if figure := _FIGURE.match(term):
        return figure[0].replace(",", "")
    return COUNTS.get(term, term if term in NUMBERS else None)
