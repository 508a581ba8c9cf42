"""alerts: the latest alerts, from notify's history."""

from typing import Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, print_raw_json
from wirewatch.service.cli.desk import ApiOption, TokenOption, desk

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
    api: ApiOption = None,
    token_file: TokenOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List the latest alerts, newest first.

    Example: wirewatch alerts list -n 5 --json
    """
    from wirewatch.service.cli.alerts_output import alert_json, print_table

    with desk(config, data, api, token_file) as asked:
        found = asked.alerts(limit=limit, watch=watch)
    if json:
        for stored in found:
            print_raw_json(alert_json(stored))
    else:
        print_table(found, watch)


@app.command()
def show(
    alert: Annotated[str, typer.Argument(metavar="ID", help="Id of the alert, or its first characters.")],
    json: JsonOption = False,
    api: ApiOption = None,
    token_file: TokenOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show one alert: what triggered it, and who was told.

    Example: wirewatch alerts show 3f2a
    """
    from connectors.notify.show import output_console
    from wirewatch.service.cli.alerts_output import alert_json
    from wirewatch.service.screen.deliveries import stored_alert_text

    with desk(config, data, api, token_file) as asked:
        stored = asked.alert(alert)
    if stored is None:
        raise WirewatchError(
            f"no alert, or more than one, has an id that starts with {alert}: see `wirewatch alerts list`"
        )
    if json:
        print_raw_json(alert_json(stored))
    else:
        output_console().print(stored_alert_text(stored))
