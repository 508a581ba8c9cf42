"""scan: the alerts that article files would raise, with no broker and no Java."""

import typer

from wirewatch.service.cli.article_files import PathsArgument, exit_when_incomplete, read_named
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, quiet_place
from wirewatch.service.cli.panels import WATCH


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(rich_help_panel=WATCH)(scan)


def scan(
    paths: PathsArgument = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Print the alerts that articles would raise.

    Runs the same Beam steps as the live pipeline over files: no broker, no Java, and nothing is stored. A
    file that is not an article is reported on standard error and skipped; the exit code is then 2.

    Example: wirewatch scan seeds
    """
    from wirewatch.service.cli.news.scan_output import Printer

    where = quiet_place(config, data, "scan")
    reading = read_named(paths)
    from pipelines.backtest.scan import scan as run_scan

    found = run_scan(where.config_dir, reading.articles)
    printer = Printer(as_json=json)
    for alert in found.alerts:
        printer.show(alert)
    for failure in found.failures:
        why = f"{failure.reason}: {failure.error}"
        typer.echo(f"wirewatch: article {failure.article} could not be processed: {why}", err=True)
    printer.end(len(reading.articles), unreadable=len(reading.rejected))
    exit_when_incomplete(reading)
