"""Opening notify.db."""

import sqlite3
from importlib.resources import files
from pathlib import Path

from connectors import sqlite
from connectors.sqlite import from_ms, to_ms, transaction

SCHEMA_VERSION = 1

__all__ = ["SCHEMA_VERSION", "from_ms", "open_database", "to_ms", "transaction"]


def open_database(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to notify.db at `path` (see connectors.sqlite.open_database)."""
    return sqlite.open_database(
        path,
        schema=(files(__package__) / "schema.sql").read_text(encoding="utf-8"),
        version=SCHEMA_VERSION,
        loss="to start with an empty history; alerts still in Kafka are then told again",
        read_only=read_only,
    )
