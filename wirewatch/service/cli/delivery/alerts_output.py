"""What `wirewatch alerts` prints."""

from collections.abc import Sequence

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from connectors.notify.store import DeliveryState, StoredAlert, StoredVerdict
from connectors.notify.store.decisions import DecisionView
from wirewatch.alert import SPREAD_TO, Alert
from wirewatch.service.screen.console import output_console
from wirewatch.service.screen.deliveries import verdict_word
from wirewatch.text import printable_line

TITLE = 5
"""The column of the title."""


def alert_json(stored: StoredAlert) -> bytes:
    """Return an alert of the history as a line of JSON: the webhook's body, and more.

    `received`, `decisions` and `deliveries` by receiver, and `verdict`: what was said of it, or null.
    """
    body = msgspec.to_builtins(stored.alert)
    said = stored.verdict
    return msgspec.json.encode(
        {
            **body,
            "received": stored.received,
            "decisions": [msgspec.to_builtins(d) for d in stored.decisions],
            "deliveries": [msgspec.to_builtins(d) for d in stored.deliveries],
            "verdict": said and {"is_true": said.is_true, "note": said.note, "marked": said.marked},
        }
    )


def print_table(found: Sequence[StoredAlert], watch: str | None = None) -> None:
    """Print one row an alert; that there is none, of `watch` if it was asked for."""
    if not found:
        typer.echo(f"no alerts of watch {printable_line(watch)} yet" if watch else "no alerts yet")
        return
    table = Table.grid(padding=(0, 2))
    for column in range(8):
        table.add_column(no_wrap=column != TITLE)  # where it is narrow, only the title gives way
    for stored in found:
        alert = stored.alert
        table.add_row(
            alert.id[:8],
            f"{alert.alerted:%Y-%m-%d %H:%M}Z",
            _point(alert),
            alert.severity,
            printable_line(alert.watch),
            Text(printable_line(alert.title), no_wrap=True, overflow="ellipsis"),
            " ".join([*map(_mark, stored.deliveries), *_untold(stored.decisions)]),
            f"marked {verdict_word(stored.verdict.is_true)}" if stored.verdict else "",
        )
    output_console().print(table, markup=False)


def print_verdict(said: StoredVerdict) -> None:
    """Print what is said of an alert now."""
    typer.echo(f"{said.alert[:8]} of watch {printable_line(said.watch)}: marked {verdict_word(said.is_true)}")


def _point(alert: Alert) -> str:
    """Return the point in its story's life that it tells of: opened, 3 sources, closed."""
    sources = alert.step.removeprefix(SPREAD_TO)
    return alert.status if sources == alert.step else f"{sources} sources"


def _untold(decisions: Sequence[DecisionView]) -> list[str]:
    return [f"{decision.receiver} {decision.state}" for decision in decisions if decision.state != "told"]


def _mark(delivery: DeliveryState) -> str:
    return f"{delivery.receiver} {({'delivered': '✓', 'dead': '✗'}).get(delivery.status, '…')}"
