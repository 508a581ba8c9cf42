"""The inner loops of tagging: compiled where wirewatch was installed beside a C compiler, else in Python.

Both give the same, to the last bit. What else is compiled stands in `wirewatch.tagging.compiled`.
"""

from typing import Final, NamedTuple

from wirewatch.tagging.scan import Scanner
from wirewatch.tagging.weighing import Weigher


class Loops(NamedTuple):
    """Two classes that belong together: a weigher takes the scans of its own scanner."""

    name: str
    scanner: type[Scanner]
    weigher: type[Weigher]


PYTHON: Final = Loops("Python", Scanner, Weigher)


def _fastest() -> Loops:
    try:
        from wirewatch.tagging import _loops  # noqa: PLC0415  # there or not: wirewatch.tagging.compiled
    except ImportError:
        return PYTHON
    return Loops("compiled", _loops.Scanner, _loops.Weigher)


FASTEST: Final = _fastest()
