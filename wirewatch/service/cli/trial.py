"""scan and tag: try config on files, with no broker and no Java."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    UsageError,
    place,
    print_raw_json,
    quiet_place,
    write_page,
)
from wirewatch.service.cli.panels import WATCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirewatch.article import Article
    from wirewatch.reading import Reading
    from wirewatch.tagging.found import Rejected
    from wirewatch.tagging.tagger import Tagger, Tags
    from wirewatch.tagging.trained import TrainedModel


PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", show_default=False, help="Article files, or folders of *.txt files."),
]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (scan, tag):
        app.command(rich_help_panel=WATCH)(command)


def scan(
    paths: PathsArgument = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Print the alerts articles would raise.

    The same Beam steps as the live pipeline, over files: no broker, no Java, nothing kept.

    Example: wirewatch scan seeds
    """
    from wirewatch.service.cli.scan_output import Printer

    where = quiet_place(config, data, "scan")
    articles = read_articles(paths)
    from pipelines.scan import scan as run_scan

    found = run_scan(where.config_dir, articles)
    printer = Printer(as_json=json)
    for alert in found.alerts:
        printer.show(alert)
    for failure in found.failures:
        why = f"{failure.reason}: {failure.error}"
        typer.echo(f"wirewatch: article {failure.article} could not be processed: {why}", err=True)
    printer.end(len(articles))


def tag(
    paths: PathsArgument = None,
    jsonl: Annotated[
        Path | None,
        typer.Option(
            "--jsonl",
            metavar="FILE",
            show_default=False,
            help='Read {"id", "text"} lines instead (- is standard input); prints JSON.',
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            show_default=False,
            help="Write a page with everything highlighted, and why (- is standard output).",
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print what was found but not accepted too, and why.")
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Print the actors and topics of articles.

    Each with its places in the text, and the rule that decided. With tagging.spacy_model set, also names
    outside the catalogue, and who did what to whom. A line of --jsonl that cannot be read is named on
    standard error and the others go on; the exit code is then 2.

    Example: wirewatch tag seeds --json
    """
    if (jsonl is None) == (not paths):
        raise UsageError("tag: give article files or folders, or --jsonl FILE (one of the two)")
    if html is not None and (json or jsonl is not None):
        raise UsageError("tag: --html goes with article files or folders alone")
    where = place(config, data)
    from wirewatch.service.cli.tag_output import print_tags, tagged_json
    from wirewatch.snapshot import load_snapshot
    from wirewatch.tagging.trained import TrainedModel

    tagger = load_snapshot(where.config_dir).tagger
    if jsonl is not None:
        _tag_lines(jsonl, tagger)
        return
    model = where.settings.tagging.spacy_model
    reader = TrainedModel(model) if model else None
    articles = read_articles(paths)
    if html is not None:
        _write_page(html, articles, tagger, reader)
        return
    for article in articles:
        tags, rejected = tagger.explain(article) if explain else (tagger.tag(article), ())
        reading = _reading(reader, article, tags)
        if json:
            print_raw_json(
                tagged_json(article.id, article.title, tags, reading, rejected if explain else None)
            )
        else:
            print_tags(article.title, tags, reading, rejected)


def _reading(reader: "TrainedModel | None", article: "Article", tags: "Tags") -> "Reading | None":
    from wirewatch.reading import Readable

    if reader is None or not reader.reads(tags.language):
        return None
    return reader.read(Readable.of(article, tags.actors, tags.language))


def _write_page(
    path: Path, articles: "Sequence[Article]", tagger: "Tagger", reader: "TrainedModel | None"
) -> None:
    from wirewatch.service.cli.tag_html import Shown, page

    def shown(article: "Article") -> Shown:
        rejected: list[Rejected] = []
        tags = tagger.tag(article, rejected)
        return Shown(article, tags, rejected, _reading(reader, article, tags))

    write_page(path, page(map(shown, articles)))


def _tag_lines(path: Path, tagger: "Tagger") -> None:
    from wirewatch.service.cli.tag_output import BadLine, tag_lines

    bad = 0
    for line in tag_lines(path, tagger):
        if isinstance(line, BadLine):
            bad += 1
            typer.echo(f"wirewatch: {path}:{line.number}: {line.why}", err=True)
        else:
            print_raw_json(line)
    if bad:
        raise typer.Exit(2)


def read_articles(paths: "Sequence[Path] | None") -> "Sequence[Article]":
    """Return the articles in `paths`; what is none of them is named on standard error. Raises UsageError."""
    from connectors.seeds.folder import read_articles as read
    from wirewatch.part import utc_now
    from wirewatch.resources import default_seeds_dir

    if not paths:
        raise UsageError(f"name article files or folders; some to try are in {default_seeds_dir()}")
    reading = read(paths, undated=utc_now())
    for path, warning in reading.warnings:
        typer.echo(f"wirewatch: {path}: {warning}", err=True)
    for rejected in reading.rejected:
        typer.echo(f"wirewatch: {rejected.path}: no article ({rejected.reason}): {rejected.detail}", err=True)
    if not reading.articles:
        raise UsageError("there is no article in what was named")
    return reading.articles
