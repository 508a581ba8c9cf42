"""Words of a list counted in a folded text."""

from collections.abc import Callable, Collection
from typing import TypeAlias

from wirewatch.tagging.text import in_c

Count: TypeAlias = Callable[[bytes], tuple[int, int]]
"""Returns how many words a folded text has, and how many of those are listed."""


def counter_in_python(words: Collection[bytes]) -> Count:
    """Return what counts these words."""
    listed = frozenset(words)

    def count(folded: bytes) -> tuple[int, int]:
        met = folded.split()
        return len(met), sum(map(listed.__contains__, met))

    return count


def counter(words: Collection[bytes]) -> Count:
    """Return the same, in C where that is compiled.

    There words are told by their last eight letters: what ends as a listed one does may be counted, too.
    """
    return in_c.Counter(words).count if in_c else counter_in_python(words)
