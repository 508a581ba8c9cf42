"""Takes savepoints and waits for them; notes where a job was stopped, so that the next resumes there."""

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
    """Take a savepoint while the job keeps running; return where it is. Raises WirewatchError."""
    return _finished(rest, job, rest.savepoint(job), sleep)


def stop(
    rest: FlinkRest,
    job: str,
    data_dir: Path,
    state: str | None,
    *,
    sleep: Callable[[float], object] = time.sleep,
) -> str:
    """Stop a job with a savepoint, without draining it; note where that is, and the fingerprint `state`.

    Raises WirewatchError. A job that cannot take a savepoint because of a failure that no restart fixes is
    cancelled, which keeps its last checkpoint, and that failure is raised.
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
    """Return the error of a job that took no savepoint (`error`); cancel it if no restart helps."""
    try:
        found = rest.job(job)
        fatal = fatal_now(found, rest.failure(job))
    except WirewatchError:  # the cluster is away, or no longer knows the job
        return error
    if fatal is not None:
        with suppress(NotKnownError):  # it has ended by itself
            rest.cancel(job)
        return type(fatal)(f"no restart fixes the failure of job {job}, so it was cancelled: {fatal}")
    if found["state"] in ENDED or all_run(found):
        return error
    return WirewatchError(
        f"{error}; `wirewatch flink stop --job {job}` cancels a job whose tasks do not all run, and keeps "
        "its checkpoints"
    )


def cancel(rest: FlinkRest, job: str, *, sleep: Callable[[float], object] = time.sleep) -> None:
    """Cancel a job and wait until it has ended; its last checkpoint stays. Raises WirewatchError."""

    def ended() -> bool:
        try:
            state = rest.job(job)["state"]
            if state not in {*ENDED, "CANCELLING"}:  # also if another JobManager has taken the job over
                rest.cancel(job)
        except NotKnownError:  # a JobManager that restarted without the job
            return True
        return state in ENDED

    if not until(ended, WAIT_SECONDS, sleep):
        raise WirewatchError(
            f"the job {job} has not ended {WAIT_SECONDS:g} s after it was cancelled: "
            "`wirewatch flink status` shows what becomes of it"
        )


def _finished(rest: FlinkRest, job: str, trigger: str, sleep: Callable[[float], object]) -> str:
    """Wait for a savepoint and return where it is; it continues while the JobManager is away."""
    try:
        location = until(lambda: rest.followed(job, trigger), WAIT_SECONDS, sleep)
    except NotKnownError as error:  # a new leader does not know its predecessor's operations
        raise WirewatchError(
            f"it is not known what became of the savepoint ({error}): `wirewatch flink status` shows whether "
            "the job still runs; if it was stopped, the next one resumes from the savepoint all the same"
        ) from error
    if location is None:
        raise WirewatchError(
            f"the savepoint is not complete after {WAIT_SECONDS:g} s, and may still be: `wirewatch flink "
            "status` shows whether the job still runs"
        )
    return location
