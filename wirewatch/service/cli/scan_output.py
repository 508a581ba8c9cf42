"""What `wirewatch scan` prints."""

import typer
from rich.console import Console

from connectors.notify.show import alert_text
from wirewatch.alert import Alert
from wirewatch.records import ALERTS
from wirewatch.service.cli.common import print_raw_json


class Printer:
    """Prints alerts as they come, for people or as JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self._console = None if as_json else Console()
        self._alerts = 0

    def show(self, alert: Alert) -> None:
        """Print `alert`."""
        self._alerts += 1
        if self._console is None:
            print_raw_json(ALERTS.encode(alert))
        else:
            self._console.print(alert_text(alert))
            self._console.print()

    def end(self, articles: int) -> None:
        """Print what it was in all; on standard error, so that the alerts stay clean."""
        typer.echo(f"{self._alerts} alerts from {articles} articles", err=True)
