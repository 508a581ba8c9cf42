"""Refuses a catalogue that contradicts itself, naming file, line and fix."""

import difflib
from collections.abc import Iterator, Sequence

import msgspec

from wirewatch.errors import ConfigError
from wirewatch.tagging.actors import Actor, Alias
from wirewatch.tagging.claims import Claims
from wirewatch.tagging.line import Line
from wirewatch.tagging.terms import alike, overlaps

_SHARED_KINDS = frozenset({"surname", "title", "metonym"})
"""Kinds that actors share by nature: the document, the date, what a city does tell apart."""


def checked(lines: Sequence[Line]) -> list[Actor]:
    """Return the actors, their references as ids. Raises ConfigError at the first contradiction."""
    references = _References(lines)
    for problem in _problems(lines, references):
        raise problem
    return [references.linked(line.actor) for line in lines]


def problems(lines: Sequence[Line]) -> list[ConfigError]:
    """Return all contradictions, each with its file and line."""
    return list(_problems(lines, _References(lines)))


def doubts(lines: Sequence[Line]) -> list[str]:
    """Return what may be meant so or not, of a catalogue without contradictions: file, line and advice."""
    references = _References(lines)
    return list(alike(lines, [references.linked(line.actor) for line in lines]))


def _problems(lines: Sequence[Line], references: "_References") -> Iterator[ConfigError]:
    """Yield the contradictions; circles and terms are looked at once all references lead somewhere."""
    broken = False
    for line in lines:
        for problem in (*references.problems(line), *_own_problems(line)):
            broken = True
            yield problem
    yield from _clashes(lines)
    if not broken:
        actors = [references.linked(line.actor) for line in lines]
        yield from _circles(lines, actors)
        yield from overlaps(lines, actors)


def _own_problems(line: Line) -> Iterator[ConfigError]:
    aliases = line.actor.spelled()
    written = [("alias", alias.text) for alias in aliases]
    written += [("decoy", decoy) for decoy in line.actor.decoys]
    written += [("context word", word) for alias in aliases for word in (*alias.needs, *alias.unless)]
    for what, text in written:
        if not any(map(str.isalnum, text)):
            yield line.error(f"{what} {text!r} has no letter or digit to look for; remove it")
        elif text != (better := " ".join(text.split())):
            yield line.error(f"{what} {text!r} can never be met; write {better!r}")
    for role in line.actor.roles:
        if role.start and role.end and role.end < role.start:
            yield line.error(f"role {role.title!r} ends {role.end} before it begins {role.start}; swap them")


class _References:
    """What an actor may be referred to by: its id, or a name that no other bears."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._ids: dict[str, Line] = {}
        self._names: dict[str, list[str]] = {}
        for line in lines:
            self._ids.setdefault(line.actor.id, line)
            self._names.setdefault(line.actor.name, []).append(line.actor.id)

    def linked(self, actor: Actor) -> Actor:
        """Return `actor` with ids for the names of others; there must be no problem with them."""
        return msgspec.structs.replace(
            actor,
            parents=tuple(map(self._id, actor.parents)),
            members=tuple(map(self._id, actor.members)),
            roles=tuple(msgspec.structs.replace(role, of=self._id(role.of)) for role in actor.roles),
        )

    def problems(self, line: Line) -> Iterator[ConfigError]:
        """Yield what is wrong with the id of `line` and with those it refers to."""
        actor = line.actor
        if (first := self._ids[actor.id]) is not line:
            yield line.error(f"this id already stands at {first.path}:{first.number}; rename one")
        for reference in (*actor.parents, *actor.members, *(role.of for role in actor.roles)):
            known = [reference] if reference in self._ids else self._names.get(reference, [])
            if len(known) > 1:
                yield line.error(f"{reference!r} names several actors ({', '.join(known)}); use an id")
            elif not known:
                close = difflib.get_close_matches(reference, self._names, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else "; add it or use another"
                yield line.error(f"no actor has the id or name {reference!r}{hint}")

    def _id(self, reference: str) -> str:
        return reference if reference in self._ids else self._names[reference][0]


def _circles(lines: Sequence[Line], actors: Sequence[Actor]) -> Iterator[ConfigError]:
    parents = {actor.id: actor.parents for actor in actors}
    for line in lines:
        seen: set[str] = set()
        todo = list(parents[line.actor.id])
        while todo:
            parent = todo.pop()
            if parent not in seen:
                seen.add(parent)
                todo.extend(parents[parent])
        if line.actor.id in seen:
            yield line.error("is its own ancestor; remove one of the parents in the circle")


def _clashes(lines: Sequence[Line]) -> Iterator[ConfigError]:
    """Two actors may share an alias when all but one say what context they need, or rule out."""
    claims = Claims[Line]()
    for line in lines:
        for alias in line.actor.spelled():
            if alias.kind in _SHARED_KINDS or _has_context(alias):
                continue
            others = (claim for claim in claims.on(alias) if claim.owner.actor.id != line.actor.id)
            if (first := next(others, None)) is not None:
                spelled = f" as {first.text!r}" if first.text != alias.text else ""
                yield line.error(
                    f"alias {alias.text!r} is also claimed by {first.owner.actor.id}{spelled}"
                    f" ({first.owner.path}:{first.owner.number}); give one of the two `needs` or `unless`"
                )
            claims.add(alias, line)
    for line in lines:
        for decoy in line.actor.decoys:
            if (claim := next(claims.on(decoy), None)) is not None:
                spelled = f" {claim.text!r}" if claim.text != decoy else ""
                yield line.error(
                    f"decoy {decoy!r} is an alias{spelled} of {claim.owner.actor.id}; remove one"
                )


def _has_context(alias: Alias) -> bool:
    return bool(alias.needs or alias.unless)
