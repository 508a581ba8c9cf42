"""The inner loops of tagging: compiled where wirewatch was installed beside a C compiler, else in Python.

Both give the same, to the last bit. What else is compiled stands in `wirewatch.tagging.compiled`.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import daachorse

from wirewatch.tagging.scan import Scanner
from wirewatch.tagging.weighing import Weigher
from wirewatch.tagging.word_index import word_index

Find = Callable[[bytes], Any]
"""Takes a folded text; returns what its scanner takes: start and end there, and number of the text met."""


class Loops(NamedTuple):
    """What belongs together: a scanner takes what its search finds, a weigher the scans of its scanner."""

    name: str
    index_of: Callable[[Sequence[bytes]], bytes]
    """Makes of distinct texts what is searched with, as plain bytes, to be kept in a file."""
    search: Callable[[bytes], Find]
    """Makes of that what finds them all, overlapping ones too."""
    scanner: type[Scanner]
    weigher: type[Weigher]


def _automaton(texts: Sequence[bytes]) -> bytes:
    return bytes(daachorse.DoubleArrayAhoCorasick(list(texts)).serialize())


def _find_by_automaton(index: bytes) -> Find:
    find: Find = daachorse.DoubleArrayAhoCorasick.deserialize(index).find_overlapping
    return find


PYTHON: Final = Loops("Python", _automaton, _find_by_automaton, Scanner, Weigher)


def _fastest() -> Loops:
    try:
        from wirewatch.tagging import _loops, _search  # noqa: PLC0415  # there or not: see `compiled`
    except ImportError:
        return PYTHON
    return Loops("compiled", word_index, _search.finder, _loops.Scanner, _loops.Weigher)


FASTEST: Final = _fastest()
