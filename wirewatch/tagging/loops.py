"""The inner loops of tagging: compiled where wirewatch was installed beside a C compiler, else in Python.

Both give the same, to the last bit; compiled, tagging is 1.6 times as fast.
"""

import hashlib
from pathlib import Path
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
        from wirewatch.tagging import _compiled  # noqa: PLC0415  # there or not
    except (ImportError, AttributeError):  # the latter: of a name that its sources had
        return PYTHON
    if _sources() != _compiled.SOURCES:  # left by an earlier version, or edited since
        return PYTHON
    return Loops("compiled", _compiled.Scanner, _compiled.Weigher)


def _sources() -> str:
    """Return the digest that setup.py has compiled in, of the sources as they are."""
    folder = Path(__file__).parent
    names = (folder / "compiled_from.txt").read_text(encoding="utf-8").split()
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()


FASTEST: Final = _fastest()
