"""What the service keeps, in the order in which a backup copies it: the last part of the flow first.

Each copy is of a moment after the one before it. So what a store says of the part before it in the flow ("I
have read your log to here", "you have taken this article") holds in the copies too: that part's is younger.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from connectors.feeds.store import DATABASE as FEEDS
from connectors.notify.store import DATABASE as NOTIFY
from connectors.seeds.position import POSITION_FILE as REPLAY
from connectors.sqlite import connect_existing
from wirewatch.errors import StateRefusedError
from wirewatch.on_disk import copy_bytes, sync

CHECKPOINT = "pipeline/checkpoint.db"
"""pipelines.engines.embedded.admin.CHECKPOINT, without importing Beam for it."""
KAFKA = "broker/kafka"
"""The managed broker's data, in the data folder."""
FOLDERS = ("notify", "pipeline", "feeds", "replay", "broker")
BUSY_SECONDS = 30.0


def copy_database(source: Path, target: Path) -> None:
    """Copy the SQLite file `source`, which may be in use, as it is at one moment; writers need not wait.

    Raises StateRefusedError when it cannot be read, or the copy is damaged.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            closing(connect_existing(source, write=True, timeout=BUSY_SECONDS)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy)
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise StateRefusedError(f"{source}: cannot be copied: {error}") from error
    if found != "ok":
        raise StateRefusedError(f"{source}: is damaged: {found}")
    sync(target)


@contextmanager
def standing_still(checkpoint: Path) -> Iterator[None]:
    """Let nobody commit to the checkpoint in this block: the pipeline waits, and so sends no alert."""
    with closing(connect_existing(checkpoint, write=True, timeout=BUSY_SECONDS)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise StateRefusedError(f"{checkpoint}: cannot be held: {error}") from error
        try:
            yield
        finally:
            database.execute("ROLLBACK")


def copy_position(source: Path, target: Path) -> None:
    """Copy replay's position, which is only ever replaced whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    copy_bytes(source, target)


__all__ = [
    "CHECKPOINT",
    "FEEDS",
    "FOLDERS",
    "KAFKA",
    "NOTIFY",
    "REPLAY",
    "copy_database",
    "copy_position",
    "standing_still",
]
