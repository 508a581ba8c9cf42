"""What a text of the watch language stands for: a tree that prints as one way to write it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]
"""Where in the text, in code points, end exclusive."""
Kind = Literal["actor", "topic", "source", "lang", "country", "tag", "text", "regex"]
Scope = Literal["", "title", "lead"]

FIELDS: Final = ("actor", "topic", "source", "lang", "country", "tag")
PLACED: Final = frozenset({"actor", "topic", "text", "regex"})

_BARE = re.compile(r"[^\s()\"@+,]+")
_WORD = re.compile(r"\w([\w'’.\-]*\w)?")  # noqa: RUF001  # as typeset
_HERE: Final[Span] = (0, 0)


@dataclass(frozen=True, slots=True)
class Term:
    """Something an article has or has not. Two are the same wherever they stand."""

    kind: Kind
    value: str
    scope: Scope = ""
    """The part of the article in which it must stand."""
    direct: bool = False
    """Of an actor: not by what belongs to it."""
    members: bool = False
    """Of an actor: or any of its members."""
    exact: bool = False
    """Of a text: case and accents count. Of a regex: case counts."""
    prefix: bool = False
    """Of a text: its last word may go on."""
    span: Span = field(default=_HERE, compare=False)

    @property
    def placed(self) -> bool:
        """Whether it stands somewhere in the text, and is not about the article as a whole."""
        return self.kind in PLACED

    def __str__(self) -> str:
        if self.kind == "actor":
            scope = {"": "", "title": "@headline", "lead": "@lead"}[self.scope]
            direct, members = "@direct" * self.direct, "+members" * self.members
            return f"actor:{_value(self.value)}{members}{direct}{scope}"
        return f"{self.scope}:{self._bare()}" if self.scope else self._bare()

    def _bare(self) -> str:
        if self.kind == "regex":
            return f"/{self.value}/" + "i" * (not self.exact)
        if self.kind != "text":
            return f"{self.kind}:{_value(self.value)}"
        if self.prefix and not self.exact and _WORD.fullmatch(self.value):
            return f"{self.value}*"
        return "=" * self.exact + quoted(self.value + "*" * self.prefix)


@dataclass(frozen=True, slots=True)
class All:
    """Met when every part is."""

    parts: tuple["Node", ...]
    span: Span = field(default=_HERE, compare=False)

    def __str__(self) -> str:
        return " AND ".join(_enclosed(part, Any) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    """Met when one part is."""

    parts: tuple["Node", ...]
    span: Span = field(default=_HERE, compare=False)

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Not:
    """Met when its part is not."""

    part: "Node"
    span: Span = field(default=_HERE, compare=False)

    def __str__(self) -> str:
        return f"NOT {_enclosed(self.part, Any, All, Near)}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Met when so many of its parts are."""

    count: int
    parts: tuple["Node", ...]
    span: Span = field(default=_HERE, compare=False)

    def __str__(self) -> str:
        return f"{self.count} OF ({', '.join(map(str, self.parts))})"


class Link(NamedTuple):
    """What holds two neighbours of a Near together."""

    words: int
    """At most so many between them."""
    ordered: bool = False
    """The first ends before the second begins."""

    def __str__(self) -> str:
        return f"{'BEFORE' if self.ordered else 'NEAR'}/{self.words}"


@dataclass(frozen=True, slots=True)
class Near:
    """Met when each part stands, in one paragraph, near enough to the next one."""

    parts: tuple[tuple[Term, ...], ...]
    """Each with its alternatives."""
    links: tuple[Link, ...]
    """One fewer than parts: between each two."""
    span: Span = field(default=_HERE, compare=False)

    def __str__(self) -> str:
        written = [" OR ".join(map(str, part)) for part in self.parts]
        written = [
            f"({text})" if len(part) > 1 else text for text, part in zip(written, self.parts, strict=True)
        ]
        return written[0] + "".join(
            f" {link} {text}" for link, text in zip(self.links, written[1:], strict=True)
        )


Node: TypeAlias = Term | All | Any | Not | AtLeast | Near


def children(node: Node) -> tuple[Node, ...]:
    """Return what `node` is made of: nothing for a term."""
    match node:
        case Term():
            return ()
        case Not(part):
            return (part,)
        case Near(parts):
            return tuple(term for part in parts for term in part)
        case All(parts) | Any(parts) | AtLeast(_, parts):
            return parts


def terms(node: Node) -> Iterator[Term]:
    """Yield every term of `node`, in the order written."""
    if isinstance(node, Term):
        yield node
    for child in children(node):
        yield from terms(child)


def scoped(node: Node, scope: Scope) -> Node:
    """Return `node` with all its terms in `scope`."""
    match node:
        case Term():
            return replace(node, scope=scope)
        case Not(part):
            return replace(node, part=scoped(part, scope))
        case Near(parts):
            return replace(
                node, parts=tuple(tuple(replace(term, scope=scope) for term in part) for part in parts)
            )
        case All(parts) | Any(parts) | AtLeast(_, parts):
            return replace(node, parts=tuple(scoped(part, scope) for part in parts))


def unmet_by_nothing(node: Node) -> bool:
    """Return whether an article that has no term at all is certain not to meet `node`."""
    match node:
        case Term() | Near():
            return True
        case Not():
            return False
        case All(parts):
            return any(map(unmet_by_nothing, parts))
        case Any(parts):
            return all(map(unmet_by_nothing, parts))
        case AtLeast(count, parts):
            return sum(not unmet_by_nothing(part) for part in parts) < count


def quoted(text: str) -> str:
    """Return `text` in quotes, as the language writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(value: str) -> str:
    return value if _BARE.fullmatch(value) else quoted(value)


def _enclosed(node: Node, *kinds: type) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)
