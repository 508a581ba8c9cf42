"""Opening feeds.db."""

import sqlite3
from importlib.resources import files
from pathlib import Path

from connectors import sqlite

SCHEMA_VERSION = 2
DATABASE = "feeds/feeds.db"
"""Where it lives within the data folder."""


def open_database(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to feeds.db at `path` (see connectors.sqlite.open_database)."""
    folder = files(__package__)
    return sqlite.open_database(
        path,
        schema=(folder / "schema.sql").read_text(encoding="utf-8"),
        migrations=[(folder / "subscriptions.sql").read_text(encoding="utf-8")],
        version=SCHEMA_VERSION,
        loss="every entry that feeds still hold is then sent again, under its old id",
        read_only=read_only,
    )
