"""A job in a few words. Pure."""

from collections.abc import Mapping
from typing import Any

from pipelines.engines.flink.outcome import fatal_error, in_short
from pipelines.engines.flink.rest import Job


def describe(
    job: Job, found: Mapping[str, Any], checkpoints: Mapping[str, Any], failure: str | None
) -> dict[str, object]:
    """Return what a person asks of a job first, by name.

    `found`, `checkpoints`, `failure`: what FlinkRest says of it.
    """
    latest = checkpoints["latest"]["completed"] or {}
    savepoint = checkpoints["latest"]["savepoint"] or {}
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
