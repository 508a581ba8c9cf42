"""Opening notify.db, and sharing one connection among threads."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors import sqlite
from connectors.sqlite import from_ms, from_ms_or_null, to_ms, to_ms_or_null, transaction
from wirewatch.errors import StateRefusedError

__all__ = [
    "SCHEMA",
    "Shared",
    "check_integrity",
    "from_ms",
    "from_ms_or_null",
    "open_database",
    "to_ms",
    "to_ms_or_null",
    "transaction",
]

SCHEMA = sqlite.Schema(
    __package__,
    damaged="restore it, or move it away "
    "(to start with an empty history; alerts still in Kafka are then told again)",
)


def open_database(path: Path | None, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to notify.db at `path` (see connectors.sqlite.open_database)."""
    return sqlite.open_database(path, SCHEMA, read_only=read_only)


def check_integrity(connection: sqlite3.Connection, path: Path) -> None:
    """Read the whole file for damage. Raises StateRefusedError naming the first that is found."""
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise StateRefusedError(f"{path}: is damaged: {found}; {SCHEMA.damaged}")


class Shared:
    """One connection for several threads: a call at a time, each in one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection for a read."""
        with self._lock:
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection for writes that come wholly or not at all. Raises sqlite3.Error."""
        with self._lock, transaction(self._connection):
            yield self._connection

    def close(self) -> None:
        """Close the database; safe to call twice."""
        with self._lock:
            self._connection.close()
