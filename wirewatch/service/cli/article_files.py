"""Article files as commands take them: named, read, and what is no article told."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.service.cli.common import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.seeds.folder import ArticlesRead

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", show_default=False, help="Article files, or folders of *.txt files."),
]


def read_named(paths: "Sequence[Path] | None") -> "ArticlesRead":
    """Return the articles in `paths`; what is none of them is named on standard error. Raises UsageError."""
    from connectors.seeds.folder import read_articles
    from wirewatch.part import utc_now
    from wirewatch.resources import default_seeds_dir

    if not paths:
        raise UsageError(f"name article files or folders; some to try are in {default_seeds_dir()}")
    reading = read_articles(paths, undated=utc_now())
    for path, warning in reading.warnings:
        typer.echo(f"wirewatch: {path}: {warning}", err=True)
    for rejected in reading.rejected:
        typer.echo(f"wirewatch: {rejected.path}: no article ({rejected.reason}): {rejected.detail}", err=True)
    if not reading.articles:
        raise UsageError("none of these files is an article")
    return reading


def exit_when_incomplete(files: "ArticlesRead") -> None:
    """End the command with 2 when a file was no article; call it when the others are dealt with."""
    if files.rejected:
        raise typer.Exit(2)
