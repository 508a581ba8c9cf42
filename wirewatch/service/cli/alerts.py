"""alerts: the latest alerts, from notify's history."""

from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, place, print_raw_json

if TYPE_CHECKING:
    from connectors.notify.store import History
    from wirewatch.service.place import Place

app = typer.Typer(help="Look at alerts: `alerts list`, `alerts show ID`.", no_args_is_help=True)


@app.command("list")
def list_(
    limit: Annotated[
        int, typer.Option("--limit", "-n", metavar="N", min=1, max=10_000, help="How many at most.")
    ] = 20,
    watch: Annotated[
        str | None, typer.Option("--watch", metavar="ID", show_default=False, help="Of this watch only.")
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List the latest alerts, newest first.

    Example: wirewatch alerts list -n 5 --json
    """
    from wirewatch.service.cli.alerts_output import alert_json, print_table

    with _history(place(config, data)) as history:
        found = history.list_alerts(limit, watch=watch)
    if json:
        for stored in found:
            print_raw_json(alert_json(stored))
    else:
        print_table(found, watch)


@app.command()
def show(
    alert: Annotated[str, typer.Argument(metavar="ID", help="Id of the alert, or its first characters.")],
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show one alert: what triggered it, and who was told.

    Example: wirewatch alerts show 3f2a
    """
    from connectors.notify.show import output_console
    from wirewatch.service.cli.alerts_output import alert_json
    from wirewatch.service.screen.deliveries import stored_alert_text

    with _history(place(config, data)) as history:
        stored = history.get_alert(alert)
    if stored is None:
        raise WirewatchError(
            f"no alert, or more than one, has an id that starts with {alert}: see `wirewatch alerts list`"
        )
    if json:
        print_raw_json(alert_json(stored))
    else:
        output_console().print(stored_alert_text(stored))


def _history(where: "Place") -> "History":
    from connectors.notify.store import DATABASE, History

    path = where.data_dir / DATABASE
    try:
        return History.open(path)
    except FileNotFoundError:
        raise WirewatchError(f"{path}: no alerts yet: notify has not run on this data folder") from None
