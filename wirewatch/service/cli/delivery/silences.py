"""silences: for a while, some alerts are told nobody."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import ConfigError
from wirewatch.service.cli.common import JsonOption, UsageError, print_json, utc
from wirewatch.service.cli.delivery.desk import Where, asks, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.notify.desk import KnownSilence

app = typer.Typer(help="Silences: add, list, expire.", no_args_is_help=True)


@app.command()
@asks
def add(
    where: Where,
    matchers: Annotated[
        list[str],
        typer.Argument(metavar="MATCHER…", help="As in routes.yaml, e.g. watch=nato 'severity=~low|info'."),
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="The reason, shown in the ledger (required).")
    ],
    duration: Annotated[
        str | None,
        typer.Option("--for", metavar="TIME", show_default=False, help="How long, e.g. 90m, 8h or 2d."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            metavar="TIME",
            show_default=False,
            help="When it ends, in UTC unless it has a time zone.",
        ),
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--start",
            metavar="TIME",
            show_default=False,
            help="When it begins, written like --until. Default: now.",
        ),
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option("--owner", metavar="NAME", show_default=False, help="Who it belongs to. Default: you."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Mute alerts that match, for a while.

    An alert must match every matcher. Takes effect at once, also for alerts that are waiting to be sent.

    A matcher that no alert can match, given the watches, actors and topics of the local config, is pointed
    out on standard error.

    Example: wirewatch silences add watch=nato --for 2h --reason "summit, known"
    """
    import getpass

    if (duration is None) == (until is None):
        raise UsageError("give either --for or --until")
    starts = None if start is None else utc(start)
    ends = utc(until) if until is not None else _after(duration or "", starts)
    with where.desk(missing="make") as asked:
        silence = asked.silence(
            matchers,
            starts=starts,
            ends=ends,
            owner=getpass.getuser() if owner is None else owner,
            reason=reason,
        )
    if where.api is None:  # of another machine's watches the config here says nothing
        _note_doubts(matchers, where)
    _print(silence, json=json)


@app.command("list")
@asks
def list_(
    where: Where,
    expired: Annotated[bool, typer.Option("--expired", help="Include those that have ended.")] = False,
    json: JsonOption = False,
) -> None:
    """List silences, the soonest to end first.

    Example: wirewatch silences list --expired
    """
    with where.desk(missing="empty") as asked:
        found = asked.silences(expired=expired)
    for silence in found:
        _print(silence, json=json)
    if not (found or json):
        typer.echo("no silences")


@app.command()
@asks
def expire(
    where: Where,
    silence: Annotated[str, typer.Argument(metavar="ID", help="Id of the silence, or the start of it.")],
    json: JsonOption = False,
) -> None:
    """End a silence now.

    Example: wirewatch silences expire 3f2a
    """
    with where.desk(missing="empty") as asked:
        ended = asked.expire_silence(silence)
    if ended is None:
        raise unknown("silences", silence)
    _print(ended, json=json)


def _note_doubts(matchers: "Sequence[str]", where: Where) -> None:
    from wirewatch.service.route_doubts import silence_doubts
    from wirewatch.snapshot import load_actors_and_topics
    from wirewatch.watches.parse import WATCHES_FILE, load_watches

    config = where.place().config_dir
    try:
        watches = load_watches(config / WATCHES_FILE)
        doubts = list(map(str, silence_doubts(matchers, watches, *load_actors_and_topics(config))))
    except ConfigError as error:
        doubts = [f"not checked whether any alert can fit: {error}"]
    for doubt in doubts:
        typer.echo(f"wirewatch: note: {doubt}", err=True)


def _after(duration: str, starts: datetime | None) -> datetime:
    from connectors.notify.routing.config import parse_duration
    from wirewatch.part import utc_now

    try:
        return (starts or utc_now()) + parse_duration(duration)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--for {duration}: {error}") from error


def _print(silence: "KnownSilence", *, json: bool) -> None:
    import msgspec

    from wirewatch.text import printable_line

    if json:
        print_json(msgspec.to_builtins(silence))
        return
    span = f"{silence.starts:%Y-%m-%d %H:%M} to {silence.ends:%Y-%m-%d %H:%M} UTC"
    typer.echo(
        printable_line(
            f"{silence.id}  {silence.state:7}  {span}  {' '.join(silence.matchers)}  "
            f"{silence.owner}: {silence.reason}"
        )
    )
