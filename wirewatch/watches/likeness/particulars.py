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

_FIGURE = re.compile(r"\d+(?:[.,-]\d+)*")


class Particulars(NamedTuple):
    """What title and lead of an article name."""

    names: frozenset[str]
    titled: frozenset[str]
    """Those in the title."""
    numbers: frozenset[str]
    days: frozenset[str]

    @classmethod
    def of(cls, terms: Iterable[Weighted]) -> Self:
        """Return what is named by the terms of a title and a lead."""
        names, titled, numbers, days = set(), set(), set(), set()
        for told in terms:
            term, weight = told.term, told.weight
            if term in WEEKDAYS:
                days.add(term)
            elif term[0].isdigit():
                numbers.add(_figure(term))
            elif term in COUNTS:
                numbers.add(COUNTS[term])
            elif term in NUMBERS:
                numbers.add(term)
            elif told.strong or weight == NAME_IN_TITLE:
                names.add(term)
                if weight >= TITLE_WEIGHT:
                    titled.add(term)
        return cls(*map(frozenset, (names, titled, numbers, days)))

    def titled_unlike(self, other: Self) -> bool:
        """Return whether each title has a name that title and lead of the other lack."""
        return _unlike(self.titled - other.names, other.titled - self.names)

    def named_unlike(self, other: Self) -> bool:
        """Return whether each has a name that the other lacks, in whatever spelling."""
        return _unlike(self.names - other.names, other.names - self.names)

    def dated_unlike(self, other: Self) -> bool:
        """Return whether each has a number, or each a weekday, that the other lacks."""
        return any(
            mine - theirs and theirs - mine
            for mine, theirs in ((self.numbers, other.numbers), (self.days, other.days))
        )


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


def _figure(term: str) -> str:
    """Return the number that a term begins with: 48 of "48-hour", 1200 of "1,200"."""
    match = _FIGURE.match(term)
    return match[0].replace(",", "") if match else term
