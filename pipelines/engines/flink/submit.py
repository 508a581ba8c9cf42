"""Handing the graph to a cluster, and finding its job there."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import grpc
import msgspec
import structlog
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineResult

from pipelines.access import KafkaAccess
from pipelines.engines.flink import notes, resume
from pipelines.engines.flink.fit import check_fits
from pipelines.engines.flink.graph import graph, state_fingerprint
from pipelines.engines.flink.handing import HandingRunner
from pipelines.engines.flink.options import beam_options, state_of
from pipelines.engines.flink.outcome import all_run, fatal_error, in_short
from pipelines.engines.flink.rest import ENDED, FlinkRest, Job, running_job
from pipelines.engines.flink.until import until
from wirewatch.errors import AlreadyRunningError, WirewatchError
from wirewatch.part import utc_now

STARTS_SECONDS: Final = 300.0
"""How long its tasks may take to start: each worker builds the graph and loads the catalogue."""
APPEARS_SECONDS: Final = 120.0
"""How long a job may take to appear on the cluster: 200 MB of jars are sent first."""

log = structlog.get_logger(__name__)


class _StoppedError(Exception):
    """Told to stop before anything was submitted."""


def submit(
    access: KafkaAccess, rest: FlinkRest, stop: threading.Event, *, now: Callable[[], datetime] = utc_now
) -> Job | None:
    """Submit the graph, resuming where the previous job stood; return the job once the cluster knows it.

    Returns None if told to stop first. A job that the job server has received appears on the cluster all the
    same, even after a timeout here: nothing calls it back (Beam's own cancel does not). So it is noted, and
    the next submission waits for it: see `await_left`.

    Call it with the submission lock held. Raises StateRefusedError if the graph cannot take over the previous
    job's state, AlreadyRunningError if somebody else has submitted a job meanwhile, WirewatchError if the job
    server or the cluster does not accept the job.
    """
    if stop.is_set():  # while a job server was started, say
        return None
    logging.getLogger("apache_beam").setLevel(logging.ERROR)  # it warns of every option that is Flink's own
    settings = access.settings
    state = state_fingerprint(access)
    point = resume.point(rest, access.data_dir, settings.flink.storage)
    if point is not None and point.state is not None:
        check_fits(point.state, state)
    savepoint, before, began = (point.location, point.job, point.state) if point else (None, None, None)

    def hand_over() -> None:
        if stop.is_set():
            raise _StoppedError
        if (job := running_job(rest, settings.flink.job_name)) is not None:
            raise AlreadyRunningError(f"somebody else has submitted the job {job.id} to {rest.address}")
        known = [job.id for job in rest.jobs()]
        submission = notes.Submission(_until(now), known, state, savepoint, before, began)
        notes.hand_over(access.data_dir, submission)

    log.info("flink_submitting", resumes_from=savepoint)
    options = PipelineOptions(beam_options(settings, state=state, savepoint=savepoint))
    try:
        result = graph(access, options, HandingRunner(hand_over)).run()
    except _StoppedError:
        return None
    except WirewatchError:
        raise
    except Exception as error:  # grpc's, Beam's: whatever it is, the job server did not take the job
        raise WirewatchError(
            f"the job server at {settings.flink_job_server} refused the job: {error}"
        ) from error
    return _seen(access, rest, result, stop, now)


def _seen(
    access: KafkaAccess,
    rest: FlinkRest,
    result: PipelineResult,
    stop: threading.Event,
    now: Callable[[], datetime],
) -> Job | None:
    submission = notes.handed_over(access.data_dir)
    assert submission is not None
    error = WirewatchError(
        f"the job {access.settings.flink.job_name} does not start on {rest.address}: "
        "the job server's log says why"
    )

    def look() -> Job | None:
        failed = _failed(result)  # before the look: what comes is seen
        job = _come(access, rest, submission)
        if failed and job is None:
            notes.withdraw(access.data_dir)
            raise error
        return job

    job = until(look, APPEARS_SECONDS, stop.wait)
    if job is None and not stop.is_set():
        notes.hand_over(access.data_dir, msgspec.structs.replace(submission, until=_until(now)))
        raise error
    if job is None:
        log.info("flink_submission_left", until=submission.until.isoformat(timespec="seconds"))
    return job


def await_left(
    access: KafkaAccess,
    rest: FlinkRest,
    stop: threading.Event,
    told: Callable[[str], object],
    *,
    now: Callable[[], datetime] = utc_now,
) -> Job | None:
    """Return the job of an interrupted submission, waiting as long as it may still appear.

    Returns None if there was none, if it does not appear, or if it has ended by now (it is noted then).
    `told` is called with what is waited for. Call it with the submission lock held. Raises
    DependencyMissingError if the cluster is away.
    """
    submission = notes.handed_over(access.data_dir)
    if submission is None:
        return None

    def look() -> Job | None:
        told(submission.may_come)
        return _come(access, rest, submission)

    left = min((submission.until - now()).total_seconds(), APPEARS_SECONDS)  # clocks are set
    job = until(look, left, stop.wait) or _come(access, rest, submission)  # not away, it does not come
    if job is None and not stop.is_set():
        notes.withdraw(access.data_dir)
    return job if job is not None and job.state not in ENDED else None


def _come(access: KafkaAccess, rest: FlinkRest, submission: notes.Submission) -> Job | None:
    for job in rest.jobs():
        state = state_of(job.name, access.settings.flink.job_name)
        if job.id not in submission.known and state == submission.state:
            notes.submitted(access.data_dir, submission.as_job(job.id))
            return job
    return None


def _failed(result: PipelineResult) -> bool:
    try:
        return str(result.state) == "FAILED"
    except grpc.RpcError:  # the job server is away: what it has sent may come
        return False


def _until(now: Callable[[], datetime]) -> datetime:
    return now() + timedelta(seconds=APPEARS_SECONDS)


def wait_until_runs(rest: FlinkRest, job: Job, *, sleep: Callable[[float], object] = time.sleep) -> None:
    """Wait until every task of `job` runs. Raises WirewatchError if it ends instead or takes too long."""

    def runs() -> bool:
        found = rest.job(job.id)
        if found["state"] in ENDED:
            failure = rest.failure(job.id)
            why = fatal_error(failure) or in_short(failure or "")
            raise WirewatchError(f"the Flink job {job.id} {found['state'].lower()}: {why}")
        return all_run(found)

    if not until(runs, STARTS_SECONDS, sleep):
        raise WirewatchError(
            f"the tasks of the Flink job {job.id} do not all run after {STARTS_SECONDS:g} s: "
            "`wirewatch flink status` shows its last failure, "
            f"`wirewatch flink stop --job {job.id}` cancels it"
        )
