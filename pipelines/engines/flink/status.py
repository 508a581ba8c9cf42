"""A job in a few words."""

from pipelines.engines.flink.outcome import fatal_error, in_short
from pipelines.engines.flink.rest import FlinkRest, Job


def describe(rest: FlinkRest, job: Job) -> dict[str, object]:
    """Return what a person asks of a job first, by name."""
    found = rest.job(job.id)
    checkpoints = rest.checkpoints(job.id)
    latest = checkpoints["latest"]["completed"] or {}
    savepoint = checkpoints["latest"]["savepoint"] or {}
    failure = rest.failure(job.id)
    tasks = [vertex["status"] for vertex in found["vertices"]]
    return {
        "job": job.id,
        "name": job.name,
        "state": str(found["state"]).lower(),
        "started": job.since,
        "tasks running": f"{tasks.count('RUNNING')} of {len(tasks)}",
        "parallelism": max((vertex["parallelism"] for vertex in found["vertices"]), default=0),
        "checkpoints": checkpoints["counts"]["completed"],
        "checkpoints failed": checkpoints["counts"]["failed"],
        "restored": checkpoints["counts"]["restored"],
        "last checkpoint bytes": latest.get("state_size"),
        "last checkpoint ms": latest.get("end_to_end_duration"),
        "last savepoint": savepoint.get("external_path"),
        "last failure": str(fatal_error(failure) or in_short(failure)) if failure else None,
    }
