"""What `wirewatch deliveries` and `wirewatch receivers` print."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
import typer
from rich.table import Table

from connectors.notify.desk import KnownReceiver
from connectors.notify.store import Attempt, DeliveryRecord, ListedDelivery, Proof, WaitingGroup
from wirewatch.service.screen.console import output_console
from wirewatch.service.screen.receivers import held_back, when
from wirewatch.text import count, printable_line


def as_json(value: object) -> str:
    """Return `value` as one line of JSON."""
    return msgspec.json.encode(value).decode()


def delivery_table(
    found: Sequence[ListedDelivery],
    receivers: Mapping[str, KnownReceiver],
    groups: Sequence[WaitingGroup] = (),
) -> None:
    """Print one row a delivery, and a line for each of `groups`.

    `receivers` says by name what holds those back that wait.
    """
    if not found and not groups:
        typer.echo("no such deliveries")
    table = Table.grid(padding=(0, 2))
    for delivery in found:
        table.add_row(
            delivery.id[:12],
            when(delivery.created),
            delivery.receiver,
            delivery.status,
            count(delivery.attempts, "attempt"),
            delivery.outcome or "",
            printable_line(_next(delivery, receivers.get(delivery.receiver))),
            count(len(delivery.alerts), "alert"),
        )
    if found:
        output_console().print(table, markup=False)
    for group in groups:
        alerts = count(group.alerts, "alert")
        typer.echo(
            printable_line(f"{alerts} for {group.receiver} until {when(group.due)}: group {group.group_key}")
        )


def _next(delivery: ListedDelivery, receiver: KnownReceiver | None) -> str:
    if delivery.status == "pending" and (held := held_back(receiver, delivery.next_at)):
        return held
    return f"next {when(delivery.next_at)}" if delivery.next_at and delivery.attempts else ""


def record_text(record: DeliveryRecord, receivers: Mapping[str, KnownReceiver]) -> str:
    """Return a delivery with its attempts, several lines; `receivers` as of `delivery_table`."""
    return "\n".join(_record(record, receivers.get(record.delivery.receiver)))


def _record(record: DeliveryRecord, receiver: KnownReceiver | None) -> Iterator[str]:
    delivery = record.delivery
    yield f"{delivery.id} to {delivery.receiver}: {delivery.status}"
    yield f"  decided    {when(delivery.created)}"
    yield f"  alerts     {', '.join(delivery.alerts)}"
    if delivery.group_key:
        yield f"  group      {printable_line(delivery.group_key)}"
    yield f"  body       {record.bytes} bytes, sha256 {record.sha256}"
    for attempt in record.attempts:
        yield f"  attempted  {_attempt(attempt)}"
    if delivery.status == "pending":
        until = f"until {when(delivery.next_at)}"
        if held := held_back(receiver, delivery.next_at):
            until = f"for {delivery.receiver}: {printable_line(held)}"
        elif receiver and receiver.trouble:
            until += f", or for a probe to arrive: {printable_line(receiver.trouble)}"
        yield "  waits      " + ("for an earlier one of its group" if delivery.held else until)
    elif not record.attempts and delivery.detail:
        yield f"  given up   {when(delivery.changed)}: {printable_line(delivery.detail)}"


def not_at_once(receiver: KnownReceiver, options: str) -> str:
    """Return when a receiver in trouble is told what is due, and what would bring it sooner.

    `options` are those of the command to type for it.
    """
    enable = f"`wirewatch receivers enable{options} {receiver.name}`"
    if held := held_back(receiver):
        when_told = (
            f"once it is enabled: {enable}" if receiver.disabled else f"then, or at once with {enable}"
        )
        return printable_line(f"{receiver.name} is {held}; it is told {when_told}")
    said = receiver.trouble or f"receiver {receiver.name} is in trouble"
    return printable_line(
        f"{said}; while it takes nothing, one is tried a minute at most, all at once with {enable}"
    )


def _attempt(attempt: Attempt) -> str:
    status = f" HTTP {attempt.http_status}" if attempt.http_status and attempt.http_status > 0 else ""
    detail = f": {printable_line(attempt.detail)}" if attempt.detail else ""
    return f"{when(attempt.at)} {attempt.outcome}{status}, {attempt.took_ms} ms{detail}"


def proof_text(proof: Proof, receivers: Mapping[str, KnownReceiver]) -> str:
    """Return the ledger of an alert, several lines; `receivers` as of `delivery_table`."""
    lines = [
        f"alert {proof.alert} of {printable_line(proof.watch)}: {printable_line(proof.title)}",
        f"written to Kafka {when(proof.written)} (partition {proof.partition}, offset {proof.offset})",
        f"received {when(proof.received)}, trace {proof.traceparent}",
    ]
    for decision in proof.decisions:
        why = f": {printable_line(decision.why)}" if decision.why else ""
        decided = f"{decision.state} for {decision.receiver} {when(decision.decided)}"
        due = f", due {when(decision.due)}" if decision.due and decision.state == "waiting" else ""
        lines.append(printable_line(f"{decided}{why} (route {decision.route}{due})"))
    if not proof.decisions and not proof.deliveries:
        lines.append("sent to nobody")
    for record in proof.deliveries:
        lines.extend(_record(record, receivers.get(record.delivery.receiver)))
    return "\n".join(lines)


def receiver_table(found: Sequence[tuple[str, str, KnownReceiver | None]]) -> None:
    """Print one row a receiver: (name, kind, what is known of it)."""
    if not found:
        typer.echo("no receivers in routes.yaml")
        return
    table = Table.grid(padding=(0, 2))
    for name, kind, known in found:
        state = held_back(known) or "enabled"
        last = f"last {known.outcome}" if known and known.outcome else ""
        trouble = known.trouble if known and not known.disabled else None
        why = ", ".join(filter(None, (last, trouble)))
        pending, dead = (known.pending, known.dead) if known else (0, 0)
        table.add_row(
            name, kind, printable_line(state), f"{pending} pending", f"{dead} dead", printable_line(why)
        )
    output_console().print(table, markup=False)
