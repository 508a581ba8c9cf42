"""What `wirewatch status` prints."""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict

import msgspec
import typer
from rich.table import Table

from connectors.notify.desk import KnownReceiver, in_trouble
from wirewatch.errors import WirewatchError
from wirewatch.part import utc_now
from wirewatch.records import UndecodableError
from wirewatch.service.cli.common import print_json
from wirewatch.service.doctor.machine import no_room
from wirewatch.service.place import Place
from wirewatch.service.screen.console import output_console
from wirewatch.service.screen.live import part_cells
from wirewatch.service.screen.receivers import trouble_line
from wirewatch.service.supervisor.alone import alone
from wirewatch.service.supervisor.daemon import statuses, version_on_disk
from wirewatch.service.supervisor.record import SupervisorRecord, read_record
from wirewatch.service.supervisor.status import PartStatus, settings_changed, trouble
from wirewatch.text import count, printable_line


def show_status(place: Place, *, as_json: bool) -> int:
    """Print how each part is; return the exit code."""
    if place.broken:
        typer.echo(f"wirewatch: config on disk is broken: {place.broken}", err=True)
    full = no_room(place)
    for line in full:
        typer.echo(f"wirewatch: {line}", err=True)
    record = read_record(place)
    wrong = _show_alone(place, as_json=as_json) if record is None else _show(place, record, as_json=as_json)
    if wrong:
        typer.echo(f"wirewatch: {wrong}", err=True)
    return 1 if wrong or full or place.broken else 0


def _show(place: Place, record: SupervisorRecord, *, as_json: bool) -> str | None:
    """Print the parts that a supervisor looks after; return what is wrong with them."""
    parts = statuses(record)
    since = record.versions_differ_since
    differ = None if since is None else (utc_now() - since).total_seconds()
    wrong = trouble(parts, differ, options=place.options, settings=version_on_disk(place, record))
    _print(place, parts, as_json=as_json)
    return wrong


def _show_alone(place: Place, *, as_json: bool) -> str | None:
    """Print the parts that run by themselves; return what is wrong with them."""
    parts = alone(place)
    if not parts:
        return f"nothing runs on {place.data_dir}; `wirewatch up{place.options}` starts it"
    _print(place, parts, as_json=as_json)
    typer.echo(
        "wirewatch: no supervisor: each of these parts runs on its own; whatever started it has its log and "
        "restarts it (`docker compose ps`, `docker compose logs PART`)",
        err=True,
    )
    wrong = trouble(parts, None, options=place.options)
    if wrong is None and (changed := settings_changed(parts, place.version)):
        wrong = f"{changed}: restart them"
    return wrong


def _print(place: Place, parts: Sequence[PartStatus], *, as_json: bool) -> None:
    receivers = _in_trouble(place) if any(part.name == "notify" for part in parts) else ()
    if as_json:
        for part in parts:
            of_notify = {"receivers": msgspec.to_builtins(receivers)} if part.name == "notify" else {}
            print_json({**asdict(part), **of_notify})
        return
    console = output_console()
    table = Table.grid(padding=(0, 2))
    for part in parts:
        name, condition, rest = part_cells(part)
        restarts = count(part.restarts, "restart") if part.restarts else ""
        table.add_row(name, condition, f"pid {part.pid}" if part.pid else "", restarts, rest)
    console.print(table)
    for part in parts:
        for line in part.last_lines:
            console.print(
                f"  {part.name} | {printable_line(line)}", markup=False, highlight=False, style="dim"
            )
    for receiver in receivers:
        console.print(f"  {trouble_line(receiver)}", markup=False, highlight=False, style="yellow")


def _in_trouble(place: Place) -> Sequence[KnownReceiver]:
    """Return the receivers in trouble; stderr says so where nobody can tell."""
    try:
        return in_trouble(place.config_dir, place.data_dir, now=utc_now)
    except (WirewatchError, sqlite3.Error, UndecodableError) as error:
        typer.echo(f"wirewatch: the state of receivers is unknown: {error}", err=True)
        return ()
