"""Savepoints: taken and waited for; where a job was stopped is remembered, so that the next resumes there."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipelines.engines.flink.notes import Point, remember
from pipelines.engines.flink.outcome import all_run, fatal_now
from pipelines.engines.flink.rest import ENDED, FlinkRest, NotKnownError
from pipelines.engines.flink.until import until
from wirewatch.errors import DependencyMissingError, WirewatchError

WAIT_SECONDS: Final = 300.0


def take(rest: FlinkRest, job: str, *, sleep: Callable[[float], object] = time.sleep) -> str:
    """Take a savepoint while the job goes on; return where it is. Raises WirewatchError."""
    return _finished(rest, job, rest.savepoint(job), sleep)


def stop(
    rest: FlinkRest,
    job: str,
    data_dir: Path,
    state: str | None,
    *,
    sleep: Callable[[float], object] = time.sleep,
) -> str:
    """End a job with a savepoint, not draining it, and remember where that is and that it keeps `state`.

    Raises WirewatchError. A job that takes none since it fails of what no restart mends is cancelled, which
    keeps its last checkpoint, and the error is that one.
    """
    try:
        location = _finished(rest, job, rest.stop(job), sleep)
    except DependencyMissingError:
        raise
    except WirewatchError as error:
        raise _took_none(rest, job, error) from error
    remember(data_dir, Point(location, state))
    return location


def _took_none(rest: FlinkRest, job: str, error: WirewatchError) -> WirewatchError:
    """Return what is to be said of a job that took no savepoint, for `error`; cancel it if nothing helps."""
    try:
        found = rest.job(job)
        fatal = fatal_now(found, rest.failure(job))
    except WirewatchError:  # it is away, or knows no such job any more
        return error
    if fatal is not None:
        with suppress(NotKnownError):  # it has ended by itself
            rest.cancel(job)
        return type(fatal)(f"no restart fixes what the job {job} failed of, so it was cancelled: {fatal}")
    if found["state"] in ENDED or all_run(found):
        return error
    return WirewatchError(
        f"{error}; `wirewatch flink stop --job {job}` cancels a job whose tasks do not all run, and keeps "
        "its checkpoints"
    )


def cancel(rest: FlinkRest, job: str, *, sleep: Callable[[float], object] = time.sleep) -> None:
    """End a job as it stands; its last checkpoint stays. Returns once it has ended. Raises WirewatchError."""

    def ended() -> bool:
        try:
            state = rest.job(job)["state"]
            if state not in {*ENDED, "CANCELLING"}:  # also where another JobManager took over, and took it up
                rest.cancel(job)
        except NotKnownError:  # a JobManager that was started anew, without the job
            return True
        return state in ENDED

    if not until(ended, WAIT_SECONDS, sleep):
        raise WirewatchError(
            f"the job {job} has not ended {WAIT_SECONDS:g} s after it was cancelled: "
            "`wirewatch flink status` shows what becomes of it"
        )


def _finished(rest: FlinkRest, job: str, trigger: str, sleep: Callable[[float], object]) -> str:
    """Return where the savepoint is; it goes on while the JobManager is away."""
    try:
        location = until(lambda: rest.followed(job, trigger), WAIT_SECONDS, sleep)
    except NotKnownError as error:  # a JobManager that took over knows no operation of the one before
        raise WirewatchError(
            f"what became of the savepoint is not known ({error}): `wirewatch flink status` shows "
            "whether the job runs on; a job that was stopped goes on there all the same"
        ) from error
    if location is None:
        raise WirewatchError(
            f"the savepoint is not there after {WAIT_SECONDS:g} s, and may still come: `wirewatch flink "
            "status` shows whether the job runs on"
        )
    return location
