"""catalogue: is it right, who is in it, what does it lack."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer

from wirewatch.errors import ConfigError
from wirewatch.service.cli.article_files import PathsArgument
from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    UsageError,
    place,
    print_json,
)

app = typer.Typer(help="The catalogue of actors: check, find, add, suggest.", no_args_is_help=True)


@app.command()
def check(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Check the catalogue, and count its actors by type.

    Reports every contradiction with its file and line: an alias that two actors claim without context, a
    parent that does not exist, two people in one office at the same time. The exit code is then 2. Since
    someone with no end date holds an office for good, also prints the date up to which offices are known, and
    the offices that ended in the past year with no known successor.

    Example: wirewatch catalogue check
    """
    where = place(config, data)
    from wirewatch.snapshot import ACTORS_FOLDER
    from wirewatch.tagging.catalogue.check import doubts, linked, problems
    from wirewatch.tagging.catalogue.files import each_line
    from wirewatch.tagging.catalogue.terms import known_until, lately_ended
    from wirewatch.tagging.catalogue.word_lists import read_word_lists

    folder = where.config_dir / ACTORS_FOLDER
    read = list(each_line(folder))
    lines = [line for line in read if not isinstance(line, ConfigError)]
    # What refers to a line that cannot be read would be wrong by its fault alone.
    wrong = [line for line in read if isinstance(line, ConfigError)] or problems(lines)
    for problem in wrong:
        typer.echo(f"wirewatch: {problem}", err=True)
    unused = read_word_lists(folder).unused(line.written for line in lines)
    for doubt in (*unused, *doubts(lines)) if not wrong else ():
        typer.echo(f"wirewatch: worth checking: {doubt}", err=True)
    counts = Counter[str](line.actor.type for line in lines)
    known = known_until(line.actor for line in lines)
    ended = lately_ended(linked(lines), datetime.now(UTC).date()) if not wrong else []
    if json:
        fields = {
            "offices_until": known,
            "offices_ended": [{"ended": day, "office": what} for day, what in ended],
        }
        print_json({"ok": not wrong, "actors": len(lines), **fields, **counts})
    else:
        what = "broken line" if len(lines) < len(read) else "contradiction"
        typer.echo(f"{len(lines)} actors, {len(wrong) or 'no'} {what}{'s' * (len(wrong) != 1)}")
        for kind, count in counts.most_common():
            typer.echo(f"  {kind.replace('_', ' '):<13}{count:>6}")
        if known:
            typer.echo(f"offices are known up to {known}; add later holders to people.jsonl")
        if ended:
            typer.echo("ended in the past year, with no known successor:")
        for day, what in ended:
            typer.echo(f"  {day}  {what}")
    if wrong:
        raise typer.Exit(2)


@app.command()
def find(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A name, an alias, an id, or an office (US president).")
    ],
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show the actors with a name, alias, id or office.

    With the file and line of each.

    Example: wirewatch catalogue find "Supreme Leader"
    """
    if not name.strip():
        raise UsageError(
            "catalogue find: give a name, an alias, an id or an office, as in: catalogue find Merz"
        )
    where = place(config, data)
    from wirewatch.service.cli.news.catalogue_output import actor_fields, print_actor
    from wirewatch.snapshot import ACTORS_FOLDER
    from wirewatch.tagging import Catalogue
    from wirewatch.tagging.catalogue.check import checked
    from wirewatch.tagging.catalogue.files import read_lines

    lines = read_lines(where.config_dir / ACTORS_FOLDER)
    catalogue = Catalogue(checked(lines))
    found = catalogue.find(name) or catalogue.holding(name)
    if not found:
        near = ", ".join(catalogue.nearest(name))
        raise UsageError(f"no actor is called {name!r}" + (f"; did you mean one of: {near}?" if near else ""))
    ids = {actor.id for actor in found}
    for line in lines:
        if line.actor.id in ids:
            if json:
                print_json(actor_fields(line))
            else:
                print_actor(line, catalogue.actors)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the actor; also an alias.")],
    kind: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="country, organisation, person, company, place …")
    ],
    id: Annotated[  # noqa: A002  # the option's own name
        str | None,
        typer.Option(
            "--id", metavar="ID", help="Wikidata QID. Default: the type and the name.", show_default=False
        ),
    ] = None,
    parent: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Actor it belongs to, by id or name; may be repeated.", show_default=False
        ),
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ALIAS",
            help="Text, or KIND:TEXT (surname:Grossi, acronym:IAEA); may be repeated.",
            show_default=False,
        ),
    ] = None,
    needs: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            help=(
                "Count the names only in articles that contain one of these words: a word, or a list "
                "from words.yaml (@war); may be repeated."
            ),
            show_default=False,
        ),
    ] = None,
    member: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Member of the group, for actor:NAME+members, by id or name; may be repeated.",
            show_default=False,
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE",
            help="'TITLE, BODY, FROM[, TO]' with dates like 2024-03-31; may be repeated.",
            show_default=False,
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Accept a name that is an everyday word or another actor's.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Add an actor to the catalogue.

    Adds one line, in its place in the file for actors of that type.

    Refuses, and writes nothing, if `catalogue check` would reject the result, or if a name is an everyday
    word (Zoom, Target) or is shared with an actor that is told by the words around it: say with --needs which
    words identify this actor, or accept the name without any with --anyway. With --member the actor is a
    group, which watches refer to as actor:NAME+members; its own name is then not an alias.

    Example: wirewatch catalogue add "Example Corp" --type company --alias acronym:EXC
    """
    where = place(config, data)
    from wirewatch.service.cli.news.catalogue_input import new_actor
    from wirewatch.snapshot import ACTORS_FOLDER
    from wirewatch.tagging.catalogue.files import add_actor

    actor = new_actor(
        name, kind, id, parent or [], alias or [], role or [], needs or [], members=member or []
    )
    line = add_actor(where.config_dir / ACTORS_FOLDER, actor, anyway=anyway)
    typer.echo(f"added {line.actor.id} at {line.path}:{line.number}")


@app.command()
def suggest(
    paths: PathsArgument = None,
    least: Annotated[
        int,
        typer.Option("--least", min=1, metavar="N", help="Only names found in at least this many articles."),
    ] = 2,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most this many names.")] = 50,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List recurring names that the catalogue does not know.

    Each with the number of articles and mentions, and where it first occurred. Names are recognised by their
    capitals alone, so choose from the list. Reads one file at a time.

    Example: wirewatch catalogue suggest seeds
    """
    if not paths:
        raise UsageError("catalogue suggest: name article files or folders")
    where = place(config, data)
    from connectors.seeds.folder import RejectedFile, each_article
    from wirewatch.part import utc_now
    from wirewatch.service.cli.news.catalogue_output import print_name, rejected_line
    from wirewatch.service.screen.console import output_console
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
