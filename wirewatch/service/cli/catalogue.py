"""catalogue: what the catalogue of actors lacks."""

from typing import Annotated

import typer

from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    UsageError,
    place,
    print_json,
)
from wirewatch.service.cli.trial import PathsArgument

app = typer.Typer(help="The catalogue of actors: `catalogue suggest`.", no_args_is_help=True)


@app.callback()
def _group() -> None:  # with a single command typer would make no group of it
    pass


@app.command()
def suggest(
    paths: PathsArgument = None,
    least: Annotated[
        int, typer.Option("--least", min=1, metavar="N", help="Only names met in at least so many articles.")
    ] = 2,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many names.")] = 50,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List names that recur in articles and that the catalogue does not know.

    Each with the number of articles and of mentions, and where it was met first. They are told by their
    capitals alone: choose from them. Reads one file at a time.

    Example: wirewatch catalogue suggest seeds
    """
    if not paths:
        raise UsageError("catalogue suggest: name article files or folders")
    where = place(config, data)
    from connectors.notify.show import output_console
    from connectors.seeds.folder import RejectedFile, each_article
    from wirewatch.part import utc_now
    from wirewatch.service.cli.catalogue_output import print_name, rejected_line
    from wirewatch.snapshot import ACTORS_FOLDER
    from wirewatch.tagging import load_catalogue
    from wirewatch.tagging.emerging import Emerging

    emerging = Emerging(load_catalogue(where.config_dir / ACTORS_FOLDER))
    for item in each_article(paths, undated=utc_now()):
        if isinstance(item, RejectedFile):
            typer.echo(rejected_line(item), err=True)
        else:
            emerging.add(item)
    console = output_console()
    for name in emerging.names(least=least)[:limit]:
        if json:
            print_json(
                {
                    "name": name.text,
                    "articles": name.articles,
                    "mentions": name.mentions,
                    "missed": name.missed,
                    "contexts": name.contexts,
                }
            )
        else:
            print_name(console, name)
