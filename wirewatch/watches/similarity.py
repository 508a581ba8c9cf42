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
RETOLD: Final = 0.33
"""Cosine of the weighted terms of title and lead."""
RETOLD_SHARED: Final = 2
"""Terms two tellings must share at least."""
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


def likeness(
    a: Fingerprint, b: Fingerprint, *, apart: int, rarity: Callable[[str], float]
) -> Likeness | None:
    """Return why `a` and `b`, whose times are `apart` µs apart, tell the same story; None when they do not.

    `rarity` gives a term's inverse document frequency among the stories compared with.
    """
    if a.text == b.text:
        return Likeness(Kind.SAME_TEXT, 1.0)
    contained = containment(a, b)
    if contained >= CONTAINED:
        return Likeness(Kind.CONTAINED, contained)
    copied = jaccard(a, b)
    if copied >= NEAR_COPY:
        return Likeness(Kind.NEAR_COPY, copied)
    if apart > RETOLD_WITHIN:
        return None
    retold = retelling(a, b, rarity)
    return Likeness(Kind.RETOLD, retold) if retold >= RETOLD else None


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
    return sum(map(eq, _unpack(a.minhash), _unpack(b.minhash))) / PERMUTATIONS


def retelling(a: Fingerprint, b: Fingerprint, rarity: Callable[[str], float]) -> float:
    """Return the cosine of the weighted terms of two texts (0 to 1); 0 when they share fewer than two."""
    theirs = dict(b.terms)
    shared = [(term, weight, theirs[term]) for term, weight in a.terms if term in theirs]
    if len(shared) < RETOLD_SHARED:
        return 0.0
    dot = math.fsum(mine * its * rarity(term) * rarity(term) for term, mine, its in shared)
    return dot / (_length(a, rarity) * _length(b, rarity))


def _length(print_: Fingerprint, rarity: Callable[[str], float]) -> float:
    return math.hypot(*(weight * rarity(term) for term, weight in print_.terms))
