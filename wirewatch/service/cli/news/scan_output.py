"""What `wirewatch scan` prints."""

import typer

from wirewatch.alert import Alert
from wirewatch.records import ALERTS
from wirewatch.service.cli.common import print_raw_json
from wirewatch.service.screen.alert import alert_text
from wirewatch.service.screen.console import output_console
from wirewatch.text import count


class Printer:
    """Prints alerts as they come, for people or as JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self._console = None if as_json else output_console()
        self._alerts = 0

    def show(self, alert: Alert) -> None:
        """Print `alert`."""
        self._alerts += 1
        if self._console is None:
            print_raw_json(ALERTS.encode(alert))
        else:
            self._console.print(alert_text(alert))
            self._console.print()

    def end(self, articles: int, *, unreadable: int) -> None:
        """Print what it was in all; on standard error, so that the alerts stay clean."""
        typer.echo(total(self._alerts, articles, unreadable), err=True)


def total(alerts: int, articles: int, unreadable: int, *, days: int = 0) -> str:
    """Return how many alerts came from how many articles, of how many days, and how much else was none."""
    of = f" of {count(days, 'day')}" if days > 1 else ""
    left_out = f"; {unreadable} more could not be read" if unreadable else ""
    return f"{count(alerts, 'alert')} from {count(articles, 'article')}{of}{left_out}"
