"""Where the next submission resumes: at the savepoint of the last stop, else at the job's last checkpoint.

A job may be gone without our having stopped it: its cluster was shut down, its JobManager died without high
availability, or somebody cancelled or stopped it by other means. Its alerts must not be raised again, so we
look for its last checkpoint or savepoint: on the cluster, in the storage folder, and where it was last seen.
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
"""Two folders whose times differ by less were created together: clocks of file systems are coarse."""


def point(rest: FlinkRest, data_dir: Path, storage: str | None) -> Point | None:
    """Return what the next submission resumes from, None for nothing. `storage` is `flink.storage`.

    Raises StateRefusedError if a job ran and nobody knows how far it got: it may have raised alerts for days.
    DependencyMissingError if the cluster is away.
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
        # We cannot look into that store. The job may have completed later checkpoints, whose alerts are then
        # repeated. If this one is no longer retained, the job fails to start and says so.
        return last.left(str(last.checkpoint))
    if own or held or (known is None and held is None):
        began = f" (it started from {last.checkpoint})" if last.checkpoint else ""
        raise StateRefusedError(
            f"it is not known how far the job {last.id} got{began}: Flink does not remember it, and none of "
            f"its checkpoints or savepoints is in {folder or storage}. {GO_ON_ELSEWHERE}"
        )
    before = last.before
    if before is not None and (stood := latest(rest, before) or _newest(folder, before)):
        return Point(stood, last.began, before)
    return Point(last.checkpoint, last.began, before or last.id) if last.checkpoint else None


def found(rest: FlinkRest, data_dir: Path, job: Job, name: str) -> None:
    """Note that `job`, called `name`, runs, and its latest checkpoint, whoever submitted it."""
    notes.found(data_dir, job.id, state_of(job.name, name), latest(rest, job.id))


def is_missing(point: str, data_dir: Path, storage: str | None) -> bool:
    """Return whether a savepoint or checkpoint is missing; False if that cannot be told from here.

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
    """Return a job's last checkpoint or savepoint; None if the cluster knows of none.

    For a job that was stopped, that is the savepoint: Flink deletes the checkpoints of a finished job. For
    one without a checkpoint of its own yet (or since another JobManager took over), what it resumed from.
    Raises DependencyMissingError if the cluster is away.
    """
    return _latest(_checkpoints(rest, job))


def _latest(known: Mapping[str, Any] | None) -> str | None:
    if known is None:
        return None
    kept = [each for kind in ("completed", "savepoint", "restored") if (each := known["latest"].get(kind))]
    return str(max(kept, key=lambda each: int(each["id"]))["external_path"]) if kept else None


def _checkpoints(rest: FlinkRest, job: str) -> Mapping[str, Any] | None:
    """Return what the cluster knows of a job's checkpoints; None if it does not know the job."""
    try:
        return rest.checkpoints(job)
    except NotKnownError:  # it restarted, or is setting up the job
        return None


def _newest(storage: Path | None, job: str) -> str | None:
    """Return a job's newest checkpoint in a local folder; if none is left, its newest savepoint."""
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
    """Return whether the folder of a job's checkpoints ever held one; None if we cannot look into it.

    Flink creates two folders in it when the job starts. Checkpoints come and go beside them, and are deleted
    when the job is stopped with a savepoint, which may be anywhere. A job that never had a checkpoint has
    sent no alert, since alerts wait for one. A job that ended during its first checkpoint looks like one that
    was stopped.
    """
    if storage is None:
        return None
    folder = _kept(storage, job)
    try:
        return folder.stat().st_mtime > (folder / "taskowned").stat().st_mtime + CLOCK_SECONDS
    except OSError:  # as above
        return None
