"""Packaging: three code packages, and the default config and seeds as package data."""

from setuptools import find_namespace_packages, setup


def packages(name: str, folder: str) -> list[str]:
    """Return the package `name` in `folder` with every folder below it: to setuptools each is a package."""
    below = find_namespace_packages(folder, exclude=["__pycache__", "*.__pycache__"])
    return [name, *(f"{name}.{one}" for one in below)]


setup(
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
)
