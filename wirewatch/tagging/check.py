"""Refuses a catalogue that contradicts itself, naming file, line and fix."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wirewatch.errors import ConfigError
from wirewatch.tagging.actors import Actor, Alias, Role
from wirewatch.tagging.fold import fold

_SHARED_KINDS = frozenset({"surname", "title"})
"""Kinds that people share by nature: the document and the date tell them apart."""


@dataclass(frozen=True)
class Line:
    """An actor and where it stands."""

    path: Path
    number: int
    actor: Actor

    def error(self, message: str) -> ConfigError:
        """Return the error to raise about this actor."""
        return ConfigError(f"{self.path}:{self.number}: {self.actor.id}: {message}")


def checked(lines: Sequence[Line]) -> list[Actor]:
    """Return the actors, their references as ids. Raises ConfigError at the first contradiction."""
    ids = _ids(lines)
    names: dict[str, list[str]] = {}
    for line in lines:
        names.setdefault(line.actor.name, []).append(line.actor.id)
    actors = [_linked(line, ids, names) for line in lines]
    _refuse_circles(lines, actors)
    _refuse_clashes(lines)
    return actors


def _ids(lines: Sequence[Line]) -> dict[str, Line]:
    ids: dict[str, Line] = {}
    for line in lines:
        if (first := ids.setdefault(line.actor.id, line)) is not line:
            raise line.error(f"this id already stands at {first.path}:{first.number}; rename one")
    return ids


def _linked(line: Line, ids: dict[str, Line], names: dict[str, list[str]]) -> Actor:
    def link(reference: str) -> str:
        if reference in ids:
            return reference
        known = names.get(reference, [])
        if len(known) == 1:
            return known[0]
        if known:
            raise line.error(f"{reference!r} names several actors ({', '.join(known)}); use an id")
        close = difflib.get_close_matches(reference, names, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else "; add it or use another"
        raise line.error(f"no actor has the id or name {reference!r}{hint}")

    actor = line.actor
    roles = tuple(_role(line, role, link(role.of)) for role in actor.roles)
    for alias in actor.spelled():
        if not alias.text.strip():
            raise line.error("an alias is empty; remove it")
    return msgspec.structs.replace(
        actor, parents=tuple(map(link, actor.parents)), members=tuple(map(link, actor.members)), roles=roles
    )


def _role(line: Line, role: Role, of: str) -> Role:
    if role.start and role.end and role.end < role.start:
        raise line.error(f"role {role.title!r} ends {role.end} before it begins {role.start}; swap them")
    return msgspec.structs.replace(role, of=of)


def _refuse_circles(lines: Sequence[Line], actors: Sequence[Actor]) -> None:
    parents = {actor.id: actor.parents for actor in actors}
    for line in lines:
        seen: set[str] = set()
        todo = list(parents[line.actor.id])
        while todo:
            parent = todo.pop()
            if parent == line.actor.id:
                raise line.error("is its own ancestor; remove one of the parents in the circle")
            if parent not in seen:
                seen.add(parent)
                todo.extend(parents[parent])


def _refuse_clashes(lines: Sequence[Line]) -> None:
    """Two actors may share an alias when all but one say what context they need, or rule out."""
    claims: dict[tuple[str, str], Line] = {}
    for line in lines:
        for key in _claims(line.actor):
            if (first := claims.setdefault(key, line)).actor.id != line.actor.id:
                raise line.error(
                    f"alias {key[1]!r} is also claimed by {first.actor.id} ({first.path}:{first.number});"
                    " give one of the two `needs` or `unless`"
                )
    for line in lines:
        for decoy in line.actor.decoys:
            if owner := claims.get(("exact", decoy)):
                raise line.error(f"decoy {decoy!r} is an alias of {owner.actor.id}; remove one")


def _claims(actor: Actor) -> Iterator[tuple[str, str]]:
    for alias in actor.spelled():
        if alias.kind not in _SHARED_KINDS and not _has_context(alias):
            yield ("any", fold(alias.text)) if alias.case == "any" else ("exact", alias.text)


def _has_context(alias: Alias) -> bool:
    return bool(alias.needs or alias.unless)
