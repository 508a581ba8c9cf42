"""The checkpoint: one SQLite database, one transaction an epoch."""

import json
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from connectors.sqlite import transaction
from pipelines.engines.embedded.database import connect, lock_store
from pipelines.engines.embedded.hooks import EngineStats
from pipelines.engines.embedded.progress import Held, Progress, Residual
from pipelines.engines.embedded.state import CellChange, CellKey, KeyedState, rows_to_merge

VACUUM_EVERY = 256  # commits
VACUUM_PAGES = 4096  # 16 MiB at once
_TABLES = ("slots", "cells", "residuals", "held", "fired")
_FIND_CELL = "SELECT id FROM cells WHERE transform = ? AND state = ? AND key = ? AND window = ?"
_ROWS_OF_CELL = f"SELECT data FROM cell_rows WHERE cell = ({_FIND_CELL}) ORDER BY id"  # noqa: S608 - a constant


class Slot(NamedTuple):
    """How something kept is encoded: to compare and to read, and as a coder's proto where it is one row."""

    fingerprint: str
    coder: bytes = b""


Slots = dict[tuple[str, str], Slot]
"""What a graph keeps, by transform's unique name and slot: `state:<id>`, `source`, `held`, `impulse`."""


class Store:
    """An open checkpoint, held by one engine. `path` None keeps it in memory.

    Raises AlreadyRunningError when another process has it, StateRefusedError when it can't be read.
    Used by one thread.
    """

    def __init__(self, path: Path | None) -> None:
        self.stats = EngineStats()
        self._lock = lock_store(path) if path else None
        try:
            self._db = connect(path)
        except BaseException:
            self._release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and let it go."""
        self._db.close()
        self._release()

    def rows_of(self, key: CellKey) -> list[bytes]:
        """Return a cell's committed rows in the order they were appended."""
        return [row[0] for row in self._db.execute(_ROWS_OF_CELL, key)]

    def load(self) -> Progress:
        """Return the committed position, and measure what is stored."""
        self._measure()
        return Progress(
            residuals=[
                Residual(transform, element, row=row)
                for row, transform, element in self._db.execute(
                    "SELECT id, transform, element FROM residuals ORDER BY id"
                )
            ],
            held=[
                Held(transform, data, row=row)
                for row, transform, data in self._db.execute(
                    "SELECT id, transform, data FROM held ORDER BY id"
                )
            ],
            fired={row[0] for row in self._db.execute("SELECT transform FROM fired")},
        )

    def commit(self, state: KeyedState, progress: Progress) -> None:
        """Write an epoch: all of it, or on an error nothing."""
        with transaction(self._db):
            for key, change in state.changes.items():
                self._write_cell(key, change)
            for key in state.crowded:
                self._merge_cell(key)
            self._write_progress(progress)
        self.stats.commits += 1
        progress.committed()
        state.forget()
        self.stats.residuals = len(progress.residuals)
        self.stats.held = len(progress.held)
        if self.stats.commits % VACUUM_EVERY == 0:
            self._vacuum()

    def slots(self) -> Slots:
        """Return what the last graph kept."""
        return {(row[0], row[1]): Slot(row[2], row[3]) for row in self._db.execute("SELECT * FROM slots")}

    def used_slots(self) -> set[tuple[str, str]]:
        """Return the (transform, slot) pairs that have something stored."""
        return {
            (row[0], row[1])
            for row in self._db.execute(
                "SELECT DISTINCT transform, 'state:' || state FROM cells "
                "UNION SELECT DISTINCT transform, 'source' FROM residuals "
                "UNION SELECT DISTINCT transform, 'held' FROM held "
                "UNION SELECT transform, 'impulse' FROM fired"
            )
        }

    def write_slots(self, slots: Slots) -> None:
        """Replace the record of what the graph keeps."""
        with transaction(self._db):
            self._db.execute("DELETE FROM slots")
            self._db.executemany(
                "INSERT INTO slots VALUES (?, ?, ?, ?)",
                [(*name, slot.fingerprint, slot.coder) for name, slot in slots.items()],
            )

    def rename(self, old: str, new: str) -> None:
        """Hand all that one transform keeps to another."""
        with transaction(self._db):
            for table in _TABLES:
                self._db.execute(f"UPDATE {table} SET transform = ? WHERE transform = ?", (new, old))  # noqa: S608

    def drop(self, transform: str) -> None:
        """Delete all that a transform keeps."""
        with transaction(self._db):
            self._db.execute(
                "DELETE FROM cell_rows WHERE cell IN (SELECT id FROM cells WHERE transform = ?)", (transform,)
            )
            for table in _TABLES:
                self._db.execute(f"DELETE FROM {table} WHERE transform = ?", (transform,))  # noqa: S608

    def keys(self, state: str) -> list[tuple[str, bytes]]:
        """Return (transform, key) of each that has a cell of `state`."""
        rows = self._db.execute("SELECT DISTINCT transform, key FROM cells WHERE state = ?", (state,))
        return [(transform, key) for transform, key in rows]

    def last_rows(self, transform: str, key: bytes, states: Collection[str]) -> list[bytes]:
        """Return the row that was appended last of each of these cells of a key."""
        rows = self._db.execute(
            "SELECT data FROM cell_rows WHERE id IN (SELECT max(cell_rows.id) FROM cell_rows "
            "JOIN cells ON cells.id = cell WHERE transform = ? AND key = ? "
            "AND state IN (SELECT value FROM json_each(?)) GROUP BY cell)",
            (transform, key, json.dumps(list(states))),
        )
        return [row[0] for row in rows]

    def drop_key(self, transform: str, key: bytes) -> None:
        """Delete all that a transform keeps of a key."""
        mine = (transform, key)
        with transaction(self._db):
            self._db.execute(
                "DELETE FROM cell_rows WHERE cell IN (SELECT id FROM cells WHERE transform = ? AND key = ?)",
                mine,
            )
            self._db.execute("DELETE FROM cells WHERE transform = ? AND key = ?", mine)

    def _write_cell(self, key: CellKey, change: CellChange) -> None:
        cell = self._cell(key)
        if cell is not None and change.cleared:
            self._drop_rows(cell)
        if change.appended:
            if cell is None:
                cell = self._db.execute(
                    "INSERT INTO cells (transform, state, key, window) VALUES (?, ?, ?, ?)", key
                ).lastrowid
                self.stats.state_cells += 1
            self._add_row(cell, b"".join(change.appended))
        elif cell is not None and change.cleared:
            self._db.execute("DELETE FROM cells WHERE id = ?", (cell,))
            self.stats.state_cells -= 1

    def _merge_cell(self, key: CellKey) -> None:
        cell = self._cell(key)
        rows = self._db.execute(
            "SELECT id, data FROM cell_rows WHERE cell = ? ORDER BY id", (cell,)
        ).fetchall()
        merged = rows[rows_to_merge([len(data) for _, data in rows]) :]
        if len(merged) > 1:
            self._drop_rows(cell, since=merged[0][0])
            self._add_row(cell, b"".join(data for _, data in merged))

    def _cell(self, key: CellKey) -> int | None:
        found = self._db.execute(_FIND_CELL, key).fetchone()
        return found[0] if found else None

    def _add_row(self, cell: int | None, data: bytes) -> None:
        self._db.execute("INSERT INTO cell_rows (cell, data) VALUES (?, ?)", (cell, data))
        self.stats.state_rows += 1
        self.stats.state_bytes += len(data)

    def _drop_rows(self, cell: int | None, since: int = 0) -> None:
        dropped = self._db.execute(
            "DELETE FROM cell_rows WHERE cell = ? AND id >= ? RETURNING length(data)", (cell, since)
        ).fetchall()
        self.stats.state_rows -= len(dropped)
        self.stats.state_bytes -= sum(size for (size,) in dropped)

    def _write_progress(self, progress: Progress) -> None:
        self._db.executemany(
            "DELETE FROM residuals WHERE id = ?", [(row,) for row in progress.spent_residuals]
        )
        self._db.executemany("DELETE FROM held WHERE id = ?", [(row,) for row in progress.spent_held])
        self._db.executemany(
            "INSERT OR IGNORE INTO fired VALUES (?)", [(name,) for name in progress.newly_fired]
        )
        for residual in progress.residuals:
            if residual.row is None:
                residual.row = self._db.execute(
                    "INSERT INTO residuals (transform, element) VALUES (?, ?)",
                    (residual.transform, residual.element),
                ).lastrowid
        for held in progress.holding:
            held.row = self._db.execute(
                "INSERT INTO held (transform, data) VALUES (?, ?)", (held.transform, held.data)
            ).lastrowid

    def _vacuum(self) -> None:
        """Give free pages back once they are a quarter of the file; below that they are soon used again."""
        free = self._db.execute("PRAGMA freelist_count").fetchone()[0]
        pages = self._db.execute("PRAGMA page_count").fetchone()[0]
        if free > pages // 4:
            # As a script: `execute` would take one step, which frees one page.
            self._db.executescript(f"PRAGMA incremental_vacuum({VACUUM_PAGES})")

    def _measure(self) -> None:
        rows, size = self._db.execute(
            "SELECT count(*), coalesce(sum(length(data)), 0) FROM cell_rows"
        ).fetchone()
        self.stats.state_rows, self.stats.state_bytes = rows, size
        self.stats.state_cells = self._db.execute("SELECT count(*) FROM cells").fetchone()[0]

    def _release(self) -> None:
        if self._lock:
            self._lock.release()
