"""routes: is routes.yaml right, and what would follow from an alert."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import ConfigError
from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    UsageError,
    place,
    print_json,
    utc,
)
from wirewatch.service.cli.delivery.desk import Where, asks, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.notify.forecast import Forecast
    from connectors.notify.receivers.config import ReceiverMaker
    from connectors.notify.routes import RoutesConfig
    from wirewatch.alert import Alert
    from wirewatch.service.place import Place

app = typer.Typer(help="Routes: check, test, preview.", no_args_is_help=True)

AlertArgument = Annotated[
    str,
    typer.Argument(metavar="ALERT", help="Id of an alert in the history, the start of it, or a .json file."),
]
AtOption = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        metavar="TIME",
        show_default=False,
        help="Time at which it would arrive, in UTC unless it has a time zone. Default: now.",
    ),
]


@app.command()
def check(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Check routes.yaml, and run the tests in it.

    Exits with 1 if a test fails.

    Also points out watches, actors, topics, severities and labels that no alert has, and secrets that are
    missing or weak, which would keep the service from starting.

    Example: wirewatch routes check
    """
    from connectors.notify.route_tests import failed_tests
    from connectors.notify.routes import ROUTES_FILE, load_routes
    from wirewatch.service.route_doubts import route_doubts
    from wirewatch.snapshot import load_actors_and_topics
    from wirewatch.text import count
    from wirewatch.watches.parse import WATCHES_FILE, load_watches

    where = place(config, data)
    routes = load_routes(where.config_dir)
    policy = routes.policy()
    failed = failed_tests(policy, routes.tests)
    used = {route.terms.receiver for root in policy.roots for route in root.all()}
    idle = [receiver.name for receiver in routes.receivers if receiver.name not in used]
    try:
        watches = load_watches(where.config_dir / WATCHES_FILE)
        actors_and_topics = load_actors_and_topics(where.config_dir)
        found = route_doubts(where.config_dir / ROUTES_FILE, watches, routes, *actors_and_topics)
        doubts = [doubt.message for doubt in found]
    except ConfigError as error:
        doubts = [f"names of watches, labels, actors and topics are not checked: {error}"]
    notes = [
        *(f"no route leads to {name}" for name in idle),
        *doubts,
        *_not_ready(routes, where),
    ]
    if json:
        counts = {"ok": not failed, "tests": len(routes.tests), "failed": failed}
        print_json({**counts, "never_told": idle, "notes": notes})
    else:
        for line in failed:
            typer.echo(f"failed: {line}")
        for line in notes:
            typer.echo(f"note: {line}")
        how = "all right" if not failed else count(len(failed), "fault")
        typer.echo(f"{where.config_dir / ROUTES_FILE}: {how}, {count(len(routes.tests), 'test')}")
    raise typer.Exit(int(bool(failed)))


@app.command("test")
@asks
def try_(where: Where, alert: AlertArgument, at: AtOption = None, json: JsonOption = False) -> None:
    """Show who would receive an alert.

    By which route, in which group, when, and why.

    Uses the local routes.yaml; with --api, the alert and the silences are those of the other machine.

    Example: wirewatch routes test 3f2a --at 2026-03-29T01:30
    """
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
        typer.echo("no receiver gets it")


@app.command()
@asks
def preview(where: Where, alert: AlertArgument, json: JsonOption = False) -> None:
    """Show the exact requests that receivers would get.

    One for each receiver that a route leads to, with secrets hidden.

    Shown as if the alert were sent at once, alone and as the first of its group, ignoring silences and mute
    times.

    Example: wirewatch routes preview 3f2a
    """
    from connectors.notify.receivers.preview import preview as render
    from connectors.notify.routes import load_routes

    now, here = _moment(None), where.place()
    item, raw = _find(where, alert)
    led = {each.receiver: each for each in _forecast(where, item, now)}
    maker = _maker(here)
    for receiver in load_routes(here.config_dir).receivers:
        if receiver.name not in led:
            continue
        request = render(maker.make(receiver), led[receiver.name].telling(item, raw, now), now)
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
        typer.echo("no receiver gets it")


def _not_ready(routes: "RoutesConfig", where: "Place") -> "Iterator[str]":
    """Yield what keeps receivers from being told: secrets are read when the service starts."""
    maker = _maker(where)
    for receiver in routes.receivers:
        try:
            maker.make(receiver)
        except ConfigError as error:
            yield str(error)


def _maker(where: "Place") -> "ReceiverMaker":
    from connectors.notify.receivers.config import ReceiverMaker

    return ReceiverMaker(
        config_dir=where.config_dir,
        data_dir=where.data_dir,
        attempt_timeout=where.settings.notify.attempt_timeout,
    )


def _moment(at: datetime | None) -> datetime:
    from wirewatch.part import utc_now

    return utc_now() if at is None else utc(at)


def _forecast(where: Where, alert: "Alert", now: datetime) -> "list[Forecast]":
    from connectors.notify.forecast import forecast
    from connectors.notify.routes import load_routes

    with where.desk(missing="empty") as asked:
        silences = [each.silence() for each in asked.silences()]
    return forecast(load_routes(where.place().config_dir).policy(), alert, silences, now)


def _find(where: Where, alert: str) -> "tuple[Alert, bytes]":
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


def _stored(where: Where, alert: str) -> "tuple[Alert, bytes]":
    from wirewatch.records import ALERTS

    with where.desk() as asked:
        stored = asked.alert(alert)
    if stored is None:
        raise unknown("alerts", alert)
    return stored.alert, ALERTS.encode(stored.alert)


def _print(each: "Forecast", now: datetime) -> None:
    from wirewatch.text import printable_line

    if each.at is None:
        when = "not told"
    elif each.at <= now:
        when = "at once"
    else:
        when = f"{each.at:%Y-%m-%d %H:%M:%S} UTC"
    group = ", ".join(f"{name}={value}" for name, value in each.group.items()) or "all together"
    typer.echo(printable_line(f"{each.receiver}: {when} ({each.why})"))
    typer.echo(printable_line(f"  route {each.route}, group {group}"))
