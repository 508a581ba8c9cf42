"""watches: write them, check them, try them on articles."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import ConfigError, WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json
from wirewatch.service.cli.watches import backtest, explain
from wirewatch.service.cli.watches.ids import WatchesArgument, chosen

if TYPE_CHECKING:
    from connectors.notify.store import Precision
    from wirewatch.article import Article
    from wirewatch.snapshot import Snapshot

app = typer.Typer(help="Watches: new, check, test, explain, list, backtest.", no_args_is_help=True)
backtest.register(app)
explain.register(app)


@app.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="File to check. Default: watches.yaml in the config folder.",
        ),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show everything that is wrong with watches.yaml.

    With line, column, and what to write instead. FILE, if given, is checked against the actors and topics of
    the config folder.

    The exit code is 2 if there is an error; warnings leave it at 0.

    Example: wirewatch watches check
    """
    from connectors.feeds.config import load_feeds
    from wirewatch.service.cli.watches.output import finding_json, finding_text
    from wirewatch.service.sent import sent_by
    from wirewatch.snapshot import load_actors_and_topics
    from wirewatch.watches.check import check_watches
    from wirewatch.watches.parse import WATCHES_FILE

    where = place(config, data)
    folder = where.config_dir
    path, sent = file.resolve() if file else folder / WATCHES_FILE, None
    if path.is_dir():
        raise UsageError(f"watches check: {path} is a folder; a config folder is named with --config DIR")
    if file and not path.exists():
        raise UsageError(
            f"watches check: {path}: no such file; without one, {folder / WATCHES_FILE} is checked"
        )
    if where.settings.feeds.enabled:
        try:
            sent = sent_by(load_feeds(folder, missing_ok=True))
        except ConfigError as error:
            typer.echo(
                f"wirewatch: note: not checked whether a feed has the sources and tags: {error}", err=True
            )
    findings = check_watches(path, *load_actors_and_topics(folder), sent)
    for finding in findings:
        if json:
            print_json(finding_json(finding))
        else:
            typer.echo(finding_text(finding))
    if any(not finding.warning for finding in findings):
        raise typer.Exit(2)
    if not findings and not json:
        typer.echo(f"{path}: all right")


@app.command("test")
def run(  # pytest takes `test` for a test
    watches: WatchesArgument = None,
    junit: Annotated[
        Path | None,
        typer.Option(
            "--junit", metavar="FILE", show_default=False, help="Also write the results as JUnit XML."
        ),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Run the tests that watches define.

    The exit code is 1 if any test fails.

    Example: wirewatch watches test --junit results.xml
    """
    from connectors.seeds.folder import read_articles
    from wirewatch.part import utc_now
    from wirewatch.service.cli.watches.junit import junit_xml
    from wirewatch.service.cli.watches.output import outcome_json, print_outcome, print_summary
    from wirewatch.watches.watch_tests import run_tests

    folder, snapshot = _loaded(config, data)

    def read(path: Path) -> "Article":
        try:
            reading = read_articles([path], undated=utc_now())
        except WirewatchError as error:
            raise ValueError(str(error)) from error
        if len(reading.articles) != 1:
            why = "; ".join(rejected.detail for rejected in reading.rejected)
            raise ValueError(f"{path}: is not one article: {why or len(reading.articles)}")
        return reading.articles[0]

    tested = chosen(snapshot.watches.watches, watches)
    outcomes = []
    for outcome in run_tests(tested, snapshot.judge, read, folder=folder, now=utc_now()):
        outcomes.append(outcome)
        if json:
            print_json(outcome_json(outcome))
        else:
            print_outcome(outcome)
    if junit is not None:
        _write(junit, junit_xml(outcomes))
    if not json:
        print_summary(outcomes, untested=[watch.id for watch in tested if not watch.tests])
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(1)


@app.command("list")
def list_(
    watches: WatchesArgument = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List the watches.

    With their conditions, how many tests each has, and how many of its marked alerts were true.

    Example: wirewatch watches list --json
    """
    from wirewatch.service.cli.watches.output import print_watches, watch_json
    from wirewatch.watches.parse import WATCHES_FILE, load_watches

    where = place(config, data)
    found = chosen(load_watches(where.config_dir / WATCHES_FILE), watches)
    judged = _judged(where.data_dir)
    if json:
        for watch in found:
            print_json(watch_json(watch, judged.get(watch.id)))
    else:
        print_watches(found, judged)


@app.command()
def new(
    about: Annotated[str, typer.Argument(metavar="TEXT", help='What to watch for, e.g. "Iran and oil".')],
    append: Annotated[bool, typer.Option("--append", help="Add the watch to watches.yaml.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Draft a watch from a few words.

    Prints it with comments on what to change; --append adds it to watches.yaml.

    Example: wirewatch watches new "Iran and oil"
    """
    from wirewatch.service.new_watch import append_watch, write_watch

    at = place(config, data)
    try:
        text = write_watch(at.config_dir, about)
    except ValueError as error:
        raise UsageError(f"watches new: {error}") from error
    if append:
        path, line = append_watch(at.config_dir, text)
        typer.echo(f"added at {path}:{line}; `wirewatch watches test{at.options}` runs its tests")
    else:
        typer.echo(text, nl=False)


def _judged(data_dir: Path) -> "dict[str, Precision]":
    """Return how often each watch was right; of none where notify has never run."""
    from connectors.notify.store import DATABASE, Shared, Verdicts, open_database

    try:
        shared = Shared(open_database(data_dir / DATABASE, read_only=True))
    except FileNotFoundError:
        return {}
    try:
        return {each.watch: each for each in Verdicts(shared).precision()}
    finally:
        shared.close()


def _loaded(config: Path | None, data: Path | None) -> "tuple[Path, Snapshot]":
    from wirewatch.snapshot import load_snapshot

    folder = place(config, data).config_dir
    return folder, load_snapshot(folder)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise WirewatchError(f"{path}: cannot be written: {error.strerror}") from error
