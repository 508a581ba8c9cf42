"""A watch's condition, compiled: terms as numbers, so that an article is a set of numbers."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from wirewatch.watches.model import AllOf, AnyOf, Node, Not, Term


@dataclass(frozen=True, slots=True)
class Condition:
    """What an article must have. `terms` are the numbers a term stands for: one of them is enough."""

    test: Callable[[AbstractSet[int]], bool]
    """Tells whether an article with these terms meets the condition."""
    anchors: frozenset[int]
    """An article that has none of these cannot meet it."""


def compile_condition(node: Node, number: Callable[[Term], int]) -> Condition:
    """Return `node` with each term replaced by its number."""
    match node:
        case Term():
            return _term(number(node))
        case Not(part):
            inner = compile_condition(part, number).test
            return Condition(lambda has: not inner(has), frozenset())
        case AllOf(parts):
            return _all([compile_condition(part, number) for part in parts])
        case AnyOf(parts):
            return _any([compile_condition(part, number) for part in parts])


def _term(term: int) -> Condition:
    return Condition(lambda has: term in has, frozenset((term,)))


def _all(parts: list[Condition]) -> Condition:
    tests = tuple(part.test for part in parts)
    # Any part's anchors will do; the fewer, the fewer articles are looked at for nothing.
    anchored = [part.anchors for part in parts if part.anchors]
    fewest = min(anchored, key=len, default=frozenset[int]())
    return Condition(lambda has: all(test(has) for test in tests), fewest)


def _any(parts: list[Condition]) -> Condition:
    tests = tuple(part.test for part in parts)
    unanchored = any(not part.anchors for part in parts)
    anchors = frozenset[int]() if unanchored else frozenset[int]().union(*(part.anchors for part in parts))
    return Condition(lambda has: any(test(has) for test in tests), anchors)
