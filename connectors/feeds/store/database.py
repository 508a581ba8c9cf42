"""Opening feeds.db."""

import sqlite3
from importlib.resources import files
from pathlib import Path

from connectors import sqlite

SCHEMA_VERSION = 1
DATABASE = "feeds/feeds.db"
"""Where it lives within the data folder."""


def open_database(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to feeds.db at `path` (see connectors.sqlite.open_database)."""
    return sqlite.open_database(
        path,
        schema=(files(__package__) / "schema.sql").read_text(encoding="utf-8"),
        version=SCHEMA_VERSION,
        loss="every entry that feeds still hold is then sent again, under its old id",
        read_only=read_only,
    )
