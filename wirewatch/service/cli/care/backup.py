"""backup, restore, migrate: all that the service keeps, copied while it runs, put back, migrated."""

from pathlib import Path
from typing import Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    place,
    print_json,
    quiet_place,
)
from wirewatch.service.cli.panels import CARE


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (backup, restore, migrate):
        app.command(rich_help_panel=CARE)(command)


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to create; must not exist.")],
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Back up all service data to DIR, while it runs.

    Copies notify, pipeline, feeds and the managed broker's log, in this order, so that no copy is ahead of
    what it reads from. The config folder and secrets are not included.

    Example: wirewatch backup /backup/2026-01-31
    """
    from wirewatch.part import utc_now
    from wirewatch.service.backup.take import take_backup

    made = take_backup(place(config, data), folder, now=utc_now)
    if json:
        print_json(
            {"folder": str(folder), "parts": made.parts, "files": len(made.files), "bytes": made.bytes}
        )
        return
    typer.echo(f"{folder}: {', '.join(made.parts)}; {len(made.files)} files, {made.bytes / 1e6:,.1f} MB")
    typer.echo("not in it: the config folder, and secrets in the data folder")


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder written by `wirewatch backup`.")],
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Restore a backup into an empty data folder.

    Checks that the service can continue from it.

    The service must not be running. Every file is compared with its checksum; then the broker is asked
    whether its log covers what the pipeline and notify have read.

    Example: wirewatch restore /backup/2026-01-31 --data /var/lib/wirewatch
    """
    where = quiet_place(config, data, "restore")
    from wirewatch.service.backup.restore import nothing_running, restore_backup

    found = restore_backup(where, folder)
    from wirewatch.service.backup.checks import check_sources  # imports Beam: a refusal need not wait for it

    began = found.began.strftime("%Y-%m-%d %H:%M:%S UTC")
    typer.echo(f"{where.data_dir}: {', '.join(found.parts)} as they were at {began}")
    with nothing_running(where, "restore"):
        try:
            for line in check_sources(where):
                typer.echo(line)
        except WirewatchError:
            typer.echo(
                f"everything is restored to {where.data_dir}; only the check failed. Fix what it reports, "
                f"then `wirewatch up{where.options}`: the parts check again. Or empty it and restore again."
            )
            raise
    typer.echo(f"next: wirewatch up{where.options}")


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Only report what would be done.")] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Bring the stores of an older wirewatch up to date.

    Each part does this for its own store when it starts; this does it for all of them first, or refuses
    before any is changed. Take a backup first.

    Example: wirewatch migrate --check
    """
    where = quiet_place(config, data, "migrate")
    from wirewatch.service.backup.migrate import look
    from wirewatch.service.backup.migrate import migrate as bring_up_to_date

    for store in look(where) if check else bring_up_to_date(where):
        if json:
            print_json({"store": str(store.path), "found": store.found, "reads": store.known})
        else:
            to = "would be brought" if check else "brought"
            now = "up to date" if store.current else f"{to} up to {store.known}"
            typer.echo(f"{store.path}: schema {store.found}, {now}")
