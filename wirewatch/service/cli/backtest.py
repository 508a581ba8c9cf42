"""watches backtest: what watches would have told of articles of the past."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import ConfigError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, quiet_place
from wirewatch.service.cli.watch_ids import WatchesArgument, chosen

if TYPE_CHECKING:
    from wirewatch.article import Article
    from wirewatch.service.cli.backtest_report import Report
    from wirewatch.snapshot import Snapshot
    from wirewatch.tagging import Catalogue, TopicRules

SEEDS = "seeds"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(backtest)


def backtest(
    watches: WatchesArgument = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            show_default=False,
            help="Only articles from then on: 2020-01-31, in UTC.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="TIME",
            show_default=False,
            help="Only articles before then: 2020-01-31T12:00; a day alone is meant whole.",
        ),
    ] = None,
    source: Annotated[
        str,
        typer.Option("--source", metavar="SOURCE", help="seeds, or a folder of *.txt files or one of them."),
    ] = SEEDS,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="PATH",
            show_default=False,
            help="Another watches.yaml, or another config folder: show what that one adds and drops.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", show_default=False, help="Write the report as a page too."),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show what watches would have told of articles of the past, in order of time.

    The same Beam steps as the live pipeline, with nothing kept. --json prints the alerts, then a summary.

    Example: wirewatch watches backtest nato-iran --from 2020-01-01 --to 2020-01-31
    """
    where = quiet_place(config, data, "backtest")
    since, until = _time(from_, "--from"), _time(to, "--to", whole_day=True)
    from wirewatch.service.cli.backtest_output import print_json_report, print_report
    from wirewatch.snapshot import compile_snapshot, load_actors_and_topics

    parts = load_actors_and_topics(where.config_dir)
    snapshot = compile_snapshot(where.config_dir, *parts)
    ids = [watch.id for watch in chosen(snapshot.watches.watches, watches)]
    other = None if against is None else _other(against, parts)
    articles = _articles(source, since, until)
    report = _report(snapshot, other, articles, ids, watches)
    (print_json_report if json else print_report)(report)
    if html is not None:
        _write_page(html, report)


def _report(
    snapshot: "Snapshot",
    other: "Snapshot | None",
    articles: "Sequence[Article]",
    ids: Sequence[str],
    asked: Sequence[str] | None,
) -> "Report":
    from pipelines.backtest import backtest as run
    from wirewatch.service.cli.backtest_report import Report

    told = run(snapshot, articles).of(ids)
    if other is None:
        return Report(ids, told)
    theirs = [watch.id for watch in other.watches.watches if not asked or watch.id in ids]
    return Report(ids, told, theirs, run(other, articles).of(theirs))


def _other(path: Path, parts: "tuple[Catalogue, TopicRules]") -> "Snapshot":
    from wirewatch.snapshot import compile_watches, load_snapshot

    if not path.exists():
        raise ConfigError(f"--against {path}: no such file or folder")
    return load_snapshot(path) if path.is_dir() else compile_watches(path, *parts)


def _articles(source: str, since: datetime | None, until: datetime | None) -> "list[Article]":
    from wirewatch.resources import default_seeds_dir
    from wirewatch.service.cli.trial import read_articles

    folder = default_seeds_dir() if source == SEEDS else Path(source)
    found = [
        article
        for article in read_articles([folder])
        if (since is None or since <= article.time) and (until is None or article.time < until)
    ]
    if not found:
        raise UsageError(f"no article of {folder} is of that time")
    return sorted(found, key=lambda article: (article.time, article.id))


def _time(text: str | None, option: str, *, whole_day: bool = False) -> datetime | None:
    """Return the time meant, in UTC unless it names a zone; with `whole_day`, a day's end."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text}: must be as 2020-01-31 or 2020-01-31T12:00") from error
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return time + timedelta(days=1) if whole_day and len(text) <= len("2020-01-31") else time


def _write_page(path: Path, report: "Report") -> None:
    from wirewatch.service.cli.backtest_html import page

    try:
        path.write_text(page(report), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    typer.echo(f"{path}: written", err=True)
