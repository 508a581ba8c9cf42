"""Savepoints: taken and waited for; where a job was stopped is remembered, so that the next resumes there."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipelines.engines.flink.notes import Point, remember
from pipelines.engines.flink.outcome import fatal_now
from pipelines.engines.flink.rest import ENDED, FlinkRest
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
        fatal = fatal_now(rest.job(job), rest.failure(job))
        if fatal is None:
            raise WirewatchError(
                f"{error}; `wirewatch flink stop --job {job}` cancels a job that takes none, and keeps its "
                "checkpoints"
            ) from error
        rest.cancel(job)
        raise type(fatal)(
            f"no restart mends what the job {job} failed of, it is cancelled: {fatal}"
        ) from error
    remember(data_dir, Point(location, state))
    return location


def cancel(rest: FlinkRest, job: str, *, sleep: Callable[[float], object] = time.sleep) -> None:
    """End a job as it stands; its last checkpoint stays. Returns once it has ended. Raises WirewatchError."""
    rest.cancel(job)
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with suppress(DependencyMissingError):  # it goes on being cancelled meanwhile
            if rest.job(job)["state"] in ENDED:
                return
        sleep(0.2)
    raise WirewatchError(
        f"the job {job} has not ended {WAIT_SECONDS:g} s after it was cancelled: `wirewatch flink status` "
        "shows what becomes of it"
    )


def _finished(rest: FlinkRest, job: str, trigger: str, sleep: Callable[[float], object]) -> str:
    """Return where the savepoint is; a JobManager that is away is asked again, as the savepoint goes on."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            found = rest.followed(job, trigger)
        except DependencyMissingError:
            pass
        except WirewatchError as error:  # a JobManager that took over knows no operation of the one before
            raise WirewatchError(
                f"what became of the savepoint is not known ({error}): `wirewatch flink status` shows "
                "whether the job runs on; a job that was stopped goes on there all the same"
            ) from error
        else:
            if found.failure is not None:
                raise WirewatchError(
                    f"the savepoint failed, the job runs on: {found.failure.strip().splitlines()[0]}"
                )
            if found.done and found.location:
                return found.location
        sleep(0.2)
    raise WirewatchError(
        f"the savepoint is not there after {WAIT_SECONDS:g} s, and may still come: `wirewatch flink status` "
        "shows whether the job runs on"
    )
