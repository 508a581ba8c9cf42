"""silences: for a while, some alerts are told nobody."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import timedelta

    from connectors.notify.silences.silence import Silence
    from connectors.notify.silences.store import Silences

app = typer.Typer(help="Silences: add, list, expire.", no_args_is_help=True)


@app.command()
def add(
    matchers: Annotated[
        list[str],
        typer.Argument(metavar="MATCHER…", help="As in routes.yaml, e.g. watch=nato 'severity=~low|info'."),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; the ledger shows it.")],
    duration: Annotated[
        str | None, typer.Option("--for", metavar="TIME", show_default=False, help="How long: 90m, 8h, 2d.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", metavar="TIME", show_default=False, help="Until when (UTC).")
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option("--start", metavar="TIME", show_default=False, help="From when (UTC); else from now."),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="NAME", show_default=False, help="Whose; else yours.")
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Tell nobody of alerts that fit every matcher, for a while. It holds at once, also for what waits.

    Example: wirewatch silences add watch=nato --for 2h --reason "summit, known"
    """
    import getpass

    from wirewatch.part import utc_now

    now = utc_now()
    starts = now if start is None else start.replace(tzinfo=UTC)
    if (duration is None) == (until is None):
        raise UsageError("give --for or --until, one of the two")
    with _silences(config, data) as silences:
        try:
            ends = until.replace(tzinfo=UTC) if until is not None else starts + _duration(duration or "")
            silence = silences.add(
                matchers,
                starts=starts,
                ends=ends,
                owner=getpass.getuser() if owner is None else owner,
                reason=reason,
                now=now,
            )
        except ValueError as error:
            raise UsageError(str(error)) from error
    _print(silence, now, json=json)


@app.command("list")
def list_(
    expired: Annotated[bool, typer.Option("--expired", help="Also those that are over.")] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List silences, the soonest to end first.

    Example: wirewatch silences list --expired
    """
    from wirewatch.part import utc_now

    now = utc_now()
    with _silences(config, data) as silences:
        found = silences.all(now=now, expired=expired)
    for silence in found:
        _print(silence, now, json=json)
    if not (found or json):
        typer.echo("no silences")


@app.command()
def expire(
    silence: Annotated[str, typer.Argument(metavar="ID", help="Its id, or the first characters.")],
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """End a silence now.

    Example: wirewatch silences expire 3f2a
    """
    from wirewatch.part import utc_now

    now = utc_now()
    with _silences(config, data) as silences:
        ended = silences.expire(silence, now=now)
    if ended is None:
        raise WirewatchError(
            f"no silence, or more than one, has an id that starts with {silence}: "
            "see `wirewatch silences list`"
        )
    _print(ended, now, json=json)


def _duration(text: str) -> "timedelta":
    from connectors.notify.routing.config import parse_duration

    return parse_duration(text)


def _print(silence: "Silence", now: datetime, *, json: bool) -> None:
    from connectors.notify.show import plain

    matchers = [str(matcher) for matcher in silence.matchers]
    if json:
        print_json(
            {
                "id": silence.id,
                "state": silence.state(now),
                "matchers": matchers,
                "starts": silence.starts.isoformat(),
                "ends": silence.ends.isoformat(),
                "owner": silence.owner,
                "reason": silence.reason,
            }
        )
        return
    span = f"{silence.starts:%Y-%m-%d %H:%M} to {silence.ends:%Y-%m-%d %H:%M} UTC"
    typer.echo(
        plain(
            f"{silence.id}  {silence.state(now):7}  {span}  {' '.join(matchers)}  "
            f"{silence.owner}: {silence.reason}"
        )
    )


def _silences(config: Path | None, data: Path | None) -> "AbstractContextManager[Silences]":
    from contextlib import contextmanager

    from connectors.notify.silences.store import Silences
    from connectors.notify.store import DATABASE, Shared, open_database

    @contextmanager
    def opened() -> "Iterator[Silences]":
        shared = Shared(open_database(place(config, data).data_dir / DATABASE))
        try:
            yield Silences(shared)
        finally:
            shared.close()

    return opened()
