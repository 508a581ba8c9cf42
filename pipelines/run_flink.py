"""Runs the graph on a Flink cluster as part of the service: submits it, or finds it, and says how it is."""

from collections.abc import Callable
from functools import partial

import structlog
from filelock import Timeout

from pipelines.access import KafkaAccess
from pipelines.engines.flink import resume
from pipelines.engines.flink.options import state_of
from pipelines.engines.flink.outcome import all_run, fatal_error, in_short
from pipelines.engines.flink.rest import ENDED, FlinkRest, Job, running_job
from pipelines.engines.flink.submit import submission_lock, submit
from wirewatch.errors import DependencyMissingError, WirewatchError
from wirewatch.part import PartContext

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0


def run_flink(context: PartContext, access: KafkaAccess) -> None:
    """Submit the job unless it is there already, and stay until `context.stop` is set; the job goes on then.

    Raises WirewatchError when the job ends in failure, or fails of what no restart mends.
    """
    settings = context.settings
    rest = FlinkRest(settings.flink_master)
    context.health.waiting(f"submitting to Flink at {rest.address}")
    job = _job(context, rest, lambda: submit(access, rest))
    while job is not None and not context.stop.is_set():
        log.info("flink_job", id=job.id, name=job.name, master=rest.address)
        if not _followed(context, rest, job):
            return
        job = _job(context, rest, partial(_note_ended, context, rest, job))  # an upgrade may have replaced it


def _job(context: PartContext, rest: FlinkRest, missing: Callable[[], Job | None]) -> Job | None:
    """Return the job that runs, else `missing()`; None when told to stop.

    Waits for who stops and submits it meanwhile: two jobs would read the same articles.
    """
    lock = submission_lock(context.data_dir)
    while not context.stop.is_set():
        try:
            with lock.acquire(timeout=LOOK_SECONDS):
                return running_job(rest, context.settings.flink.job_name) or missing()
        except Timeout:
            context.health.waiting("another command stops or submits the job")
    return None


def _followed(context: PartContext, rest: FlinkRest, job: Job) -> bool:
    """Say how the job is until it ends (True), or until nobody is to stay for it (False)."""
    while not context.stop.is_set():
        try:
            if _look(context, rest, job):
                return True
        except DependencyMissingError as away:
            context.health.waiting(str(away))  # the job goes on without us
        if context.settings.flink.detach and context.health.state()[0]:
            return False
        context.stop.wait(LOOK_SECONDS)
    return False


def _look(context: PartContext, rest: FlinkRest, job: Job) -> bool:
    """Say how the job is; return whether it has ended. Raises WirewatchError."""
    found = rest.job(job.id)
    state = str(found["state"])
    failure = rest.failure(job.id)
    if (fatal := fatal_error(failure)) is not None:
        if state not in ENDED:
            rest.cancel(job.id)
        raise fatal
    if state == "FAILED":
        raise WirewatchError(f"the Flink job {job.id} failed: {in_short(failure or '')}{_next(context)}")
    if state in ENDED:
        log.info("flink_job_ended", id=job.id, state=state)
        return True
    _note(context, rest, job)
    if all_run(found):
        context.health.ready()
    else:
        tasks = {vertex["status"] for vertex in found["vertices"]}
        why = f": {in_short(failure)}" if failure else ""
        context.health.waiting(
            f"Flink job is {state.lower()}, its tasks {', '.join(sorted(tasks)).lower()}{why}"
        )
    return False


def _next(context: PartContext) -> str:
    last = resume.noted(context.data_dir)
    if last is None or last.checkpoint is None:
        return ""
    return f"; the next one goes on at {last.checkpoint}, unless `--from` says otherwise"


def _note(context: PartContext, rest: FlinkRest, job: Job) -> None:
    """Remember the job and its last checkpoint, where the next one goes on should this be gone."""
    state = state_of(job.name, context.settings.flink.job_name)
    if (checkpoint := resume.latest(rest, job.id)) is not None:
        resume.note(context.data_dir, resume.LastJob(job.id, state, checkpoint))
    elif (last := resume.noted(context.data_dir)) is None or last.id != job.id:
        resume.note(context.data_dir, resume.LastJob(job.id, state, None))


def _note_ended(context: PartContext, rest: FlinkRest, job: Job) -> None:
    """Remember where a job ended: who stopped it may not have; nothing when another was noted after it."""
    last = resume.noted(context.data_dir)
    if last is not None and last.id == job.id:
        _note(context, rest, job)
