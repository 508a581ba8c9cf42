"""Where the next submission goes on: where the last job was stopped, else at its last checkpoint.

A job may be gone without having been stopped by us: its cluster was ended, its JobManager died without high
availability, somebody cancelled it, or stopped it by another way. What it had told must not be told again. So
its last checkpoint or savepoint is looked for: at the cluster, in the folder of both, and where it was last
seen.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipelines.engines.flink import notes
from pipelines.engines.flink.location import STORED, address_of, folder_of, path_of
from pipelines.engines.flink.notes import Point, noted, remembered
from pipelines.engines.flink.options import state_of
from pipelines.engines.flink.outcome import GO_ON_ELSEWHERE
from pipelines.engines.flink.rest import FlinkRest, Job, NotKnownError
from wirewatch.errors import StateRefusedError

CLOCK_SECONDS: Final = 1.0
"""Within which two folders are made at once, by the clocks of file systems."""


def point(rest: FlinkRest, data_dir: Path, storage: str | None) -> Point | None:
    """Return what the next submission resumes from, None for nothing. `storage` is `flink.storage`.

    Raises StateRefusedError when a job ran of which nobody knows any more how far it got: it may have told
    stories for days. DependencyMissingError when the cluster is away.
    """
    if (savepoint := remembered(data_dir)) is not None:
        return savepoint
    if (last := noted(data_dir)) is None:
        return None
    folder = folder_of(storage, data_dir)
    known = _checkpoints(rest, last.id)
    if stood := _latest(known) or _newest(folder, last.id):
        return last.left(stood)
    own, held = last.wrote(last.checkpoint or ""), _held(folder, last.id)
    if own and held is None:
        # In a store that cannot be looked at. Others may have followed before the job was gone: as one of the
        # last that are retained it is still there, and what those had told is told again. Where it is not,
        # the job says so as it starts.
        return last.left(str(last.checkpoint))
    if own or held or (known is None and held is None):
        began = f" (it began with {last.checkpoint})" if last.checkpoint else ""
        raise StateRefusedError(
            f"how far the job {last.id} got{began} is not known: Flink does not remember it, and none of its "
            f"checkpoints or savepoints is found in {folder or storage}. {GO_ON_ELSEWHERE}"
        )
    before = last.before
    if before is not None and (stood := latest(rest, before) or _newest(folder, before)):
        return Point(stood, last.began, before)
    return Point(last.checkpoint, last.began, before or last.id) if last.checkpoint else None


def found(rest: FlinkRest, data_dir: Path, job: Job, name: str) -> None:
    """Note `job`, called `name`, which runs, and where it stands, whoever submitted it."""
    notes.found(data_dir, job.id, state_of(job.name, name), latest(rest, job.id))


def is_missing(point: str, data_dir: Path, storage: str | None) -> bool:
    """Return whether a savepoint or checkpoint is not there; False where nobody here can tell.

    `storage` is `flink.storage`.
    """
    if (named := path_of(point)) is None:
        return False
    folder = folder_of(storage, data_dir)
    try:
        place = named.resolve()
        below = folder and folder.is_dir() and place.is_relative_to(folder.resolve())
        stored = place if place.name == STORED else place / STORED
        return bool(below or place.parent.is_dir()) and not stored.is_file()
    except (OSError, RuntimeError):  # another user's; links in a circle
        return False


def latest(rest: FlinkRest, job: str) -> str | None:
    """Return where a job stands, None when the cluster does not know: its last checkpoint or savepoint.

    Of a job that was stopped it is the savepoint: Flink deletes the checkpoints of one that has finished.
    Of one that made none yet, also since another JobManager took over, it is what it went on from.
    Raises DependencyMissingError when the cluster is away.
    """
    return _latest(_checkpoints(rest, job))


def _latest(known: Mapping[str, Any] | None) -> str | None:
    if known is None:
        return None
    kept = [each for kind in ("completed", "savepoint", "restored") if (each := known["latest"].get(kind))]
    return str(max(kept, key=lambda each: int(each["id"]))["external_path"]) if kept else None


def _checkpoints(rest: FlinkRest, job: str) -> Mapping[str, Any] | None:
    """Return what the cluster knows of a job's checkpoints; None when that is nothing."""
    try:
        return rest.checkpoints(job)
    except NotKnownError:  # it was started anew, or sets the job up
        return None


def _newest(storage: Path | None, job: str) -> str | None:
    """Return the newest checkpoint of a job in a folder that is here; its savepoint when it has none left."""
    if storage is None:
        return None

    def number(stored: Path) -> str:
        return stored.parent.name.removeprefix("chk-")  # of somebody's copy: `9.keep`

    def written(stored: Path) -> int:
        return stored.stat().st_mtime_ns

    checkpoints = (each for each in _kept(storage, job).glob(f"chk-*/{STORED}") if number(each).isdecimal())
    savepoints = (storage / "savepoints").glob(f"savepoint-{job[:6]}-*/{STORED}")  # Flink's own names
    try:
        newest = max(checkpoints, key=lambda each: int(number(each)), default=None)
        newest = newest or max(savepoints, key=written, default=None)
    except OSError:  # not mounted, or another user's
        return None
    return address_of(newest.parent) if newest else None


def _kept(storage: Path, job: str) -> Path:
    return storage / "checkpoints" / job


def _held(storage: Path | None, job: str) -> bool | None:
    """Return whether the folder of a job's checkpoints has held one; None when it cannot be looked at.

    Flink makes two folders in it as the job starts; checkpoints come and go beside them, and are gone when
    the job was stopped with a savepoint, which may be anywhere. A job that had none has told nothing: its
    alerts wait for one. One that ended in its first cannot be told from one that was stopped.
    """
    if storage is None:
        return None
    folder = _kept(storage, job)
    try:
        return folder.stat().st_mtime > (folder / "taskowned").stat().st_mtime + CLOCK_SECONDS
    except OSError:  # as above
        return None
