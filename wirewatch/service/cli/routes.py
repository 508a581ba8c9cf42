"""routes: is routes.yaml right, and what would follow from an alert."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.notify.routing.forecast import Forecast
    from connectors.notify.silences.silence import Silence
    from wirewatch.alert import Alert
    from wirewatch.service.place import Place

app = typer.Typer(help="Routes: check, test, preview.", no_args_is_help=True)

AlertArgument = Annotated[
    str,
    typer.Argument(metavar="ALERT", help="Id of an alert received, its first characters, or a .json file."),
]
AtOption = Annotated[
    datetime | None,
    typer.Option("--at", metavar="TIME", show_default=False, help="As if it came then (UTC); else now."),
]


@app.command()
def check(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Check routes.yaml, and run the tests in it. Ends with 1 when one of them fails.

    Example: wirewatch routes check
    """
    from connectors.notify.routes import ROUTES_FILE, load_routes
    from connectors.notify.routing.trial import failures

    where = place(config, data)
    routes = load_routes(where.config_dir)
    policy = routes.policy()
    failed = [f"{test.name}: {fault}" for test in routes.tests for fault in failures(policy, test)]
    used = {route.terms.receiver for root in policy.roots for route in root.all()}
    idle = [receiver.name for receiver in routes.receivers if receiver.name not in used]
    if json:
        print_json({"ok": not failed, "tests": len(routes.tests), "failed": failed, "never_told": idle})
    else:
        for line in failed:
            typer.echo(f"failed: {line}")
        for name in idle:
            typer.echo(f"note: no route leads to {name}")
        how = "all right" if not failed else f"{len(failed)} faults"
        typer.echo(f"{where.config_dir / ROUTES_FILE}: {how}, {len(routes.tests)} tests")
    raise typer.Exit(int(bool(failed)))


@app.command("test")
def try_(
    alert: AlertArgument,
    at: AtOption = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show who would be told of an alert: by which route, in which group, when, and why.

    Example: wirewatch routes test 3f2a --at 2026-03-29T01:30
    """
    where = place(config, data)
    now = _moment(at)
    item, _ = _find(where, alert)
    found = _forecast(where, item, now)
    for each in found:
        if json:
            when = None if each.at is None else each.at.isoformat()
            print_json(
                {
                    "receiver": each.receiver,
                    "route": each.route,
                    "group": dict(each.group),
                    "at": when,
                    "why": each.why,
                }
            )
        else:
            _print(each, now)
    if not (found or json):
        typer.echo("nobody is told")


@app.command()
def preview(
    alert: AlertArgument, json: JsonOption = False, config: ConfigOption = None, data: DataOption = None
) -> None:
    """Show the exact request that each receiver a route leads to would get for an alert, secrets hidden.

    As if it were told alone and at once, whatever is silent or muted now.

    Example: wirewatch routes preview 3f2a
    """
    from connectors.notify.preview import preview as render
    from connectors.notify.routes import load_routes, make_receivers

    where = place(config, data)
    now = _moment(None)
    item, raw = _find(where, alert)
    led = {each.receiver for each in _forecast(where, item, now)}
    receivers = make_receivers(
        load_routes(where.config_dir),
        config_dir=where.config_dir,
        data_dir=where.data_dir,
        attempt_timeout=where.settings.notify.attempt_timeout,
    )
    for receiver in receivers:
        if receiver.name not in led:
            continue
        request = render(receiver, item, raw, now)
        body = request.body.decode("utf-8", "replace")
        headers = dict(request.headers)
        if json:
            print_json(
                {
                    "receiver": receiver.name,
                    "method": request.method,
                    "target": request.target,
                    "headers": headers,
                    "body": body,
                }
            )
        else:
            lines = [f"{name}: {value}" for name, value in headers.items()]
            typer.echo(
                "\n".join([f"# {receiver.name}", f"{request.method} {request.target}", *lines, "", body])
            )
            typer.echo()
    if not (led or json):
        typer.echo("nobody is told")


def _moment(at: datetime | None) -> datetime:
    from wirewatch.part import utc_now

    return utc_now() if at is None else at.replace(tzinfo=UTC)


def _forecast(where: "Place", alert: "Alert", now: datetime) -> "list[Forecast]":
    from connectors.notify.routes import load_routes
    from connectors.notify.routing.forecast import forecast

    return forecast(load_routes(where.config_dir).policy(), alert, _silences(where, now), now)


def _silences(where: "Place", now: datetime) -> "Sequence[Silence]":
    from connectors.notify.silences.store import list_silences
    from connectors.notify.store import DATABASE, open_database

    try:
        db = open_database(where.data_dir / DATABASE, read_only=True)
    except FileNotFoundError:
        return ()
    try:
        return list_silences(db, now=now)
    finally:
        db.close()


def _find(where: "Place", alert: str) -> "tuple[Alert, bytes]":
    """Return the alert that is meant, and its JSON. Raises WirewatchError."""
    from wirewatch.records import ALERTS, UndecodableError

    if alert.endswith(".json"):
        try:
            raw = Path(alert).read_bytes()
            return ALERTS.decode(raw), raw
        except OSError as error:
            raise UsageError(f"{alert}: cannot be read: {error.strerror}") from error
        except UndecodableError as error:
            raise UsageError(f"{alert}: is no alert: {error}") from error
    return _stored(where, alert)


def _stored(where: "Place", alert: str) -> "tuple[Alert, bytes]":
    from connectors.notify.store import DATABASE, History
    from wirewatch.records import ALERTS

    path = where.data_dir / DATABASE
    try:
        with History.open(path) as history:
            stored = history.get_alert(alert)
    except FileNotFoundError:
        raise WirewatchError(f"{path}: no alerts yet: notify has not run on this data folder") from None
    if stored is None:
        raise WirewatchError(
            f"no alert, or more than one, has an id that starts with {alert}: see `wirewatch alerts list`"
        )
    return stored.alert, ALERTS.encode(stored.alert)


def _print(each: "Forecast", now: datetime) -> None:
    from connectors.notify.show import plain

    if each.at is None:
        when = "not told"
    elif each.at <= now:
        when = "at once"
    else:
        when = f"{each.at:%Y-%m-%d %H:%M:%S} UTC"
    group = ", ".join(f"{name}={value}" for name, value in each.group.items()) or "all together"
    typer.echo(plain(f"{each.receiver}: {when} ({each.why})"))
    typer.echo(plain(f"  route {each.route}, group {group}"))
