"""What the `catalogue` commands print."""

from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.text import Text

from wirewatch.service.screen.console import output_console
from wirewatch.text import count, printable_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.seeds.folder import RejectedFile
    from wirewatch.tagging import Actor
    from wirewatch.tagging.catalogue.line import Line
    from wirewatch.tagging.emerging import Name


def rejected_line(rejected: "RejectedFile") -> str:
    """Return what to say of a file that is no article."""
    return f"wirewatch: {rejected.path}: no article ({rejected.reason}): {rejected.detail}"


def print_name(console: Console, name: "Name") -> None:
    """Print a suggested name, its counts and where it was met."""
    missed = f", up to {name.missed} more" if name.missed else ""
    line = Text(printable_line(name.text), style="yellow")
    line.append(
        f"  {count(name.articles, 'article')}{missed}, {count(name.mentions, 'mention')}", style="dim"
    )
    console.print(line)
    for context in name.contexts:
        console.print(Text(f"    {printable_line(context)}", style="dim"))


def actor_fields(line: "Line") -> dict[str, object]:
    """Return an actor as it is written, and where."""
    return {"at": f"{line.path}:{line.number}", **msgspec.to_builtins(line.written)}


def print_actor(line: "Line", actors: "Mapping[str, Actor]") -> None:
    """Print an actor for a person: who it is, where it stands, what it is called. `actors`: all, by id."""
    console, actor = output_console(), actors[line.actor.id]
    iso2 = f"  {actor.iso2}" if actor.iso2 else ""
    head = Text(printable_line(actor.name), style="yellow")
    head.append(f"  {actor.id}  {actor.type.replace('_', ' ')}{iso2}  {line.path}:{line.number}", style="dim")
    console.print(head, soft_wrap=True)
    parents, members = ([actors[i].name for i in ids] for ids in (actor.parents, actor.members))
    for label, values in (("stands for", parents), ("members", members), ("not", actor.decoys)):
        if values:
            console.print(Text(f"    {label}: {printable_line(', '.join(values))}", style="dim"))
    for role in actor.roles:
        term = f"{role.start or '…'} to {role.end or 'now'}"
        console.print(
            Text(f"    {printable_line(role.title)} of {printable_line(actors[role.of].name)}, {term}")
        )
    for alias in line.written.spelled():
        needs = f" with {', '.join(alias.needs)}" if alias.needs else ""
        unless = f" without {', '.join(alias.unless)}" if alias.unless else ""
        console.print(
            Text(
                f"    {printable_line(alias.text)} ({alias.kind}){printable_line(needs + unless)}",
                style="dim",
            )
        )
