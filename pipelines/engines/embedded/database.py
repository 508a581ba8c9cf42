"""The checkpoint's file: taken, opened, made."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import NoReturn

from filelock import FileLock, Timeout

from connectors.sqlite import unopened
from wirewatch.errors import START_OVER, AlreadyRunningError, StateRefusedError

SCHEMA_VERSION = 1
NO_CHECKPOINT = f"it can't be read as a checkpoint: {START_OVER}"
_PRAGMAS = """
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = 4194304;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;
"""


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
    """Open a checkpoint, or make it; None for one in memory.

    Raises StateRefusedError for what is no checkpoint of this version, DependencyMissingError when disk,
    owner or another process stand in the way.
    """
    db = None
    try:
        db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=10)
        db.executescript(_PRAGMAS)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            _create(db)
        elif version != SCHEMA_VERSION:
            _refuse_version(path, version)
    except BaseException as error:
        if db is not None:
            db.close()
        if isinstance(error, sqlite3.Error):
            raise unopened(path or Path(":memory:"), error, damaged=NO_CHECKPOINT) from error
        raise
    return db


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a checkpoint that is there, and may be in use, to read it within the block.

    Raises StateRefusedError for what is none, DependencyMissingError when it cannot be opened.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        raise unopened(path, error, damaged=NO_CHECKPOINT) from error


def _create(db: sqlite3.Connection) -> None:
    schema = resources.files("pipelines.engines.embedded").joinpath("schema.sql").read_text("utf-8")
    db.executescript(f"BEGIN; {schema} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")


def _refuse_version(path: Path | None, version: int) -> NoReturn:
    raise StateRefusedError(
        f"{path} has checkpoint version {version}, this program reads {SCHEMA_VERSION}: "
        f"run the version that wrote it, or {START_OVER}"
    )
