"""The inner loops of tagging: compiled where wirewatch was installed beside a C compiler, else in Python.

Both give the same, to the last bit. What else is compiled stands in `wirewatch.tagging.compiled`.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import daachorse

from wirewatch.tagging.search.automaton import Automaton, Find
from wirewatch.tagging.search.patterns import Tables
from wirewatch.tagging.search.scan import Scanner
from wirewatch.tagging.search.word_index import word_index
from wirewatch.tagging.topics.weighing import Weigher


class Loops(NamedTuple):
    """What belongs together: a scanner takes what its search finds, a weigher the scans of its scanner."""

    name: str
    index_of: Callable[[Sequence[bytes]], bytes]
    """Makes of distinct texts what is searched with, as plain bytes, to be kept in a file."""
    search: Callable[[bytes], Find]
    """Makes of that what finds them all, overlapping ones too."""
    scanner: type[Scanner]
    weigher: type[Weigher]

    def automaton(self, tables: Tables) -> Automaton:
        """Return what finds the patterns of `tables`, whose index is of these loops."""
        return Automaton(self.search(tables.index), self.scanner(tables))


def _automaton(texts: Sequence[bytes]) -> bytes:
    return bytes(daachorse.DoubleArrayAhoCorasick(list(texts)).serialize())


def _find_by_automaton(index: bytes) -> Find:
    find: Find = daachorse.DoubleArrayAhoCorasick.deserialize(index).find_overlapping
    return find


PYTHON: Final = Loops("Python", _automaton, _find_by_automaton, Scanner, Weigher)


def _fastest() -> Loops:
    try:  # there or not: see `compiled`
        from wirewatch.tagging import _loops  # noqa: PLC0415
        from wirewatch.tagging.search import _search  # noqa: PLC0415
    except ImportError:
        return PYTHON
    return Loops("compiled", word_index, _search.finder, _loops.Scanner, _loops.Weigher)


FASTEST: Final = _fastest()
