"""One Aho-Corasick automaton over every phrase that matters, and the choice of the longest."""

from array import array
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import ahocorasick_rs

from wirewatch.tagging.fold import fold, spaced


class Family(IntEnum):
    """Whose phrase it is. Families never hide one another's matches."""

    ACTOR = 0
    CONTEXT = 1
    TOPIC = 2
    PHRASE = 3
    TITLE = 4


class Spelling(NamedTuple):
    """How a phrase must be written to count: as one of `forms`, or in capitals where that counts too."""

    forms: tuple[str, ...]
    capitals: bool


class Pattern(NamedTuple):
    """A folded phrase of a family. `item`: the family's own number.

    `prefix`: the word may go on after it. `inside`: it may begin and end within words.
    `spelling`: how it is written, when case counts.
    """

    text: str
    prefix: bool
    family: Family
    item: int
    spelling: Spelling | None = None
    inside: bool = False


Matches: TypeAlias = tuple[list["Match"], ...]
"""The matches of each family, in its order."""
Match: TypeAlias = tuple[int, int, int]
"""Start and end in the plain text, and the family's item met there. A bare tuple: there are hundreds."""


class _Shape(NamedTuple):
    """What to do with a match, the same for many patterns."""

    family: int
    before: int
    """Code points of the match before the words, less the one that the text has at its start."""
    after: int
    goes_on: bool
    """The words end where the word does in which the pattern ends."""
    looked_at: "_Look"


class _Look(IntEnum):
    """What of the words that stand there has to be looked at."""

    NOTHING = 0
    WORDS = 1
    """What is no letter or digit."""
    FORM = 2
    """They are as written."""
    FORM_OR_CAPITALS = 3


_WORDS, _FORM_OR_CAPITALS = int(_Look.WORDS), int(_Look.FORM_OR_CAPITALS)


class Automaton:
    """Finds all patterns at word boundaries, overlapping ones too, in one pass over the text.

    The patterns bring their boundaries: text and patterns have a space for all that is no letter or digit
    (`wirewatch.tagging.fold.spaced`), and a pattern has one more before and after it. So the automaton leaves
    most words at their first letters, and does not report what stands inside others.
    """

    def __init__(self, given: Iterable[Pattern]) -> None:
        # A phrase that counts in several spellings is as many patterns; they can't match in one place.
        patterns = [one for pattern in given for one in _each_form(pattern)]
        # Side by side and small: a match touches few cache lines until its spelling has to be looked at.
        shapes: dict[_Shape, int] = {}
        self._shape_of = array("H")
        texts: list[str] = []
        for pattern in patterns:
            text, shape = _bounded(pattern)
            texts.append(text)
            self._shape_of.append(shapes.setdefault(shape, len(shapes)))
        self._ac = ahocorasick_rs.AhoCorasick(
            texts,
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )
        self._shapes = [tuple(map(int, shape)) for shape in shapes]
        self._items = array("i", (p.item for p in patterns))
        self._written = [p.spelling.forms[0] if p.spelling else p.text for p in patterns]

    def scan(self, plain: str, folded: str) -> Matches:
        """Return the matches of each family (in its order) in a `Text`, in no particular order."""
        found: Matches = tuple([] for _ in Family)
        add = [matches.append for matches in found]
        shapes, shape_of, items, written = self._shapes, self._shape_of, self._items, self._written
        for n, start, end in self._ac.find_matches_as_indexes(folded, overlapping=True):
            family, before, after, goes_on, look = shapes[shape_of[n]]
            start += before  # noqa: PLW2901  (from here on in `plain`)
            end = folded.index(" ", end) - 1 if goes_on else end - after  # noqa: PLW2901
            if look:
                here, form = plain[start:end], written[n]
                if look == _WORDS:
                    here = here[: len(form)]
                    if here.lower() != form and fold(here) != form:
                        continue
                # Most matches end here: `who`, `turkey`, `us`.
                elif here != form and (look != _FORM_OR_CAPITALS or here.islower() or here != form.upper()):
                    continue
            add[family]((start, end, items[n]))
        return found


def _each_form(pattern: Pattern) -> Iterable[Pattern]:
    if pattern.spelling is None or len(pattern.spelling.forms) == 1:
        return (pattern,)
    first, *others = pattern.spelling.forms
    return (
        pattern._replace(spelling=Spelling((first,), pattern.spelling.capitals)),
        *(pattern._replace(spelling=Spelling((form,), capitals=False)) for form in others),
    )


def _bounded(pattern: Pattern) -> tuple[str, _Shape]:
    """Return what the automaton looks for, and what to do with it where it stands.

    A boundary is needed only beside a letter or digit.
    """
    text, prefix, family, _, _, inside = pattern
    before = text[0].isalnum() and not inside
    word_last = text[-1].isalnum()
    after = word_last and not (prefix or inside)
    shape = _Shape(family, before - 1, after + 1, prefix and word_last, _look(pattern))
    return f"{' ' if before else ''}{spaced(text)}{' ' if after else ''}", shape


def _look(pattern: Pattern) -> _Look:
    if pattern.spelling:
        return _Look.FORM_OR_CAPITALS if pattern.spelling.capitals else _Look.FORM
    return _Look.NOTHING if pattern.text.isalnum() else _Look.WORDS


def longest(matches: Iterable[Match]) -> list[Match]:
    """Return the leftmost-longest of `matches`: none overlaps another, equal spans all stay."""
    chosen: list[Match] = []
    begun = until = -1
    for match in sorted(matches):  # of one start, the longest comes last
        start, end, _ = match
        if start == begun:
            if end > until:
                while chosen and chosen[-1][0] == start:
                    chosen.pop()
                until = end
            chosen.append(match)
        elif start >= until:
            begun, until = start, end
            chosen.append(match)
    return chosen
