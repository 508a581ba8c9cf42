"""Where the next submission goes on: where the last job was stopped, else at its last checkpoint.

A job may be gone without having been stopped by us: its cluster was ended, its JobManager died without high
availability, somebody cancelled it, or stopped it by another way. What it had told must not be told again. So
its last checkpoint or savepoint is looked for: at the cluster, in the folder of both, and where it was last
seen.
"""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pipelines.engines.flink.notes import Point, noted, remembered
from pipelines.engines.flink.rest import FlinkRest
from wirewatch.errors import DependencyMissingError, WirewatchError

STORED: Final = "_metadata"
"""Flink writes this last of a checkpoint (flink.apache.org: Checkpoints, directory structure)."""


def point(rest: FlinkRest, data_dir: Path, storage: str | None) -> Point | None:
    """Return what the next submission resumes from, None for nothing. `storage` is `flink.storage`."""
    if (savepoint := remembered(data_dir)) is not None:
        return savepoint
    if (last := noted(data_dir)) is None:
        return None
    folder = _folder(storage, data_dir)
    for job in filter(None, (last.id, last.before)):
        if found := latest(rest, job) or _newest(folder, job):
            return Point(found, last.state, job)
    return Point(last.checkpoint, last.state, last.before or last.id) if last.checkpoint else None


def latest(rest: FlinkRest, job: str) -> str | None:
    """Return the last checkpoint or savepoint of a job, None when the cluster does not remember the job.

    Of a job that was stopped it is the savepoint: Flink deletes the checkpoints of one that has finished.
    Raises DependencyMissingError when the cluster is away.
    """
    try:
        found = rest.checkpoints(job)["latest"]
    except DependencyMissingError:
        raise
    except WirewatchError:  # not found, after the cluster was started anew
        return None
    kept = [each for each in (found["completed"], found["savepoint"]) if each]
    return str(max(kept, key=lambda each: int(each["id"]))["external_path"]) if kept else None


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


def _folder(storage: str | None, data_dir: Path) -> Path | None:
    """Return the folder below which `flink up` keeps checkpoints; None when it is no folder."""
    if storage is None:
        return (data_dir / "flink").resolve()
    if "://" not in storage:
        return Path(storage).resolve()
    parts = urlsplit(storage)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None
