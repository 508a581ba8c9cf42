"""Handing the graph to a cluster, and finding its job there."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import apache_beam as beam
import structlog
from apache_beam.options.pipeline_options import PipelineOptions
from filelock import FileLock

from pipelines.access import KafkaAccess
from pipelines.engines.flink import resume
from pipelines.engines.flink.fit import check_fits, fingerprint
from pipelines.engines.flink.options import beam_options, state_of
from pipelines.engines.flink.outcome import all_run, in_short
from pipelines.engines.flink.read import read_on_ticks
from pipelines.engines.flink.rest import ENDED, FlinkRest, Job
from pipelines.engines.pipeline import new_pipeline
from pipelines.monitor import monitor
from wirewatch.errors import DependencyMissingError, WirewatchError

STARTS_SECONDS: Final = 300.0
"""How long its tasks may take to run: each worker builds the graph and loads the catalogue."""

log = structlog.get_logger()

APPEARS_SECONDS: Final = 120.0
"""How long a cluster may take to know a job: it is sent 200 MB of jars first."""


def submission_lock(data_dir: Path) -> FileLock:
    """Return the lock to be held from looking for a running job until one is submitted, or is followed."""
    folder = data_dir / "flink"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "submit.lock")


def state_fingerprint(access: KafkaAccess) -> str:
    """Return the fingerprint of the graph as it would be submitted."""
    return fingerprint(graph(access, PipelineOptions([], streaming=True)))


def submit(access: KafkaAccess, rest: FlinkRest) -> Job:
    """Submit the graph, resuming where the job before stood; return the job once the cluster knows it.

    Raises StateRefusedError when the graph cannot take what that kept, WirewatchError when the job server or
    the cluster does not take the job.
    """
    logging.getLogger("apache_beam").setLevel(logging.ERROR)  # it warns of every option that is Flink's own
    name = access.settings.flink.job_name
    before = {job.id for job in rest.jobs()}
    state = state_fingerprint(access)
    point = resume.point(rest, access.data_dir, access.settings.flink.storage)
    if point is not None and point.state is not None:
        check_fits(point.state, state)
    savepoint = point.location if point else None
    log.info("flink_submitting", resumes_from=savepoint)
    options = beam_options(access.settings, state=state, savepoint=savepoint)
    pipeline = graph(access, PipelineOptions(options))
    try:
        result = pipeline.run()
    except Exception as error:  # grpc's, Beam's: whatever it is, the job server did not take the job
        raise WirewatchError(
            f"the job server at {access.settings.flink_job_server} refuses: {error}"
        ) from error
    deadline = time.monotonic() + APPEARS_SECONDS
    while time.monotonic() < deadline:
        with suppress(DependencyMissingError):  # busy with what it was just sent: it is asked again
            for job in rest.jobs():
                if job.id not in before and state_of(job.name, name) == state:
                    took = resume.LastJob(job.id, state, savepoint, point.job if point else None)
                    resume.submitted(access.data_dir, took)
                    return job
        if str(result.state) == "FAILED":
            break
        time.sleep(0.2)
    raise WirewatchError(f"the job {name} does not start on {rest.address}: the job server's log says why")


def wait_until_runs(rest: FlinkRest, job: Job, *, sleep: Callable[[float], object] = time.sleep) -> None:
    """Wait until every task of `job` runs. Raises WirewatchError when it ends instead, or takes too long."""
    deadline = time.monotonic() + STARTS_SECONDS
    while time.monotonic() < deadline:
        with suppress(DependencyMissingError):  # asked again, as above
            found = rest.job(job.id)
            if found["state"] in ENDED:
                why = in_short(rest.failure(job.id) or "")
                raise WirewatchError(f"the Flink job {job.id} {found['state'].lower()}: {why}")
            if all_run(found):
                return
        sleep(0.2)
    raise WirewatchError(
        f"the tasks of the Flink job {job.id} do not all run after {STARTS_SECONDS:g} s: "
        "`wirewatch flink status` tells what it failed of"
    )


def graph(access: KafkaAccess, options: PipelineOptions) -> beam.Pipeline:
    """Return the graph as a cluster is sent it."""
    pipeline = new_pipeline(options=options)
    monitor(read_on_ticks(pipeline, access), access, access.config_dir)
    return pipeline
