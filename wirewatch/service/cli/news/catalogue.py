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

    Every contradiction is named with its file and line: an alias that two claim without context, a parent
    that does not exist, two in one office at a time. The exit code is then 2. Who holds an office without
    an end counts as holding it for good, so up to which day offices are known is printed too, and which
    ended in the past year with nobody known since.

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
        typer.echo(f"wirewatch: to look at: {doubt}", err=True)
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
            typer.echo(f"offices known up to {known}; write in who took one up since (people.jsonl)")
        if ended:
            typer.echo("ended in the past year, nobody known since:")
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
    """Show the actors of a name, alias, id or office.

    With the file and line each stands at.

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
        raise UsageError(f"nobody is called {name!r}" + (f"; did you mean one of: {near}?" if near else ""))
    ids = {actor.id for actor in found}
    for line in lines:
        if line.actor.id in ids:
            if json:
                print_json(actor_fields(line))
            else:
                print_actor(line, catalogue.actors)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the actor is called; an alias too.")],
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
            metavar="NAME", help="Whom it stands for: an id or a name; may be repeated.", show_default=False
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
            help="An article must hold it, or another of them, for the names to count: a word, or a list of"
            " words.yaml (@war); may be repeated.",
            show_default=False,
        ),
    ] = None,
    member: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Who belongs to it, for actor:NAME+members: an id or a name; may be repeated.",
            show_default=False,
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE",
            help="'TITLE, BODY, FROM[, TO]' with dates as 2024-03-31; may be repeated.",
            show_default=False,
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also where a name is an everyday word, or another's.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Add an actor to the catalogue.

    It is one line, in its place in the file of its type.

    Refused, with nothing written, where `catalogue check` would refuse the catalogue with it, and where a
    name is an everyday word (Zoom, Target) or another's that words around tell: --needs says which words
    tell this one, --anyway takes it with none.
    With --member it is a group, which watches ask for as actor:NAME+members, and its name is no alias.

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
        int, typer.Option("--least", min=1, metavar="N", help="Only names met in at least so many articles.")
    ] = 2,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many names.")] = 50,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List recurring names that the catalogue does not know.

    Each with the number of articles and of mentions, and where it was met first. They are told by their
    capitals alone: choose from them. Reads one file at a time.

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
