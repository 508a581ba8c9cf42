"""Why an article meets a condition, or does not: the condition's tree with what became of each part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wirewatch.article import Place
from wirewatch.watches.condition import Number, near_places
from wirewatch.watches.facts import Facts
from wirewatch.watches.language import All, Any, AtLeast, Near, Node, Not, Term


@dataclass(frozen=True, slots=True)
class Explained:
    """A part of a condition, held against an article."""

    node: Node
    met: bool
    places: tuple[Place, ...] = ()
    """Where a term or a NEAR is met."""
    parts: tuple["Explained", ...] = ()

    @property
    def is_reason(self) -> bool:
        """Whether it can be shown by words of the article: a term or a NEAR."""
        return isinstance(self.node, (Term, Near))


def explain(node: Node, facts: Facts, number: Number) -> Explained:
    """Return what becomes of `node`, whose terms have numbers, in an article."""
    match node:
        case Term():
            places = facts.places(number(node))
            met = bool(places) if node.kind == "regex" else number(node) in facts.has
            return Explained(node, met, places)
        case Near(alternatives):
            rows = near_places(facts, [[number(term) for term in part] for part in alternatives], node)
            return Explained(node, bool(rows), tuple(place for row in rows for place in row))
        case Not(part):
            inner = explain(part, facts, number)
            return Explained(node, not inner.met, parts=(inner,))
        case All(parts):
            return _counted(node, len(parts), [explain(part, facts, number) for part in parts])
        case Any(parts):
            return _counted(node, 1, [explain(part, facts, number) for part in parts])
        case AtLeast(count, parts):
            return _counted(node, count, [explain(part, facts, number) for part in parts])


def _counted(node: Node, count: int, parts: Sequence[Explained]) -> Explained:
    return Explained(node, sum(part.met for part in parts) >= count, parts=tuple(parts))


def nearest_miss(explained: Explained) -> tuple[Explained, ...]:
    """Return the fewest parts (terms, NEARs, NOTs) that would have to turn out otherwise for it to be met."""
    if explained.met:
        return ()
    return tuple(_repairs(explained))


def _repairs(explained: Explained) -> Iterator[Explained]:
    node = explained.node
    if isinstance(node, (Term, Near, Not)):
        yield explained
        return
    missing = sorted((list(_repairs(part)) for part in explained.parts if not part.met), key=len)
    met = len(explained.parts) - len(missing)
    for repairs in missing[: needed(node) - met]:
        yield from repairs


def needed(node: Node) -> int:
    """Return how many of its parts must be met."""
    match node:
        case All(parts):
            return len(parts)
        case AtLeast(count):
            return count
        case _:
            return 1
