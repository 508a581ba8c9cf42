"""Where Flink keeps state: folders of a machine, as paths or file URIs, and addresses of other stores."""

import re
from pathlib import Path
from typing import Final

from wirewatch.errors import ConfigError

STORED: Final = "_metadata"
"""Flink writes this last of a checkpoint (flink.apache.org: Checkpoints, directory structure)."""
_FILE: Final = re.compile(r"file:(?://)?(?=/)", re.IGNORECASE)
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
        return Path(address[found.end() :])
    return None if _SCHEME.match(address) else Path(address)


def address_of(path: Path) -> str:
    """Return the address of a path, as Flink itself writes it."""
    return f"file:{path.absolute()}"


def folder_of(storage: str | None, data_dir: Path) -> Path | None:
    """Return the folder below which checkpoints and savepoints are; None when they are in another store.

    `storage` is `flink.storage`; without it, it is the folder of `flink up`.
    """
    folder = path_of(storage) if storage else data_dir / "flink"
    return folder.resolve() if folder else None


def told_of(address: str) -> str:
    """Return `address` of a savepoint or checkpoint in the one form that Flink tells it in.

    Flink's processes have folders of their own, so that a relative path would be another there.
    """
    if (path := path_of(address)) is None:
        return address
    place = path.resolve()
    return address_of(place.parent if place.name == STORED else place)
