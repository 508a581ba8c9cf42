"""init: a config to start from; secrets; install-service and prometheus: what starts and scrapes it."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, UsageError, place
from wirewatch.service.cli.panels import RUN, TELL


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command(rich_help_panel=RUN)(init)
    app.command("install-service", rich_help_panel=RUN)(install_service)
    app.command(rich_help_panel=RUN)(prometheus)
    secrets = typer.Typer(help="Signing secrets of webhooks: new, rotate.", no_args_is_help=True)
    secrets.command()(new)
    secrets.command()(rotate)
    app.add_typer(secrets, name="secrets", rich_help_panel=TELL)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to; created if missing.")],
    force: Annotated[
        bool,
        typer.Option("--force", help="Allow a non-empty folder, and write only the files missing from it."),
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Write a production config to start from.

    Commented, with no replay and no demo receiver. Watches, topics and actors are copied from the folder
    given as --config; a folder given as --data is written into the settings. Existing files are never
    overwritten. After an upgrade, `config renew` brings in newer topics and actors.

    Example: wirewatch init /etc/wirewatch --data /var/lib/wirewatch
    """
    from wirewatch.service.init_config import init_config
    from wirewatch.service.place import find_config
    from wirewatch.settings import SETTINGS_FILE

    source = find_config(config, environ={}, here=Path.cwd())[0] if config else None
    done = init_config(folder, data_dir=data, source=source, force=force)
    for path in done.written:
        typer.echo(str(path))
    for path in done.left:
        typer.echo(f"{path}: left as it is")
    if data and folder / SETTINGS_FILE in done.left:
        typer.echo(f"{folder / SETTINGS_FILE} was there already and ignores --data: check its data_dir")
    todo = {
        "routes.yaml": "name a receiver in {}",
        "feeds.yaml": "switch feeds on in {}",
    }
    if not source:
        todo["watches.yaml"] = "put your watches in the place of the demo's in {}"
    steps = [todo[path.name].format(path) for path in done.written if path.name in todo]
    check = f"wirewatch config check --config {shlex.quote(str(folder))}"
    typer.echo(f"next: {', '.join(steps)}, then {check}" if steps else f"next: {check}")


def install_service(
    user: Annotated[bool, typer.Option("--user", help="Install for your own user, not system-wide.")] = False,
    run_as: Annotated[
        str | None,
        typer.Option(
            "--run-as",
            metavar="NAME",
            show_default=False,
            help="User to run the service as. Default: wirewatch.",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--print", help="Print the unit and write nothing.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Write a systemd unit that runs wirewatch as a service.

    The unit restarts what fails, has a watchdog, may write only to the data folder, and reloads the config on
    `systemctl reload`. The demo's config is refused.

    Example: wirewatch install-service --config /etc/wirewatch
    """
    from wirewatch.service.config_check import check_config
    from wirewatch.service.install_service import install, next_steps, unit_text

    if user and run_as:
        raise UsageError("--run-as applies to a system-wide service; with --user it runs as you")
    where, name = place(config, data), None if user else run_as or "wirewatch"
    text = unit_text(where, run_as=name)
    check_config(where)
    if show:
        typer.echo(text, nl=False)
        return
    where.make_folders()
    typer.echo(str(install(text, user=user)))
    typer.echo("next:")
    for step in next_steps(where, run_as=name):
        typer.echo(f"  {step}")


def prometheus(
    alertmanager: Annotated[
        str | None,
        typer.Option(
            "--alertmanager",
            metavar="HOST:PORT",
            help="The Alertmanager to notify when a rule fires.",
            show_default=False,
        ),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Print a prometheus.yml that scrapes this service.

    It includes the alert rules shipped with wirewatch. In containers, use config/prometheus/prometheus.yml
    instead.

    Example: wirewatch prometheus --config myconfig > prometheus.yml
    """
    from wirewatch.service.scrape_config import scrape_config
    from wirewatch.settings import address

    try:
        who = alertmanager and address(alertmanager)
    except ValueError:
        raise UsageError(f"--alertmanager {alertmanager}: not a host and port, as 127.0.0.1:9093") from None
    typer.echo(scrape_config(place(config, data), alertmanager=who), nl=False)


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to create; must not exist.")],
    config: ConfigOption = None,  # noqa: ARG001  # every command takes it
    data: DataOption = None,  # noqa: ARG001
) -> None:
    """Create a signing secret in FILE, without printing it.

    Only you can read the file.

    Example: wirewatch secrets new /etc/wirewatch/secrets/desk
    """
    import os

    from connectors.notify.signing.secrets import new_secret

    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{file}: already exists; `wirewatch secrets rotate` changes it") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(new_secret() + "\n")
    typer.echo(str(file))


def rotate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that holds the secret.")],
    finish: Annotated[
        bool, typer.Option("--finish", help="Drop the old secret; do this once the receiver has the new one.")
    ] = False,
    config: ConfigOption = None,  # noqa: ARG001  # every command takes it
    data: DataOption = None,  # noqa: ARG001
) -> None:
    """Replace a signing secret without a gap.

    Adds a new secret; run it again later with --finish to drop the old one.

    In between, every webhook carries both signatures, so a receiver that knows either secret accepts it. A
    running service picks up the changed file by itself.

    Example: wirewatch secrets rotate /etc/wirewatch/secrets/desk
    """
    from connectors.notify.signing.secrets import drop_old_secret, rotate_secret

    if finish:
        drop_old_secret(file)
        typer.echo(f"{file}: the old secret is dropped")
    else:
        rotate_secret(file)
        typer.echo(
            f"{file}: its first line is the new secret, the second the old one; both sign. Give the new one "
            f"to the receiver, then: wirewatch secrets rotate --finish {file}"
        )
