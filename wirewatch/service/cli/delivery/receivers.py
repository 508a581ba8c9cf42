"""receivers: who can get alerts, and whether they do."""

from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json
from wirewatch.service.cli.delivery.desk import Where, asks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.notify.desk import KnownReceiver

SAMPLES = (
    "test",
    "opened",
    "updated",
    "incident",
    "closed",
    "system",
    "group",
    "reminder",
    "repeated",
    "all",
)
"""The kinds of alerts that a receiver can get (see connectors.notify.receivers.samples), and all of them."""

app = typer.Typer(help="Receivers: list, test, enable, disable.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name in routes.yaml.")]


@app.command("list")
@asks
def list_(
    where: Where,
    json: JsonOption = False,
) -> None:
    """List receivers: kind, state, waiting deliveries, last outcome.

    While routes.yaml is broken, lists those of the last good version, which notify keeps using, and says so
    on standard error.

    Example: wirewatch receivers list
    """
    import msgspec

    from wirewatch.service.cli.delivery.deliveries_output import receiver_table

    with where.desk(missing="empty") as asked:
        known = {receiver.name: receiver for receiver in asked.receivers()}
    # Those of another machine are told by its API; the routes.yaml here says nothing of them.
    kinds = {} if where.api else {name: receiver.kind for name, receiver in where.receivers.items()}
    unlisted = "" if where.api else "not in routes.yaml"
    names = sorted(kinds.keys() | known.keys())
    rows = [(name, kinds.get(name, unlisted), known.get(name)) for name in names]
    if not json:
        receiver_table(rows)
        return
    for name, kind, state in rows:
        found = {"name": name, "disabled": False, "why": "", "pending": 0, "dead": 0}
        print_json({**found, **(msgspec.to_builtins(state) if state else {}), "kind": kind})


@app.command("test")
def try_(
    name: NameArgument,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            show_default=False,
            help=f"Kind of alert; may be repeated: {', '.join(SAMPLES)}. Default: test.",
        ),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Send a test alert to a receiver now.

    Prints its answer. Nothing is stored. With --kind, sends made-up alerts of the kinds that a receiver may
    get, rendered and signed like real ones, so that you can see how yours handles them.

    Example: wirewatch receivers test desk --kind all
    """
    import asyncio

    from connectors.notify.outcomes import DeliveryOutcome
    from connectors.notify.receivers.config import ReceiverMaker
    from connectors.notify.receivers.samples import Sample
    from connectors.notify.receivers.send_sample import send_sample
    from wirewatch.part import utc_now

    wanted = dict.fromkeys(kinds or ("test",))
    if unknown := wanted.keys() - set(SAMPLES):
        raise UsageError(f"--kind {', '.join(sorted(unknown))}: must be one of {', '.join(SAMPLES)}")
    where = place(config, data)
    settings = Where(None, None, config, data).receivers.get(name)
    if settings is None:
        raise UsageError(f"routes.yaml names no receiver {name}: see `wirewatch receivers list`")
    maker = ReceiverMaker(
        config_dir=where.config_dir,
        data_dir=where.data_dir,
        attempt_timeout=where.settings.notify.attempt_timeout,
    )
    failed = []
    for sample in Sample if "all" in wanted else map(Sample, wanted):
        answer = asyncio.run(send_sample(maker.make(settings), utc_now, sample))
        told = name if kinds is None else f"{name}: {sample.value}"
        if json:
            print_json(
                {
                    "receiver": name,
                    "kind": sample.value,
                    "outcome": answer.outcome.value,
                    "detail": answer.detail,
                }
            )
        if answer.outcome is not DeliveryOutcome.DELIVERED:
            failed.append(f"{told}: {answer.outcome.value}: {answer.detail}")
        elif not json:
            typer.echo(f"{told}: delivered{f': {answer.detail}' if answer.detail else ''}")
    if failed:
        raise WirewatchError("; ".join(failed))


@app.command()
@asks
def enable(
    where: Where,
    name: NameArgument,
) -> None:
    """Deliver to a receiver again.

    Whatever is waiting for it is sent now, retries included.

    Example: wirewatch receivers enable desk
    """
    with where.desk(missing="make") as asked:
        known = asked.receivers()
        _must_exist(name, known, where)
        asked.enable(name)
    typer.echo(f"{name}: enabled")
    if dead := sum(receiver.dead for receiver in known if receiver.name == name):
        again = f"wirewatch deliveries redeliver{where.options} --dead --receiver {name}"
        typer.echo(f"{dead} given up earlier, and not sent now; to send them too: {again}")


@app.command()
@asks
def disable(
    where: Where,
    name: NameArgument,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for others.")] = "by hand",
) -> None:
    """Hold back a receiver's alerts until it is enabled.

    Example: wirewatch receivers disable desk --why "new server"
    """
    with where.desk(missing="make") as asked:
        _must_exist(name, asked.receivers(), where)
        asked.disable(name, why=why)
    typer.echo(f"{name}: disabled")


def _must_exist(name: str, known: "Sequence[KnownReceiver]", where: Where) -> None:
    names = {receiver.name for receiver in known}
    if where.api is None:
        names |= where.receivers.keys()
    if name not in names:
        raise UsageError(f"there is no receiver {name}: see `wirewatch receivers list`")
