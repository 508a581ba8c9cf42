"""One Aho-Corasick automaton over every phrase that matters, and the choice of the longest."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import ahocorasick_rs


class Family(IntEnum):
    """Whose phrase it is. Families never hide one another's matches."""

    ACTOR = 0
    CONTEXT = 1
    TOPIC = 2
    PHRASE = 3


class Pattern(NamedTuple):
    """A folded phrase of a family. `prefix`: the word may go on after it. `item`: the family's own number."""

    text: str
    prefix: bool
    family: Family
    item: int


Match: TypeAlias = tuple[int, int, int]
"""Start and end in the folded text, and the family's item met there. A bare tuple: there are hundreds."""


class Automaton:
    """Finds all patterns at word boundaries, overlapping ones too, in one pass over the text."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._ac = ahocorasick_rs.AhoCorasick(
            [p.text for p in patterns],
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )
        self._prefix = [p.prefix for p in patterns]
        self._family = [int(p.family) for p in patterns]
        self._item = [p.item for p in patterns]

    def scan(self, folded: str) -> tuple[list[Match], list[Match], list[Match], list[Match]]:
        """Return the matches of each family (in its order), sorted by end."""
        found: tuple[list[Match], list[Match], list[Match], list[Match]] = ([], [], [], [])
        prefix, family, item = self._prefix, self._family, self._item
        text = folded + " "  # text[end] always exists; text[-1] serves as what stands before the start
        for n, start, end in self._ac.find_matches_as_indexes(folded, overlapping=True):
            if text[start - 1].isalnum() and text[start].isalnum():
                continue
            if text[end].isalnum() and text[end - 1].isalnum():
                if not prefix[n]:
                    continue
                while text[end].isalnum():
                    end += 1  # noqa: PLW2901  (the match is the whole word)
            found[family[n]].append((start, end, item[n]))
        return found


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
