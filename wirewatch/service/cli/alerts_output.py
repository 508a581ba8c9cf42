"""What `wirewatch alerts` prints."""

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from connectors.notify.show import plain
from connectors.notify.store import DeliveryState, StoredAlert


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


def print_table(found: Sequence[StoredAlert]) -> None:
    """Print one row an alert."""
    if not found:
        Console().print("no alerts yet")
        return
    table = Table.grid(padding=(0, 2))
    for stored in found:
        alert = stored.alert
        table.add_row(
            alert.id[:8],
            f"{alert.time:%Y-%m-%d}",
            alert.severity,
            plain(alert.watch_name),
            plain(alert.title),
            " ".join(_mark(delivery) for delivery in stored.deliveries),
        )
    Console().print(table, markup=False)


def _mark(delivery: DeliveryState) -> str:
    return f"{delivery.receiver} {({'delivered': '✓', 'dead': '✗'}).get(delivery.status, '…')}"
