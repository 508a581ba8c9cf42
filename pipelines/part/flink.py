"""Runs the graph on a Flink cluster as part of the service: submits or finds the job, reports its state."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress

import structlog
from filelock import Timeout

from pipelines.access import KafkaAccess
from pipelines.engines.flink import notes, resume
from pipelines.engines.flink.notes import submission_lock
from pipelines.engines.flink.outcome import all_run, fatal_now, in_short
from pipelines.engines.flink.rest import (
    ENDED,
    FlinkRest,
    Job,
    NotKnownError,
    running_job,
    running_jobs,
    several,
)
from pipelines.engines.flink.submit import await_left, submit
from pipelines.part.waiting import Waiting, waiting_of
from wirewatch.errors import DependencyMissingError, WirewatchError
from wirewatch.part import PartContext

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0


def run_flink(
    context: PartContext,
    access: KafkaAccess,
    job_server: Callable[[PartContext], AbstractContextManager[object]] = nullcontext,
) -> None:
    """Submit the job unless it runs already, and stay until `context.stop` is set; the job keeps running.

    `job_server` provides a job server during submission. Raises WirewatchError if the job ends in failure, or
    fails in a way that no restart fixes.
    """

    def submitted() -> Job | None:
        with job_server(context):
            context.health.waiting(f"submitting to Flink at {rest.address}")
            return submit(access, rest, context.stop, now=context.now)

    settings = context.settings
    rest = FlinkRest(settings.flink_master)
    job = _job(context, access, rest, submitted)
    while job is not None and not context.stop.is_set():
        log.info("flink_job", id=job.id, name=job.name, master=rest.address)
        if not _followed(context, rest, job):
            return
        job = _job(context, access, rest, lambda: None)  # an upgrade may have replaced it


def _job(
    context: PartContext, access: KafkaAccess, rest: FlinkRest, missing: Callable[[], Job | None]
) -> Job | None:
    """Return the job that runs or is on its way, else `missing()`; None if told to stop.

    Waits while another command stops or submits the job: two jobs would read the same articles. Raises
    AlreadyRunningError if there are two.
    """
    name = context.settings.flink.job_name
    lock = submission_lock(context.data_dir)
    waiting = waiting_of(context)
    while not context.stop.is_set():
        try:
            with lock.acquire(timeout=LOOK_SECONDS):
                if (job := running_job(rest, name)) is not None:
                    resume.found(rest, context.data_dir, job, name)
                    return job
                if (job := await_left(access, rest, context.stop, waiting, now=context.now)) is not None:
                    return job
                return None if context.stop.is_set() else missing()
        except Timeout:
            waiting("another command is stopping or submitting the job")
    return None


def _followed(context: PartContext, rest: FlinkRest, job: Job) -> bool:
    """Report the job's state until it ends (True), or until we stop or detach (False)."""
    waiting = waiting_of(context)
    while not context.stop.is_set():
        try:
            if _look(context, rest, job, waiting):
                return True
        except DependencyMissingError as away:
            waiting(str(away))  # the job keeps running without us
        if context.settings.flink.detach and context.health.state()[0]:
            return False
        context.stop.wait(LOOK_SECONDS)
    return False


def _look(context: PartContext, rest: FlinkRest, job: Job, waiting: Waiting) -> bool:
    """Report the job's state; return whether it has ended. Raises WirewatchError."""
    try:
        found, failure = rest.job(job.id), rest.failure(job.id)
    except NotKnownError as error:
        raise WirewatchError(
            f"the Flink job {job.id} is gone: the JobManager at {rest.address} restarted without it, "
            f"as it does without high availability{_next(context)}"
        ) from error
    state = str(found["state"])
    _note(context, rest, job)
    if (fatal := fatal_now(found, failure)) is not None:
        if state not in ENDED:
            with suppress(NotKnownError):  # it has ended by itself
                rest.cancel(job.id)
        raise fatal
    if state == "FAILED":
        raise WirewatchError(f"the Flink job {job.id} failed: {in_short(failure or '')}{_next(context)}")
    if state in ENDED:
        log.info("flink_job_ended", id=job.id, state=state)
        return True
    name = context.settings.flink.job_name
    if len(jobs := running_jobs(rest, name)) > 1:
        waiting(str(several(rest, name, jobs)))
    elif all_run(found):
        context.health.ready()
        waiting.over()
    else:
        tasks = {vertex["status"] for vertex in found["vertices"]}
        why = f": {in_short(failure)}" if failure else ""
        of_tasks = f", its tasks {', '.join(sorted(tasks)).lower()}" if tasks else ""
        waiting(f"Flink job is {state.lower()}{of_tasks}{why}")
    return False


def _next(context: PartContext) -> str:
    last = notes.noted(context.data_dir)
    if last is None or last.checkpoint is None:
        return ""
    return f"; the next one resumes from {last.checkpoint}, unless `--from` says otherwise"


def _note(context: PartContext, rest: FlinkRest, job: Job) -> None:
    """Note the job's last checkpoint, where the next job resumes if this one is gone.

    Also once it has ended: whoever stopped it may not have noted it. Does nothing if a later job was noted.
    """
    checkpoint = resume.latest(rest, job.id)
    last = notes.noted(context.data_dir)
    if checkpoint is not None and last is not None and last.id == job.id:
        notes.note(context.data_dir, last.seen_at(checkpoint))
