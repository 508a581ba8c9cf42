"""Watches as commands are told of them: by id."""

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.service.cli.common import UsageError

if TYPE_CHECKING:
    from wirewatch.watches.model import Watch

WatchesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="WATCH", show_default=False, help="Ids of watches. Default: all of them."),
]


def chosen(watches: "Sequence[Watch]", ids: Sequence[str] | None) -> "list[Watch]":
    """Return the watches of those ids, or all. Raises UsageError for an id there is not."""
    known = {watch.id: watch for watch in watches}
    for id_ in ids or ():
        if id_ not in known:
            near = difflib.get_close_matches(id_, known, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "see `wirewatch watches list`"
            raise UsageError(f"no watch has the id {id_!r}; {hint}")
    return [known[id_] for id_ in ids] if ids else list(known.values())
