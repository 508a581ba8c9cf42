"""Where Flink keeps state: folders of a machine, as paths or file URIs, and addresses of other stores.

An address is for processes that may see other links than we do here: it is made absolute, and never
otherwise rewritten. Links are followed only to compare two.
"""

import os
import re
from pathlib import Path
from typing import Final

from wirewatch.errors import ConfigError

STORED: Final = "_metadata"
"""Flink writes this last of a checkpoint (flink.apache.org: Checkpoints, directory structure)."""
_FILE: Final = re.compile(r"file:(?://)?", re.IGNORECASE)
_ON_A_HOST: Final = re.compile(r"file://[^/]", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def path_of(address: str) -> Path | None:
    """Return the path that `address` names; None when it is of another store than a file system.

    Flink takes what stands behind `file:` as it is (org.apache.flink.core.fs.Path): nothing in it is escaped.
    Raises ConfigError for a file of another host, which Flink refuses.
    """
    if _ON_A_HOST.match(address):
        raise ConfigError(
            f"{address}: names a host; write a folder of this one with three slashes, file:///…"
        )
    if found := _FILE.match(address):
        address = address[found.end() :]
    elif _SCHEME.match(address):
        return None
    return Path(re.sub("^/+", "/", address))  # two are a root of their own to Python


def address_of(path: Path) -> str:
    """Return the address of a path, as Flink itself writes it."""
    return f"file:{os.path.abspath(path)}"  # noqa: PTH100  # Path.absolute keeps `..`


def folder_of(storage: str | None, data_dir: Path) -> Path | None:
    """Return the folder below which checkpoints and savepoints are; None when they are in another store.

    `storage` is `flink.storage`; without it, it is the folder of `flink up`.
    """
    return path_of(storage) if storage else data_dir / "flink"


def told_of(address: str) -> str:
    """Return `address` of a savepoint or checkpoint as Flink tells it.

    Flink's processes have folders of their own, so that a relative path would be another there.
    """
    path = path_of(address)
    return address if path is None else address_of(_stored_in(path))


def is_same(one: str, other: str) -> bool:
    """Return whether two addresses name one savepoint or checkpoint, links followed as they are here."""
    first, second = path_of(one), path_of(other)
    if first is None or second is None:
        return one == other
    return _real(_stored_in(first)) == _real(_stored_in(second))


def _stored_in(path: Path) -> Path:
    return path.parent if path.name == STORED else path


def _real(path: Path) -> str:
    return os.path.realpath(path)  # Path.resolve raises where links go round in a circle
