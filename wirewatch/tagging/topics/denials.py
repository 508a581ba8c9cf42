"""What is denied, imagined or only remembered: it has not happened, though all the words for it are there."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Final, NamedTuple

from wirewatch.tagging.search.scan import Match
from wirewatch.tagging.text.counter import counter
from wirewatch.tagging.text.fold import Text, spaced
from wirewatch.tagging.text.headline import LONGEST
from wirewatch.tagging.topics.classes import AsClasses, Named
from wirewatch.tagging.topics.event_patterns import CLAUSE_END, EventPattern, any_of
from wirewatch.tagging.topics.topics import Denials

_SENTENCE = re.compile(r"(?:[^.?!;]|[.?!;](?![\"'\u201d]? ))+[.?!;]?[\"'\u201d]?")
_LONGEST_LEAD: Final = 500
"""Code points of a first paragraph that are read."""
_QUOTES: Final = " \"'\u2018\u201c("
_NOTHING: Final = re.compile(r"(?!)")


class _Sentence(NamedTuple):
    """What of a sentence is denied, and whether it says of the rest that it happened."""

    denied: AbstractSet[Match] = frozenset()
    happened: bool = False


class DenialReader:
    """Finds which matches are denied. Keeps nothing of a text."""

    def __init__(self, denials: Denials, as_classes: AsClasses) -> None:
        self._denials = denials
        self._as_classes = as_classes
        patterns = (*denials.anywhere, *denials.after, *denials.before)
        self._count = counter({spaced(word).split()[0] for one in patterns for word in one.words})

    def may_deny(self, text: Text) -> bool:
        """Tell whether the headline has a word of what denies: most have none, and need no closer look."""
        return self._count(text.folded[1 : text.origin.start(1)])[1] > 0

    def read(self, text: Text, found: Sequence[Named], told: Sequence[Match]) -> AbstractSet[Match]:
        """Return those of `told` that the headline denies and, where it does, those that the lead denies.

        None where the lead tells of victims: whose fault it is is denied then, and not that it happened.
        `found`: the accepted actors, in order; `told`: what tells that something happens.
        """
        title, lead = text.origin.start(1) - 1, text.origin.start(2) - 1
        if title > LONGEST or not (denied := self._read(text.plain, 0, title, found, told).denied):
            return frozenset()
        for sentence in _sentences(text.plain, title + 1, min(lead, title + _LONGEST_LEAD)):
            there = self._read(text.plain, *sentence, found, told)
            if there.happened:
                return frozenset()
            denied |= there.denied
        return denied

    def _read(
        self, plain: str, begin: int, end: int, found: Sequence[Named], told: Sequence[Match]
    ) -> _Sentence:
        here = sorted(match for match in told if begin <= match[0] and match[1] <= end)
        if not here:
            return _Sentence()
        line = self._as_classes.written(plain, begin, end, found)
        if self._anywhere.search(line):
            return _Sentence(frozenset(here))
        denied: set[Match] = set()
        until = -1
        for match in here:
            before, after = match[0] - begin, match[1] - begin + 1  # the spaces around it
            if before < until or self._after.search(line, 0, _unquoted(line, before)):
                denied.add(match)
                clause = self._clause_end.search(line, after)
                until = max(until, clause.start() if clause else len(line))
            elif self._before.match(line, after):
                denied.add(match)
        return _Sentence(denied, not denied and self._happened.search(line) is not None)

    # When first met: they are needed once in a hundred articles.
    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        return _any_of(self._denials.anywhere)

    @cached_property
    def _after(self) -> re.Pattern[str]:
        return _any_of(self._denials.after, r"\Z")

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return _any_of(self._denials.before)

    @cached_property
    def _happened(self) -> re.Pattern[str]:
        return _any_of(self._denials.happened)

    @cached_property
    def _clause_end(self) -> re.Pattern[str]:
        return re.compile("|".join([CLAUSE_END, *(one.regex for one in self._denials.clause)]))


def _any_of(patterns: Sequence[EventPattern], then: str = "") -> re.Pattern[str]:
    return any_of(patterns, then) if patterns else _NOTHING


def _unquoted(line: str, before: int) -> int:
    """Return where the word before a place ends, but for a quotation mark between."""
    return len(line[:before].rstrip(_QUOTES))


def _sentences(plain: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    for sentence in _SENTENCE.finditer(plain, begin, end):
        yield sentence.span()
