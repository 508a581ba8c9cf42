"""Savepoints: taken and waited for; the last one of a stopped job is remembered, so that the next resumes."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipelines.engines.flink.rest import FlinkRest
from wirewatch.errors import DependencyMissingError, WirewatchError

WAIT_SECONDS: Final = 300.0


def take(rest: FlinkRest, job: str, *, sleep: Callable[[float], object] = time.sleep) -> str:
    """Take a savepoint while the job goes on; return where it is. Raises WirewatchError."""
    return _finished(rest, job, rest.savepoint(job), sleep)


def stop(rest: FlinkRest, job: str, data_dir: Path, *, sleep: Callable[[float], object] = time.sleep) -> str:
    """End a job with a savepoint, not draining it, and remember where that is. Raises WirewatchError."""
    location = _finished(rest, job, rest.stop(job), sleep)
    remember(data_dir, location)
    return location


def remember(data_dir: Path, location: str) -> None:
    """Note what the next submission resumes from."""
    file = _file(data_dir)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(f"{location}\n", encoding="utf-8")
    new.replace(file)


def remembered(data_dir: Path) -> str | None:
    """Return what the next submission resumes from, if anything."""
    try:
        return _file(data_dir).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def forget(data_dir: Path) -> None:
    """Resume from nothing: a job that was submitted since keeps checkpoints of its own."""
    _file(data_dir).unlink(missing_ok=True)


def _finished(rest: FlinkRest, job: str, trigger: str, sleep: Callable[[float], object]) -> str:
    """Return where the savepoint is; a JobManager that is away is asked again, as the savepoint goes on."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with suppress(DependencyMissingError):
            found = rest.followed(job, trigger)
            if found.failure is not None:
                raise WirewatchError(
                    f"the savepoint failed, the job runs on: {found.failure.strip().splitlines()[0]}"
                )
            if found.done and found.location:
                return found.location
        sleep(0.2)
    raise WirewatchError(f"the savepoint is not there after {WAIT_SECONDS:g} s; the job runs on")


def _file(data_dir: Path) -> Path:
    return data_dir / "flink" / "resume-from"
