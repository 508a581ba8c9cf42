"""feeds: the part itself, and commands around feeds.yaml."""

from typing import Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, place

app = typer.Typer(help="Live feeds: `feeds` alone runs the part; `feeds check URL`, `feeds list`.")


@app.callback(invoke_without_command=True)
def feeds(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Poll every feed once, then end.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Read the live feeds of feeds.yaml into Kafka.

    Example: wirewatch feeds --once
    """
    if context.invoked_subcommand is not None:
        return
    from wirewatch.service.run_part import run_part

    where = place(config, data)
    if once:
        from connectors.feeds.part import run_once

        raise typer.Exit(run_part("feeds", where, run_once))
    raise typer.Exit(run_part("feeds", where))
