"""What `wirewatch alerts` prints."""

from collections.abc import Sequence

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from connectors.notify.show import output_console, plain
from connectors.notify.store import DeliveryState, StoredAlert

TITLE = 4
"""The column of the title."""


def alert_json(stored: StoredAlert) -> bytes:
    """Return an alert of the history as a line of JSON: the webhook's body, plus `received`, `deliveries`."""
    body = msgspec.to_builtins(stored.alert)
    return msgspec.json.encode(
        {
            **body,
            "received": stored.received,
            "deliveries": [msgspec.to_builtins(d) for d in stored.deliveries],
        }
    )


def print_table(found: Sequence[StoredAlert], watch: str | None = None) -> None:
    """Print one row an alert; that there is none, of `watch` if it was asked for."""
    if not found:
        typer.echo(f"no alerts of watch {plain(watch)} yet" if watch else "no alerts yet")
        return
    table = Table.grid(padding=(0, 2))
    for column in range(6):
        table.add_column(no_wrap=column != TITLE)  # where it is narrow, only the title gives way
    for stored in found:
        alert = stored.alert
        table.add_row(
            alert.id[:8],
            f"{alert.time:%Y-%m-%d}",
            alert.severity,
            plain(alert.watch),
            Text(plain(alert.title), no_wrap=True, overflow="ellipsis"),
            " ".join(_mark(delivery) for delivery in stored.deliveries),
        )
    output_console().print(table, markup=False)


def _mark(delivery: DeliveryState) -> str:
    return f"{delivery.receiver} {({'delivered': '✓', 'dead': '✗'}).get(delivery.status, '…')}"
