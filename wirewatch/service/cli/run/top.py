"""top: the service at a glance."""

from typing import Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, print_json, running_place
from wirewatch.service.cli.panels import RUN


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command(rich_help_panel=RUN)(top)


def top(
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.2, max=3600, help="Time between refreshes.")
    ] = 2.0,
    once: Annotated[
        bool, typer.Option("--once", help="Print once, with rates measured over --every, and exit.")
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show the service at a glance.

    Parts, rates, lag, latency, the latest alerts, and the receivers and feeds in trouble.

    Only looks at a running service: ending it with Ctrl-C stops nothing. With --json, prints one line of
    figures per refresh.

    Example: wirewatch top
    """
    import time
    from dataclasses import asdict

    from rich.live import Live

    from wirewatch.part import utc_now
    from wirewatch.service.screen.console import output_console
    from wirewatch.service.top.look import Lookout
    from wirewatch.service.top.picture import draw

    lookout, console = Lookout(running_place(config, data), utc_now), output_console()
    picture = lookout.look()
    if once:
        time.sleep(every)
        picture = lookout.look()
        if json:
            print_json({"at": picture.at.isoformat(), **asdict(picture.figures)})
        else:
            console.print(draw(picture))
        return
    try:
        if json:
            while True:
                print_json({"at": picture.at.isoformat(), **asdict(picture.figures)})
                time.sleep(every)
                picture = lookout.look()
        with Live(draw(picture), console=console, auto_refresh=False, screen=console.is_terminal) as live:
            while True:
                time.sleep(every)
                live.update(draw(lookout.look()), refresh=True)
    except KeyboardInterrupt:
        return
