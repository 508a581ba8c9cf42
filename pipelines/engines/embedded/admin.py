"""What an operator does with a checkpoint: look, rename, drop, start afresh."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apache_beam.portability.api import beam_runner_api_pb2 as runner_api
from apache_beam.runners.pipeline_context import PipelineContext

from pipelines.engines.embedded.database import lock_store, reading
from pipelines.engines.embedded.store import Store
from wirewatch.errors import ConfigError, StateRefusedError

CHECKPOINT = "pipeline/checkpoint.db"
"""Where the embedded engine keeps it, in the data folder."""
_KEPT = """
SELECT transform, 'state:' || state, count(DISTINCT cells.id), count(*), sum(length(data))
    FROM cells JOIN cell_rows ON cell = cells.id GROUP BY transform, state
UNION ALL SELECT transform, 'source', count(*), count(*), sum(length(element))
    FROM residuals GROUP BY transform
UNION ALL SELECT transform, 'held', count(*), count(*), sum(length(data)) FROM held GROUP BY transform
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Kept:
    """What one transform keeps in one slot (`state:<id>`, `source`, `held`)."""

    transform: str
    slot: str
    cells: int
    rows: int
    bytes: int


@dataclass(frozen=True)
class Position:
    """Where a source goes on, in the source's own terms."""

    transform: str
    element: Any
    restriction: Any


@dataclass(frozen=True)
class Description:
    """A checkpoint at a glance."""

    kept: tuple[Kept, ...]
    positions: tuple[Position, ...]


def describe(path: Path) -> Description:
    """Read a checkpoint, which may be in use.

    Raises StateRefusedError for what is none, DependencyMissingError when it cannot be opened.
    """
    _there(path)
    with reading(path) as db:
        kept = tuple(Kept(*row) for row in db.execute(_KEPT))
        positions = tuple(_positions(db))
    return Description(kept, positions)


def _there(path: Path) -> None:
    if not path.exists():
        raise StateRefusedError(f"{path}: no checkpoint there")


def _positions(db: sqlite3.Connection) -> Iterator[Position]:
    rows = db.execute(
        "SELECT transform, element, coder FROM residuals JOIN slots USING (transform) "
        "WHERE slot = 'source' ORDER BY residuals.id"
    )
    for transform, element, coder in rows:
        decoded = _coder(coder).get_impl().decode_nested(element).value
        # A splittable DoFn's input: ((element, (restriction, watermark state)), size).
        (source, (restriction, _)), _ = decoded
        yield Position(transform, source, restriction)


def _coder(proto: bytes) -> Any:  # noqa: ANN401 - Beam is untyped
    message = runner_api.MessageWithComponents.FromString(proto)
    message.components.coders["this"].CopyFrom(message.coder)
    return PipelineContext(message.components).coders["this"]


def reset(path: Path) -> Path | None:
    """Move a checkpoint aside, so that the pipeline starts from nothing; return where it is now.

    None when there was none. Raises AlreadyRunningError if in use.
    """
    if not path.exists():
        return None
    with lock_store(path):
        number = 1
        while (kept := path.with_name(f"{path.name}.old-{number}")).exists():
            number += 1
        for file, aside in zip(checkpoint_files(path), checkpoint_files(kept), strict=True):
            if file.exists():
                file.replace(aside)
    return kept


def checkpoint_files(path: Path) -> tuple[Path, ...]:
    """Return the files that SQLite may keep a checkpoint in, whether they are there or not."""
    return tuple(path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm"))


def rename(path: Path, old: str, new: str) -> None:
    """Hand what transform `old` keeps to `new`.

    Raises ConfigError if `old` keeps nothing, or `new` something.
    """
    with _migrating(path, old) as store:
        if any(transform == new for transform, _ in store.used_slots()):
            raise ConfigError(f"{path}: transform {new!r} already keeps something; drop it first")
        store.rename(old, new)


def drop(path: Path, transform: str) -> None:
    """Forget all that a transform keeps. Raises ConfigError if that is nothing."""
    with _migrating(path, transform) as store:
        store.drop(transform)


@contextmanager
def _migrating(path: Path, transform: str) -> Iterator[Store]:
    _there(path)
    with Store(path) as store:
        names = sorted({name for name, _ in store.used_slots()})
        if transform not in names:
            raise ConfigError(f"{path}: transform {transform!r} keeps nothing; these do: {', '.join(names)}")
        yield store
