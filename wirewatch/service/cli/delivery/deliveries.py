"""deliveries: what was told to whom, told again, proved."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.service.cli.common import JsonOption, UsageError, print_json, utc
from wirewatch.service.cli.delivery.desk import Where, asks, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.notify.desk import Desk, KnownReceiver
    from connectors.notify.store.listing import DeliveryRecord, Status

app = typer.Typer(help="Deliveries to receivers: list, show, redeliver, prove.", no_args_is_help=True)

ReceiverOption = Annotated[
    str | None,
    typer.Option("--receiver", metavar="NAME", show_default=False, help="Only deliveries to this receiver."),
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since", metavar="TIME", show_default=False, help="Only those decided after this time (UTC)."
    ),
]
DeadOption = Annotated[bool, typer.Option("--dead", help="Only those that were given up.")]


@app.command("list")
@asks
def list_(
    where: Where,
    limit: Annotated[
        int, typer.Option("--limit", "-n", metavar="N", min=1, max=10_000, help="At most this many.")
    ] = 20,
    receiver: ReceiverOption = None,
    since: SinceOption = None,
    dead: DeadOption = False,
    pending: Annotated[
        bool, typer.Option("--pending", help="Only those not delivered yet, and the groups that are waiting.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """List the latest deliveries, newest first.

    An alert that waits for its group is not a delivery yet: --pending lists such groups below the deliveries,
    but not in the JSON; `wirewatch alerts list --json` has them by alert.

    Example: wirewatch deliveries list --dead --receiver desk
    """
    from connectors.notify.store import Selection
    from wirewatch.service.cli.delivery.deliveries_output import as_json, delivery_table

    if dead and pending:
        raise UsageError("--dead and --pending: choose one")
    which = Selection(
        receiver=receiver,
        status="dead" if dead else "pending" if pending else None,
        since=None if since is None else utc(since),
    )
    with where.desk() as asked:
        found = asked.deliveries(which, limit=limit)
        receivers = _by_name(asked.receivers())
        groups = asked.waiting(receiver=receiver, limit=limit) if pending and not json else ()
    if json:
        for delivery in found:
            typer.echo(as_json(delivery))
    else:
        delivery_table(found, receivers, groups)


@app.command()
@asks
def show(
    where: Where,
    delivery: Annotated[str, typer.Argument(metavar="ID", help="Id of the delivery, or the start of it.")],
    json: JsonOption = False,
) -> None:
    """Show a delivery: every attempt, and how it ended.

    Example: wirewatch deliveries show 3f2a
    """
    from wirewatch.service.cli.delivery.deliveries_output import as_json, record_text

    with where.desk() as asked:
        found = asked.delivery(delivery)
        receivers = _by_name(asked.receivers())
    if not found:
        raise unknown("deliveries", delivery)
    for record in found:
        typer.echo(as_json(record) if json else record_text(record, receivers))


@app.command()
@asks
def redeliver(
    where: Where,
    deliveries: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Ids of deliveries, or the start of them.", show_default=False),
    ] = None,
    receiver: ReceiverOption = None,
    since: SinceOption = None,
    dead: DeadOption = False,
    json: JsonOption = False,
) -> None:
    """Deliver again what was given up or waits for a retry.

    Under the same id and with the same body.

    Name ids, or choose with --dead, --receiver and --since. By default this covers deliveries that were given
    up. Those waiting for a retry are sent at once if their id or receiver is named and --dead is not given;
    those already delivered are sent again only if both are named.

    Example: wirewatch deliveries redeliver --dead --receiver desk --since 2026-01-31
    """
    from connectors.notify.store import Selection
    from wirewatch.service.cli.delivery.deliveries_output import not_at_once

    if not (deliveries or receiver or since or dead):
        raise UsageError("name the ids of deliveries, or choose with --dead, --receiver, --since")
    with where.desk() as asked:
        named = [record for each in deliveries or () for record in _named(asked, each)]
        ids = tuple({record.delivery.id: None for record in named})
        status: Status | None = "dead" if dead else None
        done = asked.redeliver(Selection(ids, receiver, status, None if since is None else utc(since)))
        receivers = _by_name(asked.receivers())
    if json:
        print_json(asdict(done))
        return
    told = ", ".join(f"{name} ({count})" for name, count in done.receivers.items())
    typer.echo(f"{done.redelivered} to be delivered again: {told or _why_none(named, receiver)}")
    for known in (receivers[name] for name in done.receivers if name in receivers):
        if known.is_in_trouble:
            typer.echo(not_at_once(known, where.options))
    for name, count in done.gone.items():
        typer.echo(f"not sent to {name} ({count}): it is no longer in routes.yaml")


@app.command()
@asks
def prove(
    where: Where,
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="Id of the alert, or the start of it.")],
    json: JsonOption = False,
) -> None:
    """Print the delivery ledger of an alert.

    When it was decided, attempted and answered; under which id, and with what hash of the body.

    Example: wirewatch deliveries prove 3f2a
    """
    from wirewatch.service.cli.delivery.deliveries_output import as_json, proof_text

    with where.desk() as asked:
        proof = asked.prove(alert)
        receivers = _by_name(asked.receivers())
    if proof is None:
        raise unknown("alerts", alert)
    typer.echo(as_json(proof) if json else proof_text(proof, receivers))


def _by_name(known: "Sequence[KnownReceiver]") -> "Mapping[str, KnownReceiver]":
    return {receiver.name: receiver for receiver in known}


def _named(asked: "Desk", delivery: str) -> "Sequence[DeliveryRecord]":
    """Return what is meant, one a receiver: what is listed shows the start of the id."""
    found = asked.delivery(delivery)
    if not found:
        raise unknown("deliveries", delivery)
    return found


def _why_none(named: "Sequence[DeliveryRecord]", receiver: str | None) -> str:
    statuses = {record.delivery.status for record in named}
    if statuses == {"delivered"} and receiver is None:
        return "everything named has been delivered; name its --receiver too to send it again"
    if statuses == {"pending"}:
        return "everything named is due already; see `wirewatch deliveries show`"
    return "no delivery that was given up or is waiting matches; see `wirewatch deliveries list`"
