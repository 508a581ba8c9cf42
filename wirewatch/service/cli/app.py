"""The commands put together, and the one place where errors become exit codes."""

import io
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from wirewatch import __version__
from wirewatch.errors import mendable
from wirewatch.service import garbage
from wirewatch.service.cli.care import backup, config, dead_letters, doctor, state
from wirewatch.service.cli.delivery import alerts, deliveries, receive, receivers, routes, silences
from wirewatch.service.cli.news import catalogue, feeds, scan, tag, topics
from wirewatch.service.cli.panels import CARE, PARTS, TELL, WATCH, PanelGroup
from wirewatch.service.cli.run import flink, parts, service, setup, top
from wirewatch.service.cli.watches import commands as watches

UNEXPECTED = 70
_EXIT_CODES = """\b
Exit codes:
  0   done
  1   not running, or failed
  2   config or usage is wrong
  3   something outside is missing: Java, a broker, a model
  4   stored state was refused
  5   a record is newer than this wirewatch
  6   another instance runs on this data folder
  70  unexpected
"""

app = typer.Typer(
    name="wirewatch",
    cls=PanelGroup,
    help="Watch the news for what you care about. Try it in ten seconds: wirewatch scan seeds",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich's help takes longer to import than everything else
    context_settings={"help_option_names": ["-h", "--help"]},
)
service.register(app)
top.register(app)
setup.register(app)
app.add_typer(watches.app, name="watches", rich_help_panel=WATCH)
app.add_typer(catalogue.app, name="catalogue", rich_help_panel=WATCH)
app.add_typer(topics.app, name="topics", rich_help_panel=WATCH)
scan.register(app)
tag.register(app)
app.add_typer(feeds.app, name="feeds", rich_help_panel=WATCH)
app.add_typer(alerts.app, name="alerts", rich_help_panel=TELL)
app.add_typer(deliveries.app, name="deliveries", rich_help_panel=TELL)
app.add_typer(receivers.app, name="receivers", rich_help_panel=TELL)
app.add_typer(routes.app, name="routes", rich_help_panel=TELL)
app.add_typer(silences.app, name="silences", rich_help_panel=TELL)
receive.register(app)
doctor.register(app)
app.add_typer(config.app, name="config", rich_help_panel=CARE)
app.add_typer(state.app, name="state", rich_help_panel=CARE)
app.add_typer(dead_letters.app, name="dead-letters", rich_help_panel=CARE)
backup.register(app)
parts.register(app)
app.add_typer(flink.app, name="flink", rich_help_panel=PARTS)


def _version(value: bool) -> None:  # noqa: FBT001  # the signature is typer's
    if value:
        from wirewatch.tagging import compiled, loops  # not needed by what else starts

        typer.echo(f"wirewatch {__version__} (tagging: {loops.FASTEST.name})")
        if trouble := compiled.unloadable():
            typer.echo(
                f"tagging: what was compiled cannot be loaded: {trouble} (in a checkout: make -B setup)"
            )
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[  # its callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every failure is one line on standard error and an exit code."""
    _print_whatever_the_locale()
    garbage.look_seldom()
    try:
        app(prog_name="wirewatch")
    except BrokenPipeError:
        _reader_had_enough()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # click's answer to it is 1, as to a failure
            _reader_had_enough()
        raise
    except Exception as error:  # noqa: BLE001  # a person must never see a traceback
        if known := mendable(error, "the disk"):
            _fail(str(known), known.exit_code, known.excerpt)
        _fail(f"unexpected {type(error).__name__}: {error} (details: {_keep_traceback()})", UNEXPECTED)


def _print_whatever_the_locale() -> None:
    """Print what the terminal's encoding does not have as `?`: a headline may hold any character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _reader_had_enough() -> NoReturn:
    """End as a success: `wirewatch … | head` has all it wanted."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _keep_traceback() -> Path:
    path = Path(tempfile.mkdtemp(prefix="wirewatch-")) / "traceback.txt"
    path.write_text(traceback.format_exc(), encoding="utf-8")
    return path


def _fail(message: str, code: int, excerpt: str = "") -> None:
    print(f"wirewatch: {' '.join(message.split())}", file=sys.stderr)
    if excerpt:
        from wirewatch.text import printable_line  # it may hold headlines

        print(*map(printable_line, excerpt.splitlines()), sep="\n", file=sys.stderr)
    sys.exit(code)
