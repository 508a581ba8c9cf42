"""alerts: the latest alerts, from notify's history, and what people say of them."""

from typing import Annotated, Literal

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import HtmlOption, JsonOption, UsageError, print_raw_json, write_page
from wirewatch.service.cli.delivery.desk import Where, asks, unknown

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the alert, or the start of it.")]

app = typer.Typer(help="Alerts: list, show, mark them true or false.", no_args_is_help=True)


@app.command("list")
@asks
def list_(
    where: Where,
    limit: Annotated[
        int, typer.Option("--limit", "-n", metavar="N", min=1, max=10_000, help="At most this many.")
    ] = 20,
    watch: Annotated[
        str | None,
        typer.Option("--watch", metavar="ID", show_default=False, help="Only alerts of this watch."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the latest alerts, newest first.

    Example: wirewatch alerts list -n 5 --json
    """
    from wirewatch.service.cli.delivery.alerts_output import alert_json, print_table

    with where.desk() as asked:
        found = asked.alerts(limit=limit, watch=watch)
    if not found and watch is not None and where.api is None:  # an API's watches may be others
        _refuse_unknown(where, watch)
    if json:
        for stored in found:
            print_raw_json(alert_json(stored))
    else:
        print_table(found, watch)


def _refuse_unknown(where: Where, watch: str) -> None:
    """Raise UsageError when the config has no such watch, naming the one that was perhaps meant."""
    from wirewatch import system_alert
    from wirewatch.service.cli.watches.ids import chosen
    from wirewatch.watches.parse import WATCHES_FILE, load_watches

    if watch.startswith(system_alert.PREFIX):
        return
    chosen(load_watches(where.place().config_dir / WATCHES_FILE), [watch])


@app.command()
@asks
def show(
    where: Where,
    alert: IdArgument,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Show one alert.

    What triggered it, who received it, and how it was marked.

    --html writes it as a page: the watch's clauses as a tree, with the words that matched highlighted.

    Example: wirewatch alerts show 3f2a --html alert.html
    """
    if html is not None and json:
        raise UsageError("alerts show: --html or --json, not both")
    from wirewatch.service.cli.delivery.alerts_output import alert_json
    from wirewatch.service.screen.console import output_console
    from wirewatch.service.screen.deliveries import stored_alert_text

    with where.desk() as asked:
        stored = asked.alert(alert)
    if stored is None:
        raise unknown("alerts", alert)
    if html is not None:
        from wirewatch.service.cli.delivery.alerts_html import page

        write_page(html, page(stored))
    elif json:
        print_raw_json(alert_json(stored))
    else:
        output_console().print(stored_alert_text(stored))


@app.command()
@asks
def mark(
    where: Where,
    alert: IdArgument,
    verdict: Annotated[
        Literal["true", "false"] | None,
        typer.Argument(
            metavar="true|false", show_default=False, help="Whether the watch was right to raise it."
        ),
    ] = None,
    note: Annotated[
        str,
        typer.Option("--note", metavar="TEXT", show_default=False, help="The reason, for others to read."),
    ] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Remove the verdict.")] = False,
) -> None:
    """Record whether a watch was right to raise an alert.

    Marking an alert again replaces the earlier verdict.

    The share of alerts marked true is the watch's precision, shown by `watches list` and in notify's metrics.

    Example: wirewatch alerts mark 3f2a false --note "a metaphor"
    """
    from wirewatch.service.cli.delivery.alerts_output import print_verdict

    if clear == (verdict is not None) or (clear and note):
        raise UsageError("alerts mark: give true or false, or only --clear")
    with where.desk() as asked:
        if clear:
            stored = asked.alert(alert)  # one that is forgotten by now is known by its whole id only
            if not asked.unmark(stored.alert.id if stored else alert):
                raise WirewatchError(f"alert {alert} is not marked: see `wirewatch alerts list`")
            typer.echo("verdict removed")
            return
        said = asked.mark(alert, is_true=verdict == "true", note=note)
    if said is None:
        raise unknown("alerts", alert)
    print_verdict(said)
