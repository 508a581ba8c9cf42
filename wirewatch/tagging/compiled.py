"""Where the compiled modules of tagging stand, made where wirewatch was installed beside a C compiler.

`compiled_from.txt` lists what is compiled: the inner loops, in Cython, and modules in Python as they are,
which take a quarter less time then. They stand in a folder named after their sources, so that none of an
earlier version, or of a source edited since, is ever taken: then, where there was no compiler, and where one
of them cannot be loaded (cut off by a full disk, made for a newer C library), all of it runs in Python.

setup.py reads this file by itself.
"""

import hashlib
import os
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
SOURCES: Final = (HERE / "compiled_from.txt").read_text(encoding="utf-8").split()
NAME: Final = (
    "compiled_" + hashlib.sha256(b"".join((HERE / of).read_bytes() for of in SOURCES)).hexdigest()[:16]
)
"""The folder's."""
IN_PYTHON: Final = "WIREWATCH_TAGGING_IN_PYTHON"
"""The environment variable that has all of it in Python, to be traced or compared; of any value."""


def path(before: list[str]) -> list[str]:
    """Return where the modules of tagging are looked for: among the compiled ones first, if all are there."""
    there = all(module.exists() for module in _modules())
    if IN_PYTHON in os.environ or not there or unloadable():
        return before
    return [str(HERE / NAME), *before]


def unloadable() -> str | None:
    """Return why a compiled module that is there cannot be loaded; None where all can."""
    for module in filter(Path.exists, _modules()):
        name = f"{__package__}.{module.name.partition('.')[0]}"
        try:
            # Opened and linked, not run.
            module_from_spec(ModuleSpec(name, ExtensionFileLoader(name, str(module)), origin=str(module)))
        except ImportError as error:
            return str(error)
    return None


def _modules() -> list[Path]:
    return [HERE / NAME / f"{Path(source).stem}{EXTENSION_SUFFIXES[0]}" for source in SOURCES]
