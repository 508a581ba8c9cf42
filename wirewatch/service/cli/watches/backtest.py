"""watches backtest: what watches would have told of articles of the past."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import ConfigError
from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    HtmlOption,
    JsonOption,
    UsageError,
    moment,
    quiet_place,
    write_page,
)
from wirewatch.service.cli.watches.ids import WatchesArgument, chosen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from wirewatch.article import Article
    from wirewatch.service.backtest.report import Report
    from wirewatch.service.backtest.store import ToldStore, Verdict
    from wirewatch.service.place import Place
    from wirewatch.snapshot import Snapshot
    from wirewatch.tagging import Catalogue, TopicRules

SEEDS = "seeds"
KAFKA = "kafka"


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
            help="Only articles from this time (UTC) on, e.g. 2020-01-31.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="TIME",
            show_default=False,
            help="Only articles before this time, e.g. 2020-01-31T12:00; a date includes the whole day.",
        ),
    ] = None,
    source: Annotated[
        str,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help=(
                "Where to read articles: seeds, a folder of *.txt files, one such file, or kafka "
                "(whatever it still retains)."
            ),
        ),
    ] = SEEDS,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="PATH",
            show_default=False,
            help=(
                "Another watches.yaml or config folder to compare with: show which stories it adds and drops."
            ),
        ),
    ] = None,
    html: HtmlOption = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show the alerts watches would have raised in the past.

    Runs the same Beam steps as the live pipeline; nothing is stored. --json prints the alerts, then a
    summary. A file that is not an article is reported on standard error and skipped; the exit code is then 2.

    Example: wirewatch watches backtest nato-iran --from 2020-01-01 --to 2020-01-31
    """
    where = quiet_place(config, data, "backtest")
    since, until = _time(from_, "--from"), _time(to, "--to", whole_day=True)
    if since is not None and until is not None and since >= until:
        raise UsageError(f"--from {from_} is not before --to {to}")
    from wirewatch.service.backtest.store import ToldStore
    from wirewatch.service.cli.watches.backtest_output import print_json_report, print_report
    from wirewatch.snapshot import compile_snapshot, load_actors_and_topics

    parts = load_actors_and_topics(where.config_dir)
    ours = compile_snapshot(where.config_dir, *parts)
    ids = [watch.id for watch in chosen(ours.watches.watches, watches)]
    versions = [(ours, ids)]
    if against is not None:
        other = _other(against, parts)
        versions.append((other, [one.id for one in other.watches.watches if not watches or one.id in ids]))
    with _articles(source, where, since, until) as articles, ToldStore() as store:
        report = _report(store, versions, articles, where)
        if not report.told.articles:
            raise UsageError(f"--source {source}: no articles in that period")
        (print_json_report if json else print_report)(report)
        if html is not None:
            from wirewatch.service.cli.watches.backtest_html import page

            write_page(html, page(report))
    if report.unreadable and source != KAFKA:  # a bad record of Kafka is a dead letter, and nobody's to mend
        raise typer.Exit(2)


def _report(
    store: "ToldStore",
    versions: "Sequence[tuple[Snapshot, Sequence[str]]]",
    articles: "_Past",
    where: "Place",
) -> "Report":
    """Run each version (this one, and another if there is one) over the articles."""
    from pipelines.backtest.run import backtest as run
    from wirewatch.service.backtest.report import Report

    verdicts = _verdicts(where)
    told = []
    for snapshot, ids in versions:
        told.append(store.version(ids, verdicts))
        run(snapshot, articles, told[-1])
    return Report(*told, unreadable=articles.unreadable())


def _verdicts(where: "Place") -> "list[Verdict]":
    """Return what people said of alerts; of none where notify has never run."""
    from connectors.notify.store import DATABASE, Shared, Verdicts, open_database
    from connectors.notify.store.verdicts import MAX_LIMIT
    from wirewatch.service.backtest.store import Verdict

    try:
        shared = Shared(open_database(where.data_dir / DATABASE, read_only=True))
    except FileNotFoundError:
        return []
    try:
        latest = Verdicts(shared).list(limit=MAX_LIMIT)
    finally:
        shared.close()
    return [Verdict(said.watch, said.article, said.is_true) for said in latest if said.article is not None]


def _other(path: Path, parts: "tuple[Catalogue, TopicRules]") -> "Snapshot":
    from wirewatch.snapshot import compile_watches, load_snapshot

    if not path.exists():
        raise ConfigError(f"--against {path}: no such file or folder")
    return load_snapshot(path) if path.is_dir() else compile_watches(path, *parts)


@contextmanager
def _articles(
    source: str, where: "Place", since: datetime | None, until: datetime | None
) -> "Iterator[_Past]":
    """Give the articles of `source` between two times; a folder's in order of time, Kafka's as they came."""
    from wirewatch.resources import default_seeds_dir
    from wirewatch.service.cli.article_files import read_named

    if source == KAFKA:
        from wirewatch.service.archive import open_archive

        with open_archive(where) as archive:
            yield _Past(archive, since, until, lambda: archive.unreadable)
            if archive.unreadable:
                are = (
                    "record in Kafka is no article"
                    if archive.unreadable == 1
                    else "records in Kafka are no articles"
                )
                typer.echo(f"wirewatch: {archive.unreadable} {are}", err=True)
        return
    found = read_named([default_seeds_dir() if source == SEEDS else Path(source)])
    ordered = sorted(found.articles, key=lambda article: (article.time, article.id))
    yield _Past(ordered, since, until, lambda: len(found.rejected))


@dataclass(frozen=True)
class _Past:
    """Articles between two times (the second left out); may be read more than once."""

    articles: "Iterable[Article]"
    since: datetime | None
    until: datetime | None
    unreadable: "Callable[[], int]"
    """How many files or records the latest reading passed over: they are no articles, of whatever time."""

    def __iter__(self) -> "Iterator[Article]":
        since, until = self.since, self.until
        for article in self.articles:
            if (since is None or since <= article.time) and (until is None or article.time < until):
                yield article


def _time(text: str | None, option: str, *, whole_day: bool = False) -> datetime | None:
    """Return the time meant, in UTC; with `whole_day`, a day's end."""
    if text is None:
        return None
    time = moment(option, text)
    return time + timedelta(days=1) if whole_day and len(text) <= len("2020-01-31") else time
