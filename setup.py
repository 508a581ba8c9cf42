"""Packaging: three code packages, and the default config and seeds as package data."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["wirewatch*", "connectors*", "pipelines*"]),
        "wirewatch._config",
        "wirewatch._seeds",
    ],
    # An installed package runs outside a checkout: it carries config/ and seeds/ with it.
    package_dir={"wirewatch._config": "config", "wirewatch._seeds": "seeds"},
    package_data={
        "wirewatch._config": ["**/*"],
        "wirewatch._seeds": ["**/*"],
        "wirewatch": ["py.typed", "service/templates/*", "**/*.lark"],
        "connectors": ["**/*.sql"],
        "pipelines": ["**/*.sql"],
    },
)
