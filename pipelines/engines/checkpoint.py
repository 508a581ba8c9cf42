"""Looking after the embedded engine's checkpoint by hand: what it holds, starting over, renaming.

Beside the engine's own folder, so that a command needs not wait for Beam to be imported.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from wirewatch.errors import AlreadyRunningError, StateRefusedError, WirewatchError

CHECKPOINT = "pipeline/checkpoint.db"
"""Where the embedded engine keeps it, in the data folder."""
_FILES = ("", "-wal", "-shm")  # SQLite's, in WAL mode
_TABLES = ("slots", "cells", "residuals", "held", "fired")  # those that name a transform
_CONTENTS = """
SELECT transform, 'state:' || state AS slot, count(*), coalesce(sum(length(data)), 0)
FROM cells JOIN cell_rows ON cell_rows.cell = cells.id GROUP BY transform, state
UNION ALL SELECT transform, 'source', count(*), sum(length(element)) FROM residuals GROUP BY transform
UNION ALL SELECT transform, 'held', count(*), sum(length(data)) FROM held GROUP BY transform
ORDER BY 1, 2
"""


class Kept(NamedTuple):
    """What one transform keeps in one slot (`state:<id>`, `source`, `held`)."""

    transform: str
    slot: str
    rows: int
    bytes: int


def contents(path: Path) -> list[Kept]:
    """Return what the checkpoint at `path` holds, also while the pipeline runs.

    Raises WirewatchError when there is none, StateRefusedError when it cannot be read.
    """
    with _opened(path) as db:
        return [Kept(*row) for row in db.execute(_CONTENTS)]


def reset(path: Path) -> Path | None:
    """Move the checkpoint at `path` aside and return where it is now; None when there was none.

    Raises AlreadyRunningError while a pipeline runs on it.
    """
    if not path.exists():
        return None
    with _held(path):
        number = 1
        while (kept := path.with_name(f"{path.name}.old-{number}")).exists():
            number += 1
        for ending in _FILES:
            part = path.with_name(path.name + ending)
            if part.exists():
                part.replace(kept.with_name(kept.name + ending))
    return kept


def migrate(path: Path, *, renames: Sequence[tuple[str, str]], drops: Sequence[str]) -> int:
    """Rename transforms (old, new) and forget what `drops` kept, all or nothing; return rows changed.

    Raises WirewatchError for a transform that keeps nothing, AlreadyRunningError while a pipeline runs on it.
    """
    with _held(path), _opened(path) as db, db:
        db.execute("BEGIN IMMEDIATE")
        return sum(_rename(db, *pair) for pair in renames) + sum(_drop(db, name) for name in drops)


def _rename(db: sqlite3.Connection, old: str, new: str) -> int:
    changed = 0
    for table in _TABLES:
        statement = f"UPDATE {table} SET transform = ? WHERE transform = ?"  # noqa: S608  # a constant
        try:
            changed += db.execute(statement, (new, old)).rowcount
        except sqlite3.IntegrityError as error:
            raise WirewatchError(f"{new!r} keeps something already: drop it first") from error
    return _at_least_one(changed, old)


def _drop(db: sqlite3.Connection, name: str) -> int:
    db.execute("DELETE FROM cell_rows WHERE cell IN (SELECT id FROM cells WHERE transform = ?)", (name,))
    statements = [f"DELETE FROM {table} WHERE transform = ?" for table in _TABLES]  # noqa: S608  # constants
    return _at_least_one(sum(db.execute(each, (name,)).rowcount for each in statements), name)


def _at_least_one(changed: int, transform: str) -> int:
    if not changed:
        raise WirewatchError(f"nothing is kept by {transform!r}; `wirewatch state show` lists what is")
    return changed


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise WirewatchError(
            f"{path}: there is no checkpoint yet: the pipeline has not run on this data folder"
        )
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
        try:
            yield db
        except sqlite3.DatabaseError as error:
            raise StateRefusedError(
                f"{path} can't be read as a checkpoint ({error}): `wirewatch state reset` starts over"
            ) from error


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the engine's own lock on the checkpoint."""
    lock = FileLock(f"{path}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunningError(f"{path} is in use: stop the pipeline first (`wirewatch down`)") from None
    try:
        yield
    finally:
        lock.release()
