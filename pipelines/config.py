"""The active watches, actors and topics of this process: one immutable snapshot, the same for every step."""

import threading
from pathlib import Path

from pipelines import metrics
from wirewatch.snapshot import Snapshot, load_snapshot

_snapshots: dict[Path, Snapshot] = {}
_lock = threading.Lock()


def snapshot(config_dir: Path) -> Snapshot:
    """Return the snapshot compiled from `config_dir`, loading it at the first call.

    Raises ConfigError.
    """
    found = _snapshots.get(config_dir)
    if found is None:
        with _lock:
            found = _snapshots.get(config_dir)
            if found is None:
                found = load_snapshot(config_dir)
                metrics.CONFIG.info({"version": found.version})
                _snapshots[config_dir] = found
    return found
