"""Where the compiled modules of tagging stand, made where wirewatch was installed beside a C compiler.

`compiled_from.txt` lists what is compiled: the inner loops, in Cython, and modules in Python as they are,
which take a quarter less time then; a `.pxd` says what C may take for granted of the module of that name.
They stand in a folder named after their sources, in packages as these do, so that none of an earlier version,
or of a source edited since, is ever taken: then, where there was no compiler, and where one of them cannot be
loaded (cut off by a full disk, made for a newer C library), all of it runs in Python. A package that has some
begins with `__path__ = compiled.path(__name__, __path__)`.

setup.py reads this file by itself.
"""

import hashlib
import os
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path, PurePosixPath
from typing import Final

HERE: Final = Path(__file__).parent
_FROM: Final = (HERE / "compiled_from.txt").read_text(encoding="utf-8").split()
SOURCES: Final = [of for of in _FROM if not of.endswith(".pxd")]
NAME: Final = (
    "compiled_" + hashlib.sha256(b"".join((HERE / of).read_bytes() for of in _FROM)).hexdigest()[:16]
)
"""The folder's."""
IN_PYTHON: Final = "WIREWATCH_TAGGING_IN_PYTHON"
"""The environment variable that has all of it in Python, to be traced or compared; of any value."""


def path(package: str, before: list[str]) -> list[str]:
    """Return where the modules of a `package` of tagging are looked for: among the compiled ones first."""
    if IN_PYTHON in os.environ or not _all_there() or unloadable():
        return before
    return [str(HERE.joinpath(NAME, *package.split(".")[2:])), *before]


@cache  # asked for each package
def unloadable() -> str | None:
    """Return why a compiled module that is there cannot be loaded; None where all can."""
    for source, module in zip(SOURCES, _modules(), strict=True):
        if not module.exists():
            continue
        name = f"{__package__}.{dotted(source)}"
        try:
            # Opened and linked, not run.
            module_from_spec(ModuleSpec(name, ExtensionFileLoader(name, str(module)), origin=str(module)))
        except ImportError as error:
            return str(error)
    return None


def dotted(source: str) -> str:
    """Return the name of the module that a source is, within tagging: `names.local` of `names/local.py`."""
    return ".".join(PurePosixPath(source).with_suffix("").parts)


def _all_there() -> bool:
    return all(module.exists() for module in _modules())


def _modules() -> list[Path]:
    return [(HERE / NAME / source).with_suffix(EXTENSION_SUFFIXES[0]) for source in SOURCES]
