"""What was named, put together: `or` and commas join what is alike, the rest must all be there.

`attacks on ports or airports in Mali, Niger or Chad` is attack* AND (port* OR airport*) AND (Mali OR Niger
OR Chad). Where a comma or an `or` parts what is unlike, with more to come, what follows stands alone. Where
a comma alone does, and not between two that have an actor and words each, both must be there: `protests,
Iran`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from wirewatch.watches.language.tree import All, Any, Node, Not, Term
from wirewatch.watches.starter.said import Unit

Group = list[Unit]
"""Of which one will do."""
_PARTS: Final = (",", ", or", "or")
"""Joints that may part what will do by itself."""


@dataclass(frozen=True)
class Chosen:
    """A condition, and the units for which a topic stands, those for which their words do, and those before
    which a comma (or a semicolon), or an `and` between what is alike, was taken for AND.
    """

    node: Node
    topics: tuple[Unit, ...]
    words: tuple[Unit, ...]
    further: tuple[Unit, ...]


def joined(units: Sequence[Unit]) -> Chosen:
    """Return the condition that `units`, of which there is one at least, come to.

    Of what must all be there, one may be a topic: an article is seldom told to have two.
    """
    parts, topics = [], []
    alternatives, further = _alternatives(units)
    for groups in alternatives:
        about = max((unit for group in groups for unit in group if unit.topics), key=_rank, default=None)
        topics += [about] if about else []
        parts.append(_every([node for group in groups for node in _nodes(group, about)]))
    words = tuple(unit for unit in units if not unit.actor and unit not in topics)
    return Chosen(_either(parts), tuple(topics), words, tuple(further))


def without(node: Node, left_out: Sequence[Node]) -> Node:
    """Return `node` but for what meets any of `left_out`."""
    if not left_out:
        return node
    parts = node.parts if isinstance(node, All) else (node,)
    return All((*parts, Not(_either(left_out))))


def explicit(node: Node) -> str:
    """Return `node` as the language writes it, with parentheses round each AND in an OR."""
    match node:
        case Any(parts):
            return " OR ".join(
                f"({explicit(part)})" if isinstance(part, All) else str(part) for part in parts
            )
        case All(parts):
            return " AND ".join(
                f"({explicit(part)})" if isinstance(part, Any) else str(part) for part in parts
            )
        case _:
            return str(node)


def _alternatives(units: Sequence[Unit]) -> tuple[list[list[Group]], list[Unit]]:
    """Return what any will do of, each as groups that must all be there; and see `Chosen.further`."""
    found: list[list[Group]] = [[[units[0]]]]
    further: list[Unit] = []
    clauses = _in_clauses(units)
    listing = False
    for n, (before, unit) in enumerate(pairwise(units), 1):
        alone = n + 1 == len(units) or units[n + 1].joint in _PARTS
        alike = unit.actor == before.actor
        if unit.joint in _PARTS and (alike or (unit.joint == "or" and alone)):
            found[-1][-1].append(unit)
            listing = listing or unit.joint != "or"
        elif unit.joint == "," and not (clauses[n - 1] and clauses[n]):
            found[-1].append([unit])
            further.append(unit)
            listing = False
        elif unit.joint in _PARTS:
            found.append([[unit]])
            listing = False
        elif unit.joint == "and" and listing and alike:  # `Serbia, Bosnia and Croatia`
            found[-1][-1].append(unit)
        else:
            found[-1].append([unit])
            further += [unit] * (unit.joint == "and" and alike)
            listing = False
    return found, further


def _in_clauses(units: Sequence[Unit]) -> list[bool]:
    """Return of each unit whether an actor and words stand together between the commas around it."""
    clauses: list[list[Unit]] = []
    for unit in units:
        if not clauses or unit.joint.startswith(","):
            clauses.append([])
        clauses[-1].append(unit)
    return [len({one.actor for one in clause}) > 1 for clause in clauses for _ in clause]


def _rank(unit: Unit) -> int:
    """Return how certain it is that a unit is what an article is about: more words are."""
    return len(unit.about.split())


def _nodes(group: Group, about: Unit | None) -> Iterator[Node]:
    """Yield what must be there of `group`, in which `about` may stand for its topic."""
    if about is not None and group == [about]:
        yield from _of_topic(about)
    else:
        yield _either([_every(_of_topic(unit)) if unit is about else unit.node for unit in group])


def _of_topic(unit: Unit) -> list[Node]:
    nodes = [*unit.also, _either([Term("topic", topic.name) for topic in unit.topics])]
    return nodes if unit.in_words is None else [_either([_every(nodes), unit.in_words])]


def _every(nodes: Sequence[Node]) -> Node:
    parts = tuple(dict.fromkeys(nodes))
    return parts[0] if len(parts) == 1 else All(parts)


def _either(nodes: Sequence[Node]) -> Node:
    flat = [part for node in nodes for part in (node.parts if isinstance(node, Any) else (node,))]
    parts = tuple(dict.fromkeys(flat))
    return parts[0] if len(parts) == 1 else Any(parts)
