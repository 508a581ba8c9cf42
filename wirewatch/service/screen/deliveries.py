"""How the deliveries of an alert stand, in words."""

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from wirewatch.service.screen.alert import alert_text
from wirewatch.text import count, printable_line

if TYPE_CHECKING:
    from connectors.notify.store import DeliveryState, StoredAlert, StoredVerdict
    from connectors.notify.store.decisions import DecisionView


def stored_alert_text(stored: "StoredAlert") -> RenderableType:
    """Return an alert of the history with its deliveries and verdict, for rich's Console.print."""
    return Group(alert_text(stored.alert), *stored_alert_lines(stored))


def stored_alert_lines(stored: "StoredAlert") -> list[Text]:
    """Return what became of an alert: a line for each delivery, and its verdict if there is one."""
    said = [_verdict(stored.verdict)] if stored.verdict else []
    return [*delivery_lines(stored), *said]


def verdict_word(is_true: bool) -> str:  # noqa: FBT001  # the verdict itself
    """Return a verdict as it is typed."""
    return "true" if is_true else "false"


def _verdict(said: "StoredVerdict") -> Text:
    note = f": {printable_line(said.note)}" if said.note else ""
    return Text(f"  marked {verdict_word(said.is_true)}{note}", style="cyan")


def delivery_lines(stored: "StoredAlert") -> list[Text]:
    """Return a line for each delivery, and for each receiver that is not told, or not yet."""
    lines = [_delivery(delivery) for delivery in stored.deliveries]
    lines += [_untold(decision) for decision in stored.decisions if decision.state != "told"]
    return lines or [Text("  no receiver (routes.yaml)", style="dim")]


def _untold(decision: "DecisionView") -> Text:
    name, why = printable_line(decision.receiver), f": {printable_line(decision.why)}" if decision.why else ""
    if decision.state == "waiting":
        until = "" if decision.due is None else f" until {decision.due:%Y-%m-%d %H:%M:%S} UTC"
        return Text(f"  waits for its group, to be sent to {name}{until}{why}", style="dim")
    return Text(f"  {decision.state} for {name}{why}", style="yellow")


def _delivery(delivery: "DeliveryState") -> Text:
    name = printable_line(delivery.receiver)
    if delivery.status == "delivered":
        return Text(f"  delivered to {name} ✓", style="green")
    why = f": {printable_line(delivery.detail)}" if delivery.detail else ""
    attempts = count(delivery.attempts, "attempt")
    if delivery.status == "dead":
        return Text(f"  given up for {name} after {attempts}{why}", style="red")
    if delivery.attempts:
        return Text(f"  not yet delivered to {name}, {attempts}{why}", style="yellow")
    return Text(f"  on its way to {name}", style="dim")
