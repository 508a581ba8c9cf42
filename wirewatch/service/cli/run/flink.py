"""flink: a cluster on this machine, and the job on whatever cluster it runs."""

from typing import Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    MasterOption,
    place,
    print_json,
    quiet_place,
)

app = typer.Typer(help="Apache Flink as the engine: up, status, upgrade, …", no_args_is_help=True)


@app.command()
def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Run in the background; return once it is ready.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Start a Flink cluster on this machine.

    JobManager, TaskManagers, job server and Python workers.

    Needs Java 17. The first start downloads Flink with Maven. Logs are in the data folder, under logs/flink.

    Example: wirewatch flink up --detach
    """
    import threading

    from wirewatch.service.flink.run import run_cluster, start_detached
    from wirewatch.service.locks import only_one
    from wirewatch.service.signals import stop_signals

    where = place(config, data)
    if detach:
        start_detached(where)
        typer.echo(f"ready: http://127.0.0.1:{where.settings.ports.flink_rest}")
        return
    stop = threading.Event()
    with only_one("flink", where), stop_signals(stop.set):
        run_cluster(where, stop, typer.echo)


@app.command()
def down(config: ConfigOption = None, data: DataOption = None) -> None:
    """Stop this data folder's cluster; keep its checkpoints.

    Example: wirewatch flink down
    """
    from wirewatch.service.flink.run import stop_running

    if not stop_running(place(config, data)):
        typer.echo("no Flink cluster runs here")
        raise typer.Exit(1)


@app.command()
def status(
    json: JsonOption = False,
    master: MasterOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show the job.

    Its state, tasks, checkpoints and last failure. If a restart cannot fix the failure, says what to do and
    exits with the code of that error.

    Example: wirewatch flink status
    """
    from pipelines.engines.flink.outcome import fatal_now
    from pipelines.engines.flink.rest import NotKnownError
    from pipelines.engines.flink.status import describe
    from wirewatch.service.flink.jobs import flink_place, the_job

    where = flink_place(quiet_place(config, data, "flink"), master=master)
    rest, job = the_job(where)
    try:
        found, failure = rest.job(job.id), rest.failure(job.id)
        described = describe(job, found, rest.checkpoints(job.id), failure)
    except NotKnownError as error:
        _, job = the_job(where)  # raises, where it has ended or was forgotten meanwhile
        raise WirewatchError(f"the job {job.id} is being set up: ask again in a few seconds") from error
    if json:
        print_json(described)
    else:
        for name, value in described.items():
            typer.echo(f"{name:<22} {'-' if value is None else value}")
    if (fatal := fatal_now(found, failure)) is not None:
        raise type(fatal)(
            f"no restart fixes this failure of the job; `wirewatch flink stop` ends it: {fatal}"
        )


@app.command()
def savepoint(master: MasterOption = None, config: ConfigOption = None, data: DataOption = None) -> None:
    """Take a savepoint while the job keeps running.

    Prints its location.

    Example: wirewatch flink savepoint
    """
    from pipelines.engines.flink import savepoints
    from wirewatch.service.flink.jobs import flink_place, the_job

    rest, job = the_job(flink_place(quiet_place(config, data, "flink"), master=master))
    typer.echo(savepoints.take(rest, job.id))


@app.command()
def stop(
    job: Annotated[
        str | None,
        typer.Option(
            "--job",
            metavar="ID",
            show_default=False,
            help="Cancel this job: when there are several, or when no savepoint can be taken.",
        ),
    ] = None,
    master: MasterOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Stop the job with a savepoint.

    The next `wirewatch pipeline --engine flink` resumes from it. A job that keeps failing in a way no restart
    can fix cannot take a savepoint: it is cancelled, and the next job resumes from its last checkpoint. The
    same holds for a job named with --job.

    Example: wirewatch flink stop
    """
    from wirewatch.service.flink import jobs

    where = jobs.flink_place(quiet_place(config, data, "flink"), master=master)
    typer.echo(jobs.stop(where) if job is None else jobs.cancel(where, job))


@app.command()
def upgrade(
    parallelism: Annotated[
        int | None,
        typer.Option(
            "--parallelism",
            metavar="SLOTS",
            min=1,
            max=128,
            show_default=False,
            help="Override flink.parallelism for this submission only.",
        ),
    ] = None,
    master: MasterOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Replace the running job with this version.

    Takes a savepoint, stops the job without draining it, and submits the new one from there. If the new graph
    cannot take over the old state, the upgrade is refused before anything is stopped, and the old job keeps
    running.

    Example: wirewatch flink upgrade --parallelism 2
    """
    from wirewatch.service.flink.jobs import flink_place
    from wirewatch.service.flink.jobs import upgrade as follow

    where = flink_place(quiet_place(config, data, "flink"), master=master, parallelism=parallelism)
    follow(where, typer.echo)
    typer.echo("runs")


@app.command()
def worker_pool(config: ConfigOption = None, data: DataOption = None) -> None:
    """Run the Python workers of this host's TaskManagers.

    Answers for their metrics too.

    Example: wirewatch flink worker-pool --config /etc/wirewatch
    """
    from wirewatch.service.cli.run.parts import run

    run("workers", place(config, data))
