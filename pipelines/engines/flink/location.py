"""Where Flink keeps state: folders of a machine, as paths or file URIs, and addresses of other stores."""

import re
from pathlib import Path
from typing import Final

_FILE: Final = re.compile(r"file:(?://[^/]*)?(?=/)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def path_of(address: str) -> Path | None:
    """Return the path that `address` names; None when it is of another store than a file system.

    Flink takes what stands behind `file:` as it is (org.apache.flink.core.fs.Path): nothing in it is escaped.
    """
    if found := _FILE.match(address):
        return Path(address[found.end() :])
    return None if _SCHEME.match(address) else Path(address)


def address_of(path: Path) -> str:
    """Return the address of a path, as Flink itself writes it."""
    return f"file:{path.absolute()}"


def absolute(address: str) -> str:
    """Return `address` as it is understood from any folder: Flink's processes have their own."""
    return address if _SCHEME.match(address) else str(Path(address).absolute())
