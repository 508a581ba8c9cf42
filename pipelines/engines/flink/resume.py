"""Where the next submission goes on: where the last job was stopped, else at its last checkpoint.

A job may be gone without having been stopped by us: its cluster was ended, its JobManager died without high
availability, somebody cancelled it, or stopped it by another way. What it had told must not be told again. So
its last checkpoint or savepoint is looked for: at the cluster, in the folder of both, and where it was last
seen.
"""

from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

import msgspec

from pipelines.engines.flink.rest import FlinkRest
from wirewatch.errors import DependencyMissingError, WirewatchError
from wirewatch.on_disk import remove_file, replace_file

Noted = TypeVar("Noted", bound=msgspec.Struct)

STORED: Final = "_metadata"
"""Flink writes this last of a checkpoint (flink.apache.org: Checkpoints, directory structure)."""


class Point(msgspec.Struct, frozen=True):
    """A savepoint or checkpoint."""

    location: str
    """Its URI."""
    state: str | None = None
    """The fingerprint of what it keeps (see fit), when known."""
    job: str | None = None
    """The job that left it, when it was looked for and not told."""


class LastJob(msgspec.Struct, frozen=True):
    """The job that was submitted or found last."""

    id: str
    state: str | None
    checkpoint: str | None
    """Its last checkpoint that was seen, else what it was resumed from; None when there was neither."""
    before: str | None = None
    """The job whose state it took up: looked at again where this one has ended without a checkpoint."""


def remember(data_dir: Path, point: Point) -> None:
    """Note what the next submission resumes from."""
    replace_file(_savepoint(data_dir), msgspec.json.encode(point))


def note(data_dir: Path, job: LastJob) -> None:
    """Note the job that runs."""
    if _read(_last(data_dir), LastJob) != job:
        replace_file(_last(data_dir), msgspec.json.encode(job))


def noted(data_dir: Path) -> LastJob | None:
    """Return the job that was noted last."""
    return _read(_last(data_dir), LastJob)


def submitted(data_dir: Path, job: LastJob) -> None:
    """Note a job that was just submitted: it keeps checkpoints of its own."""
    note(data_dir, job)
    remove_file(_savepoint(data_dir))


def forget(data_dir: Path) -> None:
    """Have the next submission begin with nothing."""
    remove_file(_savepoint(data_dir))
    remove_file(_last(data_dir))


def point(rest: FlinkRest, data_dir: Path, storage: str | None) -> Point | None:
    """Return what the next submission resumes from, None for nothing. `storage` is `flink.storage`."""
    if (savepoint := _read(_savepoint(data_dir), Point)) is not None:
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


def _savepoint(data_dir: Path) -> Path:
    return data_dir / "flink" / "resume-from.json"


def _last(data_dir: Path) -> Path:
    return data_dir / "flink" / "last-job.json"


def _read(file: Path, kind: type[Noted]) -> Noted | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise WirewatchError(
            f"{file}: cannot be read ({error}): `wirewatch pipeline --engine flink --from SAVEPOINT` says "
            "where to go on, `--from none` begins with nothing"
        ) from error
