"""What `wirewatch status` prints."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import typer
from rich.table import Table

from connectors.notify.show import count, output_console, plain
from wirewatch.service.cli.common import print_json
from wirewatch.service.place import Place
from wirewatch.service.screen.live import part_cells
from wirewatch.service.supervisor.daemon import statuses, version_on_disk
from wirewatch.service.supervisor.record import read_record
from wirewatch.service.supervisor.status import PartStatus, trouble


def show_status(place: Place, *, as_json: bool) -> int:
    """Print how each part is; return the exit code."""
    if place.broken:
        typer.echo(f"wirewatch: config on disk is broken: {place.broken}", err=True)
    record = read_record(place)
    if record is None:
        typer.echo(
            f"wirewatch: nothing runs on {place.data_dir}; `wirewatch up{place.options}` starts it", err=True
        )
        return 1
    parts = statuses(record)
    since = record.versions_differ_since
    differ = None if since is None else (datetime.now(UTC) - since).total_seconds()
    wrong = trouble(parts, differ, options=place.options, settings=version_on_disk(place, record))
    if as_json:
        for part in parts:
            print_json(asdict(part))
    else:
        _print_table(parts)
    if wrong:
        typer.echo(f"wirewatch: {wrong}", err=True)
    return 1 if wrong or place.broken else 0


def _print_table(parts: Sequence[PartStatus]) -> None:
    console = output_console()
    table = Table.grid(padding=(0, 2))
    for part in parts:
        name, condition, rest = part_cells(part)
        restarts = count(part.restarts, "restart") if part.restarts else ""
        table.add_row(name, condition, f"pid {part.pid}" if part.pid else "", restarts, rest)
    console.print(table)
    for part in parts:
        for line in part.last_lines:
            console.print(f"  {part.name} | {plain(line)}", markup=False, highlight=False, style="dim")
