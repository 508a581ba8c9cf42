"""Packaging: three code packages, the default config and seeds as package data, and what is compiled."""

import hashlib
from pathlib import Path

from setuptools import Extension, find_namespace_packages, setup

try:
    from Cython.Build import cythonize
except ImportError:  # an installer that brings none gets the loops in Python
    cythonize = None

TAGGING = Path("wirewatch", "tagging")
SOURCES = hashlib.sha256(
    b"".join((TAGGING / name).read_bytes() for name in (TAGGING / "compiled_from.txt").read_text().split())
).hexdigest()


def packages(name: str, folder: str) -> list[str]:
    """Return the package `name` in `folder` with every folder below it: to setuptools each is a package."""
    below = find_namespace_packages(folder, exclude=["__pycache__", "*.__pycache__"])
    return [name, *(f"{name}.{one}" for one in below)]


def compiled() -> list[Extension]:
    """Return what is compiled: where no C compiler is, nothing is (`optional`), and Python does the same."""
    if cythonize is None:
        return []
    loops = Extension(
        "wirewatch.tagging._compiled",
        ["wirewatch/tagging/_compiled.pyx"],
        # wirewatch.tagging.loops takes no other than what these are now.
        define_macros=[("WIREWATCH_SOURCES", f'"{SOURCES}"')],
        # Else some machines fuse two roundings into one, and would give other scores than Python.
        extra_compile_args=["-O3", "-ffp-contract=off"],
    )
    (loops,) = cythonize([loops], build_dir="build")
    loops.optional = True  # cythonize would forget it
    return [loops]


setup(
    ext_modules=compiled(),
    packages=[
        *packages("wirewatch", "wirewatch"),
        *packages("connectors", "connectors"),
        *packages("pipelines", "pipelines"),
        # An installed package runs outside a checkout: it carries config/ and seeds/ with it.
        *packages("wirewatch._config", "config"),
        *packages("wirewatch._seeds", "seeds"),
    ],
    package_dir={"wirewatch._config": "config", "wirewatch._seeds": "seeds"},
    package_data={"": ["*"]},
    # What was compiled in the checkout before, for whichever Python.
    exclude_package_data={"": ["*.so"]},
)
