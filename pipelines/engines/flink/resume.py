"""Where the next submission goes on: where the last job was stopped, else at its last checkpoint.

A job may be gone without having been stopped by us: its cluster was ended, its JobManager died without high
availability, somebody cancelled it, or stopped it by another way. What it had told must not be told again. So
its last checkpoint or savepoint is looked for: at the cluster, in the folder of both, and where it was last
seen.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pipelines.engines.flink.notes import Point, noted, remembered
from pipelines.engines.flink.outcome import START_ANEW
from pipelines.engines.flink.rest import FlinkRest
from wirewatch.errors import DependencyMissingError, StateRefusedError, WirewatchError

STORED: Final = "_metadata"
"""Flink writes this last of a checkpoint (flink.apache.org: Checkpoints, directory structure)."""


def point(rest: FlinkRest, data_dir: Path, storage: str | None) -> Point | None:
    """Return what the next submission resumes from, None for nothing. `storage` is `flink.storage`.

    Raises StateRefusedError when a job ran of which nobody knows any more how far it got: it may have told
    stories for days. DependencyMissingError when the cluster is away.
    """
    if (savepoint := remembered(data_dir)) is not None:
        return savepoint
    if (last := noted(data_dir)) is None:
        return None
    folder = _folder(storage, data_dir)
    if found := latest(rest, last.id) or _newest(folder, last.id):
        return Point(found, last.state, last.id)
    if last.checkpoint is not None and f"/{last.id}/" in last.checkpoint:
        # One of its own, in Flink's layout. Others may have followed before the job was gone: as one of the
        # last that are retained it is still there, and what those had told is told again.
        return Point(last.checkpoint, last.state, last.id)
    if _checkpoints(rest, last.id) is None and not _kept_none(folder, last.id):
        began = f" (it began with {last.checkpoint})" if last.checkpoint else ""
        raise StateRefusedError(
            f"how far the job {last.id} got{began} is not known: Flink does not remember it, and its "
            f"checkpoints cannot be looked at in {folder or storage}. `wirewatch pipeline --engine flink "
            f"--from SAVEPOINT` says where to go on; {START_ANEW}"
        )
    before = last.before
    if before is not None and (found := latest(rest, before) or _newest(folder, before)):
        return Point(found, last.state, before)
    return Point(last.checkpoint, last.state, before or last.id) if last.checkpoint else None


def latest(rest: FlinkRest, job: str) -> str | None:
    """Return the last checkpoint or savepoint of a job, None when the cluster does not remember the job.

    Of a job that was stopped it is the savepoint: Flink deletes the checkpoints of one that has finished.
    Raises DependencyMissingError when the cluster is away.
    """
    if (known := _checkpoints(rest, job)) is None:
        return None
    kept = [each for each in (known["latest"]["completed"], known["latest"]["savepoint"]) if each]
    return str(max(kept, key=lambda each: int(each["id"]))["external_path"]) if kept else None


def _checkpoints(rest: FlinkRest, job: str) -> Mapping[str, Any] | None:
    """Return what the cluster knows of a job's checkpoints; None when it does not remember the job."""
    try:
        return rest.checkpoints(job)
    except DependencyMissingError:
        raise
    except WirewatchError:  # not found, after the cluster was started anew
        return None


def _newest(storage: Path | None, job: str) -> str | None:
    """Return the newest checkpoint of a job in a folder that is here; its savepoint when it has none left."""
    if storage is None:
        return None
    checkpoints = {
        int(stored.parent.name.removeprefix("chk-")): stored.parent
        for stored in (storage / "checkpoints" / job).glob(f"chk-*/{STORED}")
    }
    if checkpoints:
        return checkpoints[max(checkpoints)].as_uri()
    savepoints = (storage / "savepoints").glob(f"savepoint-{job[:6]}-*/{STORED}")  # Flink's own names
    newest = max(savepoints, key=lambda stored: stored.stat().st_mtime_ns, default=None)
    return newest.parent.as_uri() if newest else None


def _kept_none(storage: Path | None, job: str) -> bool:
    """Return whether the folder that Flink makes for a job's checkpoints can be looked at, and holds none.

    Such a job has told nothing: its alerts wait for a checkpoint.
    """
    if storage is None:
        return False
    try:
        return not any((kept / STORED).exists() for kept in (storage / "checkpoints" / job).iterdir())
    except OSError:  # not mounted, or another user's
        return False


def _folder(storage: str | None, data_dir: Path) -> Path | None:
    """Return the folder below which `flink up` keeps checkpoints; None when it is no folder."""
    if storage is None:
        return (data_dir / "flink").resolve()
    if "://" not in storage:
        return Path(storage).resolve()
    parts = urlsplit(storage)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None
