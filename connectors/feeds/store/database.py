"""Opening feeds.db."""

import sqlite3
from pathlib import Path

from connectors import sqlite

DATABASE = "feeds/feeds.db"
"""Where it lives within the data folder."""
_LOSS = "every entry that feeds still hold is then sent again, under its old id"


def open_database(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to feeds.db at `path` (see connectors.sqlite.open_database)."""
    return sqlite.open_database(path, package=__package__, loss=_LOSS, read_only=read_only)
