"""Opening feeds.db."""

import sqlite3
from pathlib import Path

from connectors import sqlite

DATABASE = "feeds/feeds.db"
"""Where it lives within the data folder."""
SCHEMA = sqlite.Schema(
    __package__,
    damaged="restore it, or move it away "
    "(every entry that feeds still hold is then sent again, under its old id)",
)


def open_database(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to feeds.db at `path` (see connectors.sqlite.open_database)."""
    return sqlite.open_database(path, SCHEMA, read_only=read_only)
