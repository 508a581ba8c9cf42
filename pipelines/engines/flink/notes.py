"""What a data folder knows of its jobs: which ran last, where one was stopped, what is being submitted.

Each note is a file, on disk before the function returns. Whoever changes one holds `submission_lock`, except
to note the latest checkpoint of the job that is being followed.
"""

from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from filelock import FileLock

from wirewatch.errors import WirewatchError
from wirewatch.on_disk import remove_file, replace_file

Noted = TypeVar("Noted", bound=msgspec.Struct)
_SAY_WHERE: Final = (
    "; if no job runs then, `wirewatch pipeline --engine flink --from SAVEPOINT` says where to resume, and "
    "`--from none` starts from nothing"
)
_WAIT_FIRST: Final = " two minutes after it was written: by then its job has come, or never will"


class Point(msgspec.Struct, frozen=True):
    """A savepoint or checkpoint."""

    location: str
    """Its URI."""
    state: str | None = None
    """The fingerprint of what it keeps (see fit), when known."""
    job: str | None = None
    """The job that wrote it, if we found it ourselves instead of being given it."""


class LastJob(msgspec.Struct, frozen=True):
    """The job that was submitted or found last."""

    id: str
    state: str | None
    checkpoint: str | None
    """Its last known checkpoint, else what it resumed from; None if there is neither."""
    before: str | None = None
    """The job whose state it took over: consulted again if this one ended without a checkpoint."""
    began: str | None = None
    """The fingerprint of the state that it resumed from, if known (it was then found to fit)."""

    def seen_at(self, checkpoint: str) -> "LastJob":
        """Return the note of it once its latest checkpoint is `checkpoint`."""
        return LastJob(self.id, self.state, checkpoint, began=self.began)

    def left(self, location: str) -> Point:
        """Return where the next job resumes: `location`, written by this job or what it started from itself.

        The state there is known to be of this job's graph only if this job wrote it.
        """
        return Point(location, self.state if self.wrote(location) else self.began, self.id)

    def wrote(self, location: str) -> bool:
        """Return whether this job wrote a checkpoint or savepoint, judging by Flink's names of both."""
        return any(mark in location for mark in (f"/{self.id}/", f"/savepoint-{self.id[:6]}-"))


class Submission(msgspec.Struct, frozen=True):
    """A job that was handed to the job server and has not been seen on the cluster yet.

    It will appear even if whoever submitted it has died or given up; a second job would then repeat every
    alert.
    """

    until: datetime
    """Until when it may appear, in UTC."""
    known: list[str]
    """Ids of the jobs that the cluster knew before it."""
    state: str
    checkpoint: str | None
    """What it resumes from."""
    before: str | None
    """The job whose state that is."""
    began: str | None = None
    """The fingerprint of that, when known."""

    @property
    def may_come(self) -> str:
        """What to say about it until then."""
        return f"a submission was interrupted, and its job may still come until {self.until:%H:%M:%S} UTC"

    def as_job(self, job: str) -> LastJob:
        """Return the note of it once it has appeared as `job`."""
        return LastJob(job, self.state, self.checkpoint, self.before, self.began)


def submission_lock(data_dir: Path) -> FileLock:
    """Return the lock to hold from looking for a running job until one has been submitted or stopped."""
    folder = data_dir / "flink"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "submit.lock")


def remember(data_dir: Path, point: Point) -> None:
    """Note what the next submission resumes from."""
    replace_file(_savepoint(data_dir), msgspec.json.encode(point))


def remembered(data_dir: Path) -> Point | None:
    """Return what was noted for the next submission to resume from, if anything."""
    return _read(_savepoint(data_dir), Point)


def note(data_dir: Path, job: LastJob) -> None:
    """Note the job that runs."""
    if _read(_last(data_dir), LastJob) != job:
        replace_file(_last(data_dir), msgspec.json.encode(job))


def noted(data_dir: Path) -> LastJob | None:
    """Return the job that was noted last."""
    return _read(_last(data_dir), LastJob)


def hand_over(data_dir: Path, submission: Submission) -> None:
    """Note what is being handed to the job server."""
    replace_file(_submission(data_dir), msgspec.json.encode(submission))


def handed_over(data_dir: Path) -> Submission | None:
    """Return the submission that has not been seen on the cluster, if there is one."""
    return _read(_submission(data_dir), Submission, _WAIT_FIRST)


def withdraw(data_dir: Path) -> None:
    """Forget the submission: its job will not appear."""
    remove_file(_submission(data_dir))


def submitted(data_dir: Path, job: LastJob) -> None:
    """Note the job of a submission; from now on it has checkpoints of its own."""
    note(data_dir, job)
    remove_file(_savepoint(data_dir))
    withdraw(data_dir)


def found(data_dir: Path, job: str, state: str | None, checkpoint: str | None) -> None:
    """Note a running job, whoever submitted it; what was noted to resume from is older, and is dropped.

    `checkpoint` is its latest one, if the cluster knows it.
    """
    submission, last = handed_over(data_dir), noted(data_dir)
    if submission is not None and job not in submission.known and state == submission.state:
        known = submission.as_job(job)
        withdraw(data_dir)
    else:
        known = last if last and last.id == job else LastJob(job, state, None)
    note(data_dir, known.seen_at(checkpoint) if checkpoint else known)
    remove_file(_savepoint(data_dir))


def forget(data_dir: Path) -> None:
    """Make the next submission start with no state."""
    remove_file(_savepoint(data_dir))
    remove_file(_last(data_dir))


def _savepoint(data_dir: Path) -> Path:
    return data_dir / "flink" / "resume-from.json"


def _last(data_dir: Path) -> Path:
    return data_dir / "flink" / "last-job.json"


def _submission(data_dir: Path) -> Path:
    return data_dir / "flink" / "submission.json"


def _read(file: Path, kind: type[Noted], way_out: str = _SAY_WHERE) -> Noted | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise WirewatchError(f"{file}: cannot be read ({error}): delete it{way_out}") from error
