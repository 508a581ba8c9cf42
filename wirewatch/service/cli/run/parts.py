"""The parts by themselves, as a container, a unit file or the supervisor runs them."""

from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    EngineOption,
    MasterOption,
    UsageError,
    place,
)
from wirewatch.service.cli.panels import PARTS
from wirewatch.service.cli.run.service import LoopOption, SeedsOption, SpeedOption, replay_choice

if TYPE_CHECKING:
    from wirewatch.service.place import Place


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (broker, replay, pipeline, notify):
        app.command(rich_help_panel=PARTS)(command)


def run(name: str, where: "Place") -> None:
    """Run the part `name` in this process and exit with its code."""
    from wirewatch.service.run_part import run_part

    raise typer.Exit(run_part(name, where))


def broker(config: ConfigOption = None, data: DataOption = None) -> None:
    """Run the managed Kafka broker.

    Needs Java 17. The first start downloads Kafka with Maven.

    Example: wirewatch broker --data ./data
    """
    where = place(config, data)
    if not where.settings.managed_broker:
        raise UsageError(
            f"kafka.bootstrap_servers is set ({where.settings.bootstrap_servers}): there is no broker to run"
        )
    run("broker", where)


def replay(
    seeds: SeedsOption = None,
    speed: SpeedOption = None,
    loop: LoopOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Write article files into Kafka.

    In order of publication, starting where it last stopped. Keeps running and picks up files as they are
    added.

    Example: wirewatch replay --seeds ./articles --speed max
    """
    from dataclasses import replace as changed

    choice = replay_choice(seeds, speed, loop)
    where = place(config, data)
    run("replay", changed(where, settings=choice.apply(where.settings)))


def pipeline(
    engine: EngineOption = None,
    master: MasterOption = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="With Flink: exit once the job is running.")
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SAVEPOINT|none",
            show_default=False,
            help="With Flink: the savepoint to start from. Default: where the job last stopped.",
        ),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Run the Beam pipeline.

    Tags each article, matches it against the watches, and writes alerts. With Flink, it submits the job (or
    finds it running) and stays to report on it; the job keeps running when this command ends.

    Example: wirewatch pipeline --config /etc/wirewatch
    """
    from functools import partial

    from pipelines.part.run import run as submit
    from wirewatch.service.flink.jobs import flink_place, job_server, resume_from
    from wirewatch.service.run_part import run_part

    where = flink_place(place(config, data), engine=engine, master=master, detach=detach)
    if where.settings.pipeline.engine == "embedded":
        if detach or resume is not None:
            raise UsageError("--detach and --from need --engine flink")
        run("pipeline", where)
    if resume is not None and (before := resume_from(where, resume)) is not None:
        typer.echo(f"the next job starts from {resume}, not from {before}", err=True)
    part = partial(submit, job_server=partial(job_server, where, typer.echo))
    raise typer.Exit(run_part("pipeline", where, part))


def notify(config: ConfigOption = None, data: DataOption = None) -> None:
    """Deliver alerts to the receivers of routes.yaml.

    Example: wirewatch notify --config /etc/wirewatch
    """
    run("notify", place(config, data))
