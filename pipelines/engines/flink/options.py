"""What Beam and its Flink runner are told of a job. Pure."""

from typing import Final

from wirewatch.settings import Settings

BUNDLE_MS: Final = 50
"""A bundle ends so long after the one before, with what has come; what it wrote is then flushed. The runner
looks twice within this time, and hands a worker its elements only then: a worker waits for that between two
reads of a backlog. Each look costs the JVM: at 10 ms, 4 to 6 % of a core more, idle."""
BUNDLE_ELEMENTS: Final = 1000
CHECKPOINT_TIMEOUT_MS: Final = 120_000
"""A worker that never answers fails the job, which then starts anew, instead of holding it for ever: a single
checkpoint that fails is enough for the runner. Flink's own 10 minutes are long for who waits for an alert."""


def beam_options(settings: Settings, *, state: str, savepoint: str | None = None) -> list[str]:
    """Return the options as Beam's command line has them.

    Flink's own options are unknown to the Python side, which passes them on as they
    are: no `=true` for a flag.
    """
    flink = settings.flink
    options = [
        "--runner=PortableRunner",
        f"--job_endpoint={settings.flink_job_server}",
        f"--job_name={job_name(flink.job_name, state)}",
        "--environment_type=EXTERNAL",
        f"--environment_config={settings.flink_worker_pool}",
        "--streaming",
        f"--parallelism={flink.parallelism}",
        f"--sdk_worker_parallelism={flink.workers}",
        f"--checkpointing_interval={round(1000 * flink.checkpoint_interval)}",
        f"--checkpoint_timeout_millis={CHECKPOINT_TIMEOUT_MS}",
        # What a job that was stopped has left is kept until somebody deletes it: stories that were told.
        "--externalized_checkpoints_enabled",
        "--retain_externalized_checkpoints_on_cancellation",
        f"--max_bundle_time_mills={BUNDLE_MS}",
        f"--max_bundle_size={BUNDLE_ELEMENTS}",
        # On by default, the flag turns it off. Chained operators are known by what they are chained to,
        # which hangs on the parallelism: a savepoint of one could not be taken up by two.
        "--operator_chaining",
        # Else what a bundle says as a checkpoint begins is kept back until the step's next input: for hours.
        "--finish_bundle_before_checkpointing",
    ]
    if savepoint is not None:
        options.append(f"--savepoint_path={savepoint}")
    return options


def job_name(name: str, state: str) -> str:
    """Return the name that the cluster knows the job by, with the fingerprint of what it keeps (see fit)."""
    return f"{name}-{state}"


def state_of(job: str, name: str) -> str | None:
    """Return the fingerprint in the name of `job`; None when it is not one called `name`."""
    prefix, _, state = job.rpartition("-")
    return state if prefix == name else None
