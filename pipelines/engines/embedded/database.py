"""The checkpoint's file: taken, opened, made."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from connectors.sqlite import Schema, connect_existing, open_database, unopened
from wirewatch.errors import START_OVER, AlreadyRunningError

SCHEMA = Schema(
    __package__,
    damaged=f"it can't be read as a checkpoint: {START_OVER}",
    newer=f"run the version that wrote it, or {START_OVER}",
    pragmas="""
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_size_limit = 4194304;
    PRAGMA cache_size = -16384;
    PRAGMA temp_store = MEMORY;
    """,
)


def lock_store(path: Path) -> FileLock:
    """Take a checkpoint for this process, until the lock is released. Raises AlreadyRunningError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{path}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunningError(f"{path} is in use by another process: stop that pipeline first") from None
    return lock


def connect(path: Path | None) -> sqlite3.Connection:
    """Open a checkpoint, or make it; None for one in memory (see connectors.sqlite.open_database).

    The connection is of this thread alone, and gives rows as tuples.
    """
    db = open_database(path, SCHEMA, one_thread=True)
    db.row_factory = None
    return db


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a checkpoint that is there, and may be in use, to read it within the block.

    Raises StateRefusedError for what is none, DependencyMissingError when it cannot be opened.
    """
    try:
        with closing(connect_existing(path)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        raise unopened(path, error, SCHEMA) from error
