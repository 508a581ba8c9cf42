"""receive: the webhook receiver of the demo."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, place
from wirewatch.service.cli.panels import TELL

if TYPE_CHECKING:
    from wirewatch.part import Part
    from wirewatch.service.place import Place


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command(rich_help_panel=TELL)(receive)


def receive(
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", min=1, max=65535, show_default=False, help="Port; default: ports.receiver."
        ),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-file",
            metavar="FILE",
            show_default=False,
            help="File with the signing secret (whsec_…), two while it is changed; default: the demo's.",
        ),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Receive webhooks as the demo does.

    On 127.0.0.1: checks signatures, prints each alert once.

    Example: wirewatch receive --port 9000 --secret-file ./secret
    """
    from wirewatch.service.run_part import run_part

    where = place(config, data)
    raise typer.Exit(run_part("receiver", where, _part(where, port, secret_file)))


def _part(where: "Place", port: int | None, secret_file: Path | None) -> "Part":
    from connectors.demo_receiver import receive_until_stopped
    from connectors.notify.signing.secrets import DEMO_SECRET, ensure_demo_secret, secrets_of_file
    from wirewatch.part import PartContext

    def part(context: PartContext) -> None:
        path = secret_file or context.data_dir / DEMO_SECRET
        if secret_file is None:
            ensure_demo_secret(path)
        receive_until_stopped(
            context, port=port or where.settings.ports.receiver, secrets=secrets_of_file(path, "receive")
        )

    return part
