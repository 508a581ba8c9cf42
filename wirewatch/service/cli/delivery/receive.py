"""receive: the webhook receiver of the demo."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, place
from wirewatch.service.cli.panels import TELL


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command(rich_help_panel=TELL)(receive)


def receive(
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            min=1,
            max=65535,
            show_default=False,
            help="Port to listen on. Default: ports.receiver.",
        ),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-file",
            metavar="FILE",
            show_default=False,
            help=(
                "File with the signing secret (whsec_…), or two of them during a rotation. Default: "
                "the demo's."
            ),
        ),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Receive webhooks as the demo does.

    Listens on 127.0.0.1, checks signatures, and prints each alert once.

    Example: wirewatch receive --port 9000 --secret-file ./secret
    """
    from wirewatch.service import receiver
    from wirewatch.service.run_part import run_part

    part = partial(receiver.run, port=port, secret_file=secret_file)
    raise typer.Exit(run_part("receiver", place(config, data), part))
