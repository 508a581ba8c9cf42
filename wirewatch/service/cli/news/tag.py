"""tag: the actors and topics of article files, with no broker and no Java."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from wirewatch.service.cli.article_files import PathsArgument, exit_when_incomplete, read_named
from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    UsageError,
    moment,
    place,
    print_raw_json,
    write_page,
)
from wirewatch.service.cli.panels import WATCH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from wirewatch.article import Article
    from wirewatch.reading import Reading
    from wirewatch.service.cli.news.tag_output import Fallen
    from wirewatch.tagging.tagger import Tagger, Tags
    from wirewatch.tagging.trained import TrainedModel


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(rich_help_panel=WATCH)(tag)


def tag(
    paths: PathsArgument = None,
    jsonl: Annotated[
        Path | None,
        typer.Option(
            "--jsonl",
            metavar="FILE",
            show_default=False,
            help=(
                'Read one {"id", "text"} per line, optionally with "title" and "time" (- for standard '
                "input). Prints JSON."
            ),
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            "--date",
            metavar="DAY",
            show_default=False,
            help="Date to assume for articles without a date line, e.g. 2015-06-01. Default: today.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            show_default=False,
            help="Write an HTML page with every match highlighted and explained (- for standard output).",
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Also print names found but rejected, and topics not assigned, and why."
        ),
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Print the actors and topics of articles.

    With the places in the text where each was found, and the rule that decided. Who holds an office depends
    on the article's date: its date line, or the time in a --jsonl line. If tagging.spacy_model is set, also
    prints names outside the catalogue, and who did what to whom. A file or --jsonl line that is not an
    article is reported on standard error and skipped; the exit code is then 2.

    Example: wirewatch tag seeds --json
    """
    if (jsonl is None) == (not paths):
        raise UsageError("tag: give either article files or folders, or --jsonl FILE")
    if html is not None and (json or jsonl is not None):
        raise UsageError("tag: --html works only with article files or folders, and not with --json")
    where = place(config, data)
    from wirewatch.part import utc_now
    from wirewatch.service.cli.news.tag_output import as_of, print_tags, tagged_json
    from wirewatch.snapshot import load_snapshot
    from wirewatch.tagging.trained import TrainedModel

    undated = moment("--date", date) if date is not None else utc_now()
    tagger = load_snapshot(where.config_dir).tagger
    model = where.settings.tagging.spacy_model
    look = _Look(tagger, TrainedModel(model) if model else None, explain=explain)
    if jsonl is not None:
        _tag_lines(jsonl, undated, look)
        return
    files = read_named(paths)
    articles = [_dated(article, undated) for article in files.articles]
    otherwise = "--date" if date is not None else "today"
    if html is not None:
        _write_page(html, articles, otherwise, look)
    else:
        for article in articles:
            if json:
                print_raw_json(tagged_json(article, *look.at(article)))
            else:
                print_tags(article, as_of(article, otherwise), *look.at(article))
    exit_when_incomplete(files)


class _Look(NamedTuple):
    """What looks at articles: the tagger, and a trained model if one is set."""

    tagger: "Tagger"
    reader: "TrainedModel | None"
    explain: bool

    def at(self, article: "Article") -> "tuple[Tags, Reading | None, Fallen | None]":
        """Return the tags of `article`, what the model adds, and what fell out if that was asked for."""
        if not self.explain:
            tags = self.tagger.tag(article)
            return tags, self.reading(article, tags), None
        return self.whole(article)

    def whole(self, article: "Article") -> "tuple[Tags, Reading | None, Fallen]":
        """Return the same, with what fell out."""
        from wirewatch.service.cli.news.tag_output import Fallen

        tags, rejected = self.tagger.explain(article)
        fallen = Fallen(rejected, self.tagger.topics_not_told(article, tags))
        return tags, self.reading(article, tags), fallen

    def reading(self, article: "Article", tags: "Tags") -> "Reading | None":
        """Return what the model adds; None without one, or where it does not know the language."""
        from wirewatch.reading import Readable

        if self.reader is None or not self.reader.reads(tags.language):
            return None
        return self.reader.read(Readable.of(article, tags.actors, tags.language))


def _dated(article: "Article", undated: "datetime") -> "Article":
    """Return `article`, of the day `undated` if it has no date line, whatever stands before it."""
    from msgspec.structs import replace

    return article if article.published else replace(article, fetched=undated, time=undated)


def _write_page(path: Path, articles: "Sequence[Article]", otherwise: str, look: _Look) -> None:
    from wirewatch.service.cli.news.tag_html import Shown, page
    from wirewatch.service.cli.news.tag_output import as_of

    def shown(article: "Article") -> Shown:
        tags, reading, fallen = look.whole(article)
        return Shown(article, as_of(article, otherwise), tags, fallen, reading)

    write_page(path, page(map(shown, articles)))


def _tag_lines(path: Path, undated: "datetime", look: _Look) -> None:
    from wirewatch.service.cli.news.tag_lines import BadLine, articles_in
    from wirewatch.service.cli.news.tag_output import tagged_json

    bad = 0
    for item in articles_in(path, undated):
        if isinstance(item, BadLine):
            bad += 1
            typer.echo(f"wirewatch: {path}:{item.number}: {item.why}", err=True)
        else:
            print_raw_json(tagged_json(item, *look.at(item)))
    if bad:
        raise typer.Exit(2)
