"""up, down, status, logs: the whole service on one machine."""

from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer

from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    UsageError,
    place,
    running_place,
)
from wirewatch.service.cli.panels import RUN

if TYPE_CHECKING:
    from wirewatch.service.supervisor.specs import ReplayChoice


SeedsOption = Annotated[
    Path | None,
    typer.Option("--seeds", metavar="DIR", show_default=False, help="Replay the articles in DIR."),
]
SpeedOption = Annotated[
    str | None,
    typer.Option(
        "--speed",
        metavar="N|max",
        show_default=False,
        help="Speed of the replay: 1 is real time, 3600 is an hour per second, max is as fast as possible.",
    ),
]
LoopOption = Annotated[
    bool, typer.Option("--loop", help="Start over at the end; each round raises its alerts again.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (up, down, status, logs):
        app.command(rich_help_panel=RUN)(command)


def replay_choice(seeds: Path | None, speed: str | None, loop: bool) -> "ReplayChoice":  # noqa: FBT001
    """Return the options of replay, checked. Raises UsageError."""
    from wirewatch.service.supervisor.specs import ReplayChoice

    if speed is not None and speed != "max" and not _positive(speed):
        raise UsageError(f"--speed {speed}: must be a number above 0, or max")
    if seeds is not None and not seeds.is_dir():
        raise UsageError(f"--seeds {seeds}: no such folder")
    return ReplayChoice(seeds, speed, loop)


def _positive(text: str) -> bool:
    try:
        return 0 < float(text) < float("inf")
    except ValueError:
        return False


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Run in the background; return once all parts are ready.")
    ] = False,
    seeds: SeedsOption = None,
    speed: SpeedOption = None,
    loop: LoopOption = False,
    log: Annotated[
        Path | None, typer.Option("--log", hidden=True, help="Where --detach lets it print.")
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Start the service and watch it.

    Shows what listens where, articles per second, and each alert as it arrives.

    A part that dies is restarted. Ctrl-C stops everything in order; pressed again, it stops at once.

    Example: wirewatch up --seeds ./articles --speed 3600
    """
    where = place(config, data)
    choice = replay_choice(seeds, speed, loop)
    if detach:
        _detach(where, choice)
        return
    from connectors.notify.store import DATABASE
    from wirewatch.service.screen.alert_tail import AlertTail
    from wirewatch.service.screen.console import output_console
    from wirewatch.service.screen.live import LiveScreen
    from wirewatch.service.screen.plain import PlainScreen
    from wirewatch.service.supervisor.logfile import LogFile, LogText
    from wirewatch.service.up import Up

    console = output_console(cast("IO[str]", LogText(LogFile(log))) if log else None)
    screen = LiveScreen(console) if console.is_terminal else PlainScreen(console)
    screen.say(f"config {where.config_dir} · data {where.data_dir}")
    if not log:
        more = " · ".join(f"wirewatch {command}{where.options}" for command in ("status", "top", "doctor"))
        screen.say(f"from another terminal: {more}")
    Up(where, choice, screen, AlertTail(where.data_dir / DATABASE)).run()


def _detach(where: "Place", choice: "ReplayChoice") -> None:
    from wirewatch.errors import AlreadyRunningError
    from wirewatch.service.supervisor.daemon import start_detached
    from wirewatch.service.supervisor.record import read_record
    from wirewatch.service.supervisor.status import trouble

    record = read_record(where)
    if record is not None:
        raise AlreadyRunningError(
            f"the service is already running on {where.data_dir} (pid {record.pid}): "
            f"`wirewatch status{where.options}` shows it"
        )
    typer.echo(f"config {where.config_dir} · data {where.data_dir}")
    parts = start_detached(
        where, choice, lambda part: typer.echo(f"{part.name}: {part.condition} ({part.address})")
    )
    if (wrong := trouble(parts, None, options=where.options)) is not None:
        typer.echo(f"wirewatch: {wrong}", err=True)
    more = ", ".join(f"`wirewatch {command}{where.options}`" for command in ("status", "logs -f", "down"))
    typer.echo(f"wirewatch runs in the background: {more}")


def down(config: ConfigOption = None, data: DataOption = None) -> None:
    """Stop the running service.

    Example: wirewatch down --data /var/lib/wirewatch
    """
    from wirewatch.service.supervisor.daemon import stop_running

    where = running_place(config, data)
    if stop_running(where):
        typer.echo("stopped")
    else:
        typer.echo(f"nothing runs on {where.data_dir}")


def status(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Show the state of each part and of failing receivers.

    Exits with 1 if nothing is running, a part has failed, the config on disk is broken or not in force, or
    parts run different versions. Failing receivers do not affect the exit code.

    Example: wirewatch status --json
    """
    from wirewatch.service.cli.run.status_output import show_status

    raise typer.Exit(show_status(running_place(config, data), as_json=json))


def logs(
    part: Annotated[
        str | None,
        typer.Argument(metavar="PART", help="Name of a part. Default: all of them.", show_default=False),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Keep printing new lines as they are written.")
    ] = False,
    lines: Annotated[
        int,
        typer.Option("--lines", "-n", metavar="N", min=0, max=100_000, help="How many lines of each part."),
    ] = 50,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Print the latest log lines.

    Formatted for reading on a terminal; otherwise as written: JSON, one event per line.

    Example: wirewatch logs pipeline -f
    """
    from wirewatch.service.cli.run.log_output import show_logs

    show_logs(running_place(config, data), part, follow=follow, lines=lines)


if TYPE_CHECKING:
    from wirewatch.service.place import Place
