"""watches explain: why an article meets a watch or does not, and what came of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, print_json, quiet_place
from wirewatch.service.cli.watches.ids import chosen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from connectors.notify.store import StoredAlert
    from wirewatch.article import Article
    from wirewatch.service.place import Place
    from wirewatch.watches.model import Watch


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(explain)


def explain(
    watch: Annotated[str, typer.Argument(metavar="WATCH", help="Id of the watch.")],
    articles: Annotated[
        list[str],
        typer.Argument(
            metavar="ARTICLE",
            help="An article's file, a folder of *.txt files, or the URL of an article that Kafka holds.",
        ),
    ],
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show why a watch does or does not match an article.

    Each clause with ✓ or ✗ and the words that matched, and how far off the article is. For articles the
    service has read, also the alerts raised for its story, and who received them. Anything that is not an
    article is reported on standard error and skipped; the exit code is then 2.

    Example: wirewatch watches explain nato-iran seeds/013-*.txt
    """
    from wirewatch.service.cli.watches.output import judgement_json, print_judgement
    from wirewatch.snapshot import load_snapshot

    where = quiet_place(config, data, "explain")
    snapshot = load_snapshot(where.config_dir)
    [asked] = chosen(snapshot.watches.watches, [watch])
    read, from_kafka, complete = _articles(where, articles)
    for one in (*read, *from_kafka):
        judgement = snapshot.judge(watch, one)
        told = _alerts(where, asked, one) if judgement.met else []
        if json:
            print_json(judgement_json(judgement, one, told))
        else:
            print_judgement(judgement, one, told, was_read=one in from_kafka)
    if not complete:
        raise typer.Exit(2)


def _alerts(where: "Place", watch: "Watch", article: "Article") -> "list[StoredAlert]":
    from wirewatch.service.alerts_about import alerts_about

    def counted_to() -> "Iterable[str]":  # Beam takes a second: only where it is needed
        from pipelines.checkpoint.counted_to import stories_of

        return stories_of(where.data_dir, watch.id, article.id)

    return alerts_about(where.data_dir, watch, article.id, counted_to)


def _articles(where: "Place", named: "Sequence[str]") -> "tuple[Sequence[Article], Sequence[Article], bool]":
    """Return the articles of files and folders, those of URLs, and whether each was one."""
    from pathlib import Path

    from wirewatch.service.archive import id_at, read_by_id
    from wirewatch.service.cli.article_files import read_named

    urls = {name: id_at(name) for name in named if name.startswith(("https://", "http://"))}
    paths = [Path(name) for name in named if name not in urls]
    files = read_named(paths) if paths else None
    held = read_by_id(where, set(urls.values())) if urls else {}
    for url, wanted in urls.items():
        if wanted not in held:
            days = where.settings.kafka.topics.articles.retention_days
            typer.echo(
                f"wirewatch: {url}: Kafka, which keeps {days:g} days, has no article with this URL: "
                "it was never read (`wirewatch feeds list --why`), or its feed gives another URL",
                err=True,
            )
    complete = set(urls.values()) == held.keys() and not (files and files.rejected)
    return files.articles if files else (), list(held.values()), complete
