"""The receiver part: the webhook receiver of the demo, which prints each alert once."""

from pathlib import Path

from rich.console import Console

from connectors.demo_receiver import receive_until_stopped
from connectors.notify.signing.secrets import DEMO_SECRET, ensure_demo_secret, secrets_of_file
from wirewatch.alert import Alert
from wirewatch.part import PartContext
from wirewatch.service.screen.alert import alert_text
from wirewatch.service.screen.console import output_console


def run(
    context: PartContext,
    *,
    port: int | None = None,
    secret_file: Path | None = None,
    console: Console | None = None,
) -> None:
    """Receive until `context.stop` is set, on `ports.receiver` and with the demo's secret if not given.

    Raises WirewatchError when the port is taken.
    """
    screen = console if console is not None else output_console()
    if secret_file is None:
        secret_file = context.data_dir / DEMO_SECRET
        ensure_demo_secret(secret_file)

    def show(alert: Alert) -> None:
        screen.print(alert_text(alert))
        screen.print()

    receive_until_stopped(
        context,
        port=port or context.settings.ports.receiver,
        secrets=secrets_of_file(secret_file, "receive"),
        show=show,
    )
