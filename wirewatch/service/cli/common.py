"""What the commands share: options, output, finding their place."""

import json
import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import WirewatchError

if TYPE_CHECKING:
    from wirewatch.service.place import Place

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="DIR",
        show_default=False,
        help=(
            "Config folder. Default: $WIREWATCH_CONFIG, else ./config, else the config shipped "
            "with wirewatch."
        ),
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        show_default=False,
        help=(
            "Data folder. Default: $WIREWATCH_DATA, else the data_dir setting, else ./data if the "
            "config folder is ./config, else the user's data folder."
        ),
    ),
]
HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        show_default=False,
        help="Write a self-contained HTML page (- for standard output).",
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option("--engine", metavar="embedded|flink", show_default=False, help="Override pipeline.engine."),
]
MasterOption = Annotated[
    str | None,
    typer.Option(
        "--flink-master",
        metavar="HOST:PORT",
        show_default=False,
        help=(
            "The JobManager's REST API. Default: flink.master, else the cluster started by "
            "`wirewatch flink up`."
        ),
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]


def place(config: Path | None, data: Path | None) -> "Place":
    """Return where this command works. Raises ConfigError."""
    from wirewatch.service.logging import log_on_stderr
    from wirewatch.service.place import find_place

    log_on_stderr()
    return replace(find_place(config, data), options=as_typed(config=config, data=data))


def as_typed(**options: Path | str | None) -> str:
    """Return the options that were given, for a command to type next, with a space before each."""
    given = ((name.replace("_", "-"), value) for name, value in options.items() if value is not None)
    return "".join(f" --{name} {shlex.quote(str(value))}" for name, value in given)


def utc(time: datetime) -> datetime:
    """Return a time as typed in UTC: its own zone holds where it names one, else it is meant as UTC.

    Raises UsageError for the ends of the calendar, which in UTC lie beyond it.
    """
    if time.tzinfo is None:
        return time.replace(tzinfo=UTC)
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{time.isoformat()}: is not within the years 1 to 9999 in UTC") from None


def moment(what: str, written: str) -> datetime:
    """Return the time `what` as typed, in UTC; of a day, its first moment. Raises UsageError."""
    try:
        return utc(datetime.fromisoformat(written))
    except ValueError as error:
        said = written or "''"
        raise UsageError(f"{what} {said}: must be as 2020-01-31 or 2020-01-31T12:00Z") from error


def running_place(config: Path | None, data: Path | None) -> "Place":
    """Return where a running service works, also when its settings are broken by now. Raises ConfigError."""
    from wirewatch.service.logging import log_on_stderr
    from wirewatch.service.place import find_running

    log_on_stderr()
    return replace(find_running(config, data), options=as_typed(config=config, data=data))


def quiet_place(config: Path | None, data: Path | None, command: str) -> "Place":
    """Return where this command works, with all logs off. Call it before Beam is imported.

    Beam has something to say at its import, which is no concern of who typed the command; what goes wrong
    is said by the command itself.
    """
    from wirewatch.service.logging import configure_logging

    where = place(config, data)
    configure_logging(where.settings.logging.model_copy(update={"level": "critical"}), part=command)
    return where


def print_json(value: Mapping[str, object]) -> None:
    """Print `value` as one line of JSON."""
    print_raw_json(
        json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode(errors="replace")
    )


def print_raw_json(data: bytes) -> None:
    """Print one line of JSON that is encoded already: UTF-8 whatever the locale (RFC 8259, section 8.1)."""
    typer.echo(data)


def write_page(path: Path, page: Iterable[str]) -> None:
    """Write a page piece by piece, and say so; `-` is standard output. Raises UsageError."""
    if str(path) == "-":
        sys.stdout.writelines(page)
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(page)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    typer.echo(f"{path}: written", err=True)


class UsageError(WirewatchError):
    """A command was asked for something that makes no sense."""

    exit_code = 2
