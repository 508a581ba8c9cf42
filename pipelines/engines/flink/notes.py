"""What a data folder knows of its jobs: which ran last, where one was stopped, what is being submitted.

Each is a file that is on disk when it is said that it is. Whoever changes one holds `submission_lock`, but
for the last checkpoint of the job that is followed.
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
    "; where no job runs, `wirewatch pipeline --engine flink --from SAVEPOINT` then says where to go on, "
    "`--from none` begins with nothing"
)
_WAIT_FIRST: Final = " two minutes after it was written: its job has come by then, or comes no more"


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
    began: str | None = None
    """The fingerprint of what it was resumed from, when that was known and so found to fit."""

    def seen_at(self, checkpoint: str) -> "LastJob":
        """Return what is to be noted of it once it has come to `checkpoint`, or the cluster tells of that."""
        return LastJob(self.id, self.state, checkpoint, began=self.began)

    def left(self, location: str) -> Point:
        """Return what it leaves to the next one at `location`, its own or what it began with itself.

        What is kept there is of its own graph only where it wrote it: one that does not fit may have been
        told to begin there.
        """
        return Point(location, self.state if self.wrote(location) else self.began, self.id)

    def wrote(self, location: str) -> bool:
        """Return whether a checkpoint or savepoint is of this job, by Flink's names of both."""
        return any(mark in location for mark in (f"/{self.id}/", f"/savepoint-{self.id[:6]}-"))


class Submission(msgspec.Struct, frozen=True):
    """A job that the job server was given, and that nobody has seen on the cluster yet.

    It comes whoever has died or lost patience meanwhile: a second one then would tell everything again.
    """

    until: datetime
    """It may come until then, in UTC."""
    known: list[str]
    """The jobs that were there before it."""
    state: str
    checkpoint: str | None
    """What it resumes from."""
    before: str | None
    """The job whose state that is."""
    began: str | None = None
    """The fingerprint of that, when known."""

    @property
    def may_come(self) -> str:
        """What is to be said of it until then."""
        return f"a submission was cut off, and its job may still come until {self.until:%H:%M:%S} UTC"

    def as_job(self, job: str) -> LastJob:
        """Return what is to be noted of it once it is there, as `job`."""
        return LastJob(job, self.state, self.checkpoint, self.before, self.began)


def submission_lock(data_dir: Path) -> FileLock:
    """Return the lock to be held from looking for a running job until one is submitted or stopped."""
    folder = data_dir / "flink"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "submit.lock")


def remember(data_dir: Path, point: Point) -> None:
    """Note what the next submission resumes from."""
    replace_file(_savepoint(data_dir), msgspec.json.encode(point))


def remembered(data_dir: Path) -> Point | None:
    """Return what the next submission is to resume from, when that was noted."""
    return _read(_savepoint(data_dir), Point)


def note(data_dir: Path, job: LastJob) -> None:
    """Note the job that runs."""
    if _read(_last(data_dir), LastJob) != job:
        replace_file(_last(data_dir), msgspec.json.encode(job))


def noted(data_dir: Path) -> LastJob | None:
    """Return the job that was noted last."""
    return _read(_last(data_dir), LastJob)


def hand_over(data_dir: Path, submission: Submission) -> None:
    """Note what the job server is given now."""
    replace_file(_submission(data_dir), msgspec.json.encode(submission))


def handed_over(data_dir: Path) -> Submission | None:
    """Return the submission that has not been seen on the cluster, if there is one."""
    return _read(_submission(data_dir), Submission, _WAIT_FIRST)


def withdraw(data_dir: Path) -> None:
    """Forget the submission: it does not come any more."""
    remove_file(_submission(data_dir))


def submitted(data_dir: Path, job: LastJob) -> None:
    """Note the job of a submission: it keeps checkpoints of its own."""
    note(data_dir, job)
    remove_file(_savepoint(data_dir))
    withdraw(data_dir)


def found(data_dir: Path, job: str, state: str | None, checkpoint: str | None) -> None:
    """Note a job that runs, whoever submitted it: what was noted for the next one is of before it.

    `checkpoint` is its last one, where the cluster told.
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
    """Have the next submission begin with nothing."""
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
