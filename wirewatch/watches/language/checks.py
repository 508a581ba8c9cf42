"""What the grammar allows and makes no sense all the same."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Final

from wirewatch.watches.language.errors import LanguageError
from wirewatch.watches.language.tree import (
    All,
    Any,
    AtLeast,
    Near,
    Node,
    Not,
    Scope,
    Term,
    children,
    terms,
    unmet_by_nothing,
)
from wirewatch.watches.sources import domains

_EVERYWHERE_WORDS = """
a an and are as at be by for from has have in is it its of on said that the to was were will with
"""
_EVERYWHERE: Final = frozenset(_EVERYWHERE_WORDS.split())
_NAMES_WORDS = "aid all am any can do he ice if may me no or so up us we who"
_NAMES: Final = _EVERYWHERE | frozenset(_NAMES_WORDS.split())
"""Common words that in capitals are names: the World Health Organization, the United States."""


def check(node: Node, *, depth: int, most: int) -> None:
    """Raise LanguageError when `node` is too large, always met, or can never be."""
    _bounded(node, depth, depth)
    if (count := sum(1 for _ in terms(node))) > most:
        raise LanguageError(f"{count} terms; at most {most}: make several watches of it", (0, 1))
    if not unmet_by_nothing(node):
        culprit = _always(node)
        raise LanguageError(
            "would be met by nearly every article, as it asks for nothing that must be there; "
            "before NOT say what an article must have: a NOT b",
            culprit.span,
        )
    for part in _contradictions(node):
        raise LanguageError(
            f"{part.part} is asked for and ruled out, so no article could meet this", part.span
        )
    for near in _nears(node):
        if not _share_a_part(near):
            raise LanguageError(
                "what is near stands in one paragraph, or in the title, and these are asked for in different "
                "parts, so no article could meet this; join them by AND",
                near.span,
            )
    for one, other in _rivals(node):
        raise LanguageError(
            f"an article has one {_ONE_ONLY[one.kind]}, so none could meet this; either is {one} OR {other}",
            other.span,
        )


def _bounded(node: Node, left: int, depth: int) -> None:
    if left < 0:
        raise LanguageError(f"nested more than {depth} deep", node.span)
    for child in children(node):
        _bounded(child, left - 1, depth)


def _always(node: Node) -> Node:
    """Return the innermost part that makes `node` met by articles that have nothing of it."""
    match node:
        case All(parts) | Any(parts) | AtLeast(_, parts):
            return next((_always(part) for part in parts if not unmet_by_nothing(part)), node)
        case _:
            return node


def _contradictions(node: Node) -> Iterator[Not]:
    """Yield each NOT, beside which what it rules out is asked for."""
    if isinstance(node, All):
        asked: set[Node] = {part for part in node.parts if not isinstance(part, Not)}
        yield from (part for part in node.parts if isinstance(part, Not) and _rules_out(part.part, asked))
    for child in children(node):
        yield from _contradictions(child)


def _rules_out(node: Node, asked: set[Node]) -> bool:
    return node in asked or (isinstance(node, Any) and any(part in asked for part in node.parts))


def _nears(node: Node) -> Iterator[Near]:
    if isinstance(node, Near):
        yield node
        return
    for child in children(node):
        yield from _nears(child)


def _share_a_part(near: Near) -> bool:
    """Tell whether all parts of `near` may stand in the title, or all in the lead or beyond."""
    return any(
        all(any(term.scope in {"", scope} for term in part) for part in near.parts)
        for scope in ("title", "lead")
    )


_ONE_ONLY: Final = {"lang": "language", "country": "country", "source": "source"}


def _rivals(node: Node) -> Iterator[tuple[Term, Term]]:
    """Yield each two terms asked for together of which an article can have only one."""
    if isinstance(node, All):
        single = [part for part in node.parts if isinstance(part, Term) and part.kind in _ONE_ONLY]
        yield from (pair for pair in combinations(single, 2) if _exclude(*pair))
    for child in children(node):
        yield from _rivals(child)


def _exclude(one: Term, other: Term) -> bool:
    a, b = one.value.casefold(), other.value.casefold()
    if one.kind != other.kind or a == b:
        return False
    return one.kind != "source" or (a not in domains(b) and b not in domains(a))


def may_be_scoped(node: Node, scope: Scope) -> None:
    """Raise LanguageError when not all of `node` can stand in one part of an article."""
    for term in terms(node):
        if not term.placed:
            raise LanguageError(
                f"{term.kind}: is about the whole article; it goes beside {scope}:, not in it", term.span
            )
        if term.scope:
            raise LanguageError(
                f"{scope}: of something that is already in the {_PART[term.scope]}", term.span
            )


_PART = {"": "text", "title": "title", "lead": "lead"}


def repeated(node: Node) -> Iterator[Node]:
    """Yield each part that stands beside itself once more."""
    if isinstance(node, (All, Any, AtLeast)):
        seen: set[Node] = set()
        for part in node.parts:
            if part in seen:
                yield part
            seen.add(part)
    if isinstance(node, Near):
        for before, after in pairwise(node.parts):
            yield from (term for term in after if term in before)
        return
    for child in children(node):
        yield from repeated(child)


def read_as_words(node: Node) -> Iterator[Term]:
    """Yield what is written in capitals, as a name is, and met by a common word as well."""
    return (
        term
        for term in terms(node)
        if term.kind == "text" and not (term.exact or term.prefix)
        if len(term.value) > 1 and term.value.isupper() and term.value.lower() in _NAMES
    )


def met_by_most(node: Node) -> bool:
    """Return whether an article that has the commonest words, and a language, is certain to meet `node`."""
    match node:
        case Term(kind, value):
            return kind == "lang" or (kind == "text" and not node.scope and value.lower() in _EVERYWHERE)
        case Near(parts):
            return all(any(map(met_by_most, part)) for part in parts)
        case Not(part):
            return not met_by_most(part)
        case All(parts):
            return all(map(met_by_most, parts))
        case Any(parts):
            return any(map(met_by_most, parts))
        case AtLeast(count, parts):
            return sum(map(met_by_most, parts)) >= count
