"""Packaging: three code packages, the default config and seeds as package data, and what is compiled."""

import runpy
import shutil
from pathlib import Path

from setuptools import Extension, find_namespace_packages, setup

try:
    from Cython.Build import cythonize
except ImportError:  # an installer that brings none gets the loops in Python
    cythonize = None

TAGGING = Path("wirewatch", "tagging")
COMPILED = runpy.run_path(str(TAGGING / "compiled.py"))


def packages(name: str, folder: str) -> list[str]:
    """Return the package `name` in `folder` with every folder below it: to setuptools each is a package."""
    below = find_namespace_packages(folder, exclude=["__pycache__", "*.__pycache__"])
    return [name, *(f"{name}.{one}" for one in below)]


def clear() -> None:
    """Remove what was compiled from other sources, and what builds left: all of build/lib is packed."""
    of_before = [folder for folder in TAGGING.glob("compiled_*") if folder.name != COMPILED["NAME"]]
    for folder in (*of_before, *Path("build").glob("lib*")):
        if folder.is_dir():
            shutil.rmtree(folder)


def compiled() -> list[Extension]:
    """Return what is compiled: where no C compiler is, nothing is (`optional`), and Python does the same."""
    if cythonize is None:
        return []
    made = [
        Extension(
            f"wirewatch.tagging.{COMPILED['dotted'](source)}",
            [str(TAGGING / source)],
            # Else some machines fuse two roundings into one, and would give other scores than Python.
            extra_compile_args=["-O3" if source.endswith(".pyx") else "-O1", "-ffp-contract=off"],
        )
        for source in COMPILED["SOURCES"]
    ]
    # Annotations are for people and mypy: taken for C's types they would refuse what Python takes.
    made = cythonize(made, build_dir="build", compiler_directives={"annotation_typing": False})
    for module in made:
        module.name = module.name.replace("wirewatch.tagging", f"wirewatch.tagging.{COMPILED['NAME']}")
        module.optional = True
        Path(*module.name.split(".")[:-1]).mkdir(parents=True, exist_ok=True)  # for an editable install
    return made


clear()
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
