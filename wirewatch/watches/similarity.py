"""Whether two articles tell the same story. The thresholds were set on the pairs in tests/watches."""

import math
import struct
from collections.abc import Callable
from enum import IntEnum
from operator import eq
from typing import Final, NamedTuple

from wirewatch.watches.fingerprint import PERMUTATIONS, Fingerprint

CONTAINED: Final = 0.6
"""Share of the shorter text's paragraphs that the longer one has too."""
NEAR_COPY: Final = 0.45
"""Jaccard similarity of 3-word shingles, as MinHash estimates it (standard error .06)."""
RETOLD: Final = 0.35
"""Cosine of the weighted terms of title and lead."""
RETOLD_SHARED: Final = 2
"""Actors, names and numbers that two tellings must share at least."""
RETOLD_WITHIN: Final = 24 * 3600 * 1_000_000  # µs

_unpack = struct.Struct(f"<{PERMUTATIONS}H").unpack


class Kind(IntEnum):
    """How an article belongs to a story; the higher, the surer."""

    RETOLD = 1
    NEAR_COPY = 2
    CONTAINED = 3
    SAME_TEXT = 4


class Likeness(NamedTuple):
    """Why two articles tell the same story, and how alike they are (0 to 1). Compares by sureness."""

    kind: Kind
    score: float


class Comparison:
    """An article, to be compared with others."""

    def __init__(self, print_: Fingerprint, rarity: Callable[[str], float]) -> None:
        """Take the article, and what gives a term's inverse document frequency among the others."""
        self._print = print_
        self._rarity = rarity
        self._terms = {term.term: term for term in print_.terms}
        self._length: float | None = None

    def likeness(self, other: Fingerprint, *, apart: int) -> Likeness | None:
        """Return why the two, `apart` µs from each other, tell the same story; None when they do not."""
        if self._print.text == other.text:
            return Likeness(Kind.SAME_TEXT, 1.0)
        contained = containment(self._print, other)
        if contained >= CONTAINED:
            return Likeness(Kind.CONTAINED, contained)
        copied = jaccard(self._print, other)
        if copied >= NEAR_COPY:
            return Likeness(Kind.NEAR_COPY, copied)
        if apart > RETOLD_WITHIN:
            return None
        retold = self.retelling(other)
        return Likeness(Kind.RETOLD, retold) if retold >= RETOLD else None

    def retelling(self, other: Fingerprint) -> float:
        """Return the cosine of the two's weighted terms (0 to 1).

        It is 0 when they share fewer than two actors, names or numbers: two events of one kind, told in the
        same words, differ in just these.
        """
        mine = self._terms
        shared = [term for term in other.terms if term.term in mine]
        if sum(term.strong and mine[term.term].strong for term in shared) < RETOLD_SHARED:
            return 0.0
        if self._length is None:
            self._length = self._length_of(self._print)
        dot = math.fsum(term.weight * mine[term.term].weight * self._rarity(term.term) for term in shared)
        return dot / (self._length * self._length_of(other))

    def _length_of(self, print_: Fingerprint) -> float:
        return math.sqrt(
            math.fsum(term.weight * term.weight * self._rarity(term.term) for term in print_.terms)
        )


def containment(a: Fingerprint, b: Fingerprint) -> float:
    """Return the share of the paragraphs of the one with fewer that the other has too (0 to 1)."""
    fewer = min(len(a.paragraphs), len(b.paragraphs))
    if not fewer:
        return 0.0
    return len(set(a.paragraphs).intersection(b.paragraphs)) / fewer


def jaccard(a: Fingerprint, b: Fingerprint) -> float:
    """Return the estimated Jaccard similarity of the 3-word shingles of two texts (0 to 1)."""
    if not (a.minhash and b.minhash):
        return 0.0
    equal: int = sum(map(eq, _unpack(a.minhash), _unpack(b.minhash)))
    return equal / PERMUTATIONS
