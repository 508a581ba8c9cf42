"""The watches, actors and topics in force in this process: one immutable snapshot."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from connectors.reload import Reloader
from wirewatch.part import PartContext
from wirewatch.snapshot import Snapshot, load_snapshot, snapshot_files
from wirewatch.watches.parse import WATCHES_FILE

log = structlog.get_logger(__name__)

_snapshots: dict[Path, Snapshot] = {}
_loaders: dict[Path, Callable[[], Snapshot]] = {}
_lock = threading.Lock()


def snapshot(config_dir: Path) -> Snapshot:
    """Return the snapshot in force of `config_dir`, loading it at the first call.

    Another one may be in force at the next call: a batch takes one, and keeps it to its end.

    Raises ConfigError.
    """
    found = _snapshots.get(config_dir)
    if found is None:
        with _lock:
            found = _snapshots.get(config_dir)
            if found is None:
                load = _loaders.get(config_dir, lambda: load_snapshot(config_dir))
                found = _snapshots[config_dir] = load()
    return found


def loaded(config_dir: Path) -> Snapshot | None:
    """Return the snapshot in force of `config_dir`; None while nobody has asked for one."""
    return _snapshots.get(config_dir)


@contextmanager
def in_force(name: Path, given: Snapshot) -> Iterator[None]:
    """Have `snapshot(name)` return `given`, made by the caller; `name` need not be a folder."""
    _snapshots[name] = given
    try:
        yield
    finally:
        del _snapshots[name]


def keep_up_once_asked(context: PartContext) -> None:
    """Do as `keep_up` does from the first call of `snapshot` on: not every worker needs a catalogue."""
    _loaders[context.config_dir] = lambda: keep_up(context)


def keep_up(context: PartContext) -> Snapshot:
    """Load the snapshot of the part's config, and swap it whenever its files change, until the part stops.

    Raises ConfigError for what is wrong with it when there was no good one before; else that one is in force.
    """
    folder = context.config_dir

    def swap(fresh: Snapshot) -> None:
        _snapshots[folder] = fresh
        if not fresh.watches.watches:
            log.warning("nothing_watched", file=str(folder / WATCHES_FILE))

    config = Reloader(
        context,
        "watches",
        files=lambda: snapshot_files(folder),
        make=load_snapshot,
        version=lambda made: made.version,
    )
    swap(config.current)
    config.watch(swap)
    return config.current
