"""doctor: is everything right around the service?"""

from typing import Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, print_json, quiet_place
from wirewatch.service.cli.panels import CARE

_SIGNS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command(rich_help_panel=CARE)(doctor)


def doctor(
    send_test: Annotated[
        bool, typer.Option("--test-alert/--no-test-alert", help="Send each receiver a signed test alert.")
    ] = True,
    prometheus: Annotated[
        str,
        typer.Option("--prometheus", metavar="URL", help="The Prometheus that scrapes the parts."),
    ] = "http://127.0.0.1:9090",
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Check the service and everything it depends on.

    Each problem is reported with a fix.

    Checks Java, disk, the data folder, clock, config, the file modes of secrets, ports, the broker with its
    topics and their retention, the feeds, the receivers (each gets a signed test alert), and whether
    Prometheus scrapes the parts. Exits with 1 if something is wrong; warnings do not count.

    Example: wirewatch doctor --no-test-alert
    """
    from dataclasses import asdict

    from rich.text import Text

    from wirewatch.part import utc_now
    from wirewatch.service.doctor.examine import examine
    from wirewatch.service.screen.console import output_console
    from wirewatch.text import printable_line

    where, console, bad = quiet_place(config, data, "doctor"), output_console(), 0
    for found in examine(where, now=utc_now, prometheus=prometheus, send_test=send_test):
        bad += found.state == "wrong"
        if json:
            print_json(asdict(found))
            continue
        sign, style = _SIGNS[found.state]
        line = Text(f"{sign} ", style=style).append(f"{found.check:<11}", style="bold")
        console.print(line.append(printable_line(found.says), style="not bold"), soft_wrap=True)
        if found.fix:
            console.print(Text(f"    fix: {printable_line(found.fix)}", style=style), soft_wrap=True)
    raise typer.Exit(1 if bad else 0)
