"""Runs the graph on a Flink cluster as part of the service: submits it, or finds it, and says how it is."""

import structlog

from pipelines.access import KafkaAccess
from pipelines.engines.flink import savepoints
from pipelines.engines.flink.outcome import fatal_error, in_short
from pipelines.engines.flink.rest import ENDED, FlinkRest, Job
from pipelines.engines.flink.submit import running_job, submit
from wirewatch.errors import DependencyMissingError, WirewatchError
from wirewatch.part import PartContext

log = structlog.get_logger()

LOOK_SECONDS = 1.0


def run_flink(context: PartContext, access: KafkaAccess) -> None:
    """Submit the job unless it is there already, and stay until `context.stop` is set; the job goes on then.

    Raises WirewatchError when the job ends in failure, or fails of what no restart mends.
    """
    settings = context.settings
    rest = FlinkRest(settings.flink_master)
    context.health.waiting(f"submitting to Flink at {rest.address}")
    job = running_job(rest, settings.flink.job_name)
    if job is None:
        job = submit_or_resume(context, access, rest)
    log.info("flink_job", id=job.id, name=job.name, master=rest.address)
    while not context.stop.is_set():
        try:
            ended = _look(context, rest, job)
        except DependencyMissingError as away:
            context.health.waiting(str(away))  # the job goes on without us
            ended = False
        if ended or (settings.flink.detach and context.health.state()[0]):
            return
        context.stop.wait(LOOK_SECONDS)


def submit_or_resume(context: PartContext, access: KafkaAccess, rest: FlinkRest) -> Job:
    """Submit the job, from where the one before it was stopped if one was."""
    savepoint = savepoints.remembered(context.data_dir)
    log.info("flink_submitting", resumes_from=savepoint)
    job = submit(access, rest, savepoint=savepoint)
    savepoints.forget(context.data_dir)
    return job


def _look(context: PartContext, rest: FlinkRest, job: Job) -> bool:
    """Say how the job is; return whether it has ended. Raises WirewatchError."""
    found = rest.job(job.id)
    state = str(found["state"])
    failure = rest.failure(job.id)
    if failure is not None and (fatal := fatal_error(failure)) is not None:
        if state not in ENDED:
            rest.cancel(job.id)
        raise fatal
    if state == "FAILED":
        raise WirewatchError(f"the Flink job {job.id} failed: {in_short(failure or '')}")
    if state in ENDED:
        log.info("flink_job_ended", id=job.id, state=state)
        return True
    tasks = {vertex["status"] for vertex in found["vertices"]}
    if state == "RUNNING" and tasks == {"RUNNING"}:
        context.health.ready()
    else:
        why = f": {in_short(failure)}" if failure else ""
        context.health.waiting(
            f"Flink job is {state.lower()}, its tasks {', '.join(sorted(tasks)).lower()}{why}"
        )
    return False
