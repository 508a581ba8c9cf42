"""Refuses a catalogue that contradicts itself, naming file, line and fix."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from wirewatch.errors import ConfigError
from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.claims import Claims
from wirewatch.tagging.catalogue.everyday import everyday
from wirewatch.tagging.catalogue.line import Line
from wirewatch.tagging.catalogue.terms import alike, overlaps
from wirewatch.tagging.catalogue.word_lists import misspelled
from wirewatch.tagging.text.fold import fold

_ISO2 = re.compile("[A-Z]{2}")
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


def linked(lines: Sequence[Line]) -> list[Actor]:
    """Return the actors of a catalogue without contradictions, their references as ids."""
    references = _References(lines)
    return [references.linked(line.actor) for line in lines]


def doubts(lines: Sequence[Line]) -> list[str]:
    """Return what may be meant so or not, of a catalogue without contradictions: file, line and advice."""
    actors = linked(lines)
    words = (doubt for line in lines for doubt in everyday(line))
    return [*_odd(lines, actors), *_hidden(lines), *_surnames_taken(lines), *words, *alike(lines, actors)]


def _odd(lines: Sequence[Line], actors: Sequence[Actor]) -> Iterator[str]:
    """Actors that no text names, and offices that nobody can hold."""
    persons = {actor.id for actor in actors if actor.type == "person"}
    for line, actor in zip(lines, actors, strict=True):
        if not actor.aliases and not actor.members:
            yield line.about("has no alias, so no text names it (its name is none); write one")
        if actor.roles and actor.type != "person":
            yield line.about(f"is a {actor.type} and has roles, which are what a person holds")
        for role in actor.roles:
            if role.of in persons:
                yield line.about(f"is {role.title} of a person ({role.of}); `of` is a body or a state")


def _hidden(lines: Sequence[Line]) -> Iterator[str]:
    """Aliases that ask for more than a shorter one they end in: where that is not met, neither counts."""
    for line in lines:
        aliases = line.actor.spelled()
        plain = [a.text for a in aliases if a.kind not in _SHARED_KINDS and not a.needs and not a.unless]
        for alias in aliases:
            for text in plain if alias.needs else ():
                if alias.text.endswith((f" {text}", f"-{text}")):
                    yield line.about(
                        f"alias {alias.text!r} has `needs`, and hides {text!r}, which has none, where they"
                        " are not met; take them out, or give both the same"
                    )


def _surnames_taken(lines: Sequence[Line]) -> Iterator[str]:
    """Plain aliases that are another's surname, but those in the actor's own name: `Lagos`."""
    surnames: Claims[Line] = Claims()
    for line in lines:
        for alias in line.actor.spelled():
            if alias.kind == "surname":
                surnames.add(alias, line)
    for line in lines:
        own = fold(line.actor.name)
        for alias in line.actor.spelled():
            if alias.kind in _SHARED_KINDS or alias.needs or alias.unless or fold(alias.text) in own:
                continue
            whose = dict.fromkeys(c.owner.actor.id for c in surnames.on(alias) if c.owner is not line)
            if whose:
                yield line.about(
                    f"alias {alias.text!r} is the surname of {' and '.join(whose)} too,"
                    f" and names {line.actor.name} wherever they are not named in full;"
                    " give it `needs` if it should not"
                )


def _problems(lines: Sequence[Line], references: "_References") -> Iterator[ConfigError]:
    """Yield the contradictions; circles and terms are looked at once all references lead somewhere."""
    broken = False
    for line in lines:
        for problem in (*references.problems(line), *_own_problems(line)):
            broken = True
            yield problem
    yield from _one_code_twice(lines)
    yield from _clashes(lines)
    if not broken:
        actors = [references.linked(line.actor) for line in lines]
        yield from _circles(lines, actors)
        yield from overlaps(lines, actors)


def _own_problems(line: Line) -> Iterator[ConfigError]:
    actor = line.actor
    for field, value in (("id", actor.id), ("name", actor.name)):
        if not value.strip():
            yield line.error(f"its {field} is empty; write one")
    if actor.iso2 is not None and not _ISO2.fullmatch(actor.iso2):
        yield line.error(f"iso2 {actor.iso2!r} must be two capital letters, as in IR (ISO 3166-1)")
    for role in actor.roles:
        if role.start and role.end and role.end < role.start:
            yield line.error(f"role {role.title!r} ends {role.end} before it begins {role.start}; swap them")
    yield from _spelling_problems(line)


def _spelling_problems(line: Line) -> Iterator[ConfigError]:
    aliases = line.written.spelled()  # a list's words are looked at where they stand
    for alias in (alias for alias in line.actor.aliases if not isinstance(alias, str)):
        for word in {*alias.needs} & {*alias.unless}:
            yield line.error(f"alias {alias.text!r} has {word!r} in `needs` and in `unless`; take one out")
    written = [("alias", alias.text) for alias in aliases]
    written += [("decoy", decoy) for decoy in line.actor.decoys]
    written += [("context word", word) for alias in aliases for word in (*alias.needs, *alias.unless)]
    for what, text in written:
        if wrong := misspelled(text):
            yield line.error(f"{what} {wrong}")
    for alias in aliases:
        if alias.case == "upper" and fold(better := alias.text.upper()) != fold(alias.text):
            yield line.error(f"alias {alias.text!r} can never be met; write {better!r}")


def _one_code_twice(lines: Sequence[Line]) -> Iterator[ConfigError]:
    first: dict[str, Line] = {}
    for line in lines:
        code = line.actor.iso2
        if code and (known := first.setdefault(code, line)).actor.id != line.actor.id:
            yield line.error(f"iso2 {code} is that of {known.actor.id} ({known.place}) too; mend one")


class _References:
    """What an actor may be referred to by: its id, a name that no other bears, or the code of a state."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._ids: dict[str, Line] = {}
        self._names: dict[str, list[str]] = {}
        codes: dict[str, list[str]] = {}
        for line in lines:
            self._ids.setdefault(line.actor.id, line)
            self._names.setdefault(line.actor.name, []).append(line.actor.id)
            if line.actor.iso2:
                codes.setdefault(line.actor.iso2, []).append(line.actor.id)
        self._names = codes | self._names

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
            yield line.error(f"this id already stands at {first.place}; rename one")
        for reference in (*actor.parents, *actor.members, *(role.of for role in actor.roles)):
            known = [reference] if reference in self._ids else self._names.get(reference, [])
            if len(known) > 1:
                yield line.error(f"{reference!r} names several actors ({', '.join(known)}); use an id")
            elif not known:
                close = difflib.get_close_matches(reference, self._names, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else "; add it or use another"
                yield line.error(f"no actor has the id, name or code {reference!r}{hint}")

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
    """Two actors may share an alias when the context they need, or rule out, tells them apart."""
    by_context: dict[tuple[frozenset[str], frozenset[str]], Claims[Line]] = defaultdict(Claims)
    for line in lines:
        for alias in line.actor.spelled():
            if alias.kind in _SHARED_KINDS:
                continue
            claims = by_context[frozenset(alias.needs), frozenset(alias.unless)]
            others = [claim for claim in claims.add(alias, line) if claim.owner.actor.id != line.actor.id]
            if others:
                first = others[0]
                spelled = f" as {first.text!r}" if first.text != alias.text else ""
                other = "other " if alias.needs or alias.unless else ""
                yield line.error(
                    f"alias {alias.text!r} is also claimed by {first.owner.actor.id}{spelled}"
                    f" ({first.owner.place}); give one of the two {other}`needs` or `unless`"
                )
    plain = by_context[frozenset(), frozenset()]
    for line in lines:
        for decoy in line.actor.decoys:
            if (claim := next(plain.on(decoy), None)) is not None:
                spelled = f" {claim.text!r}" if claim.text != decoy else ""
                owner = claim.owner.actor.id
                yield line.error(f"decoy {decoy!r} is an alias{spelled} of {owner}; remove one")
