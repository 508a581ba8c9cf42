"""What an alert says of why: the clauses that were met, each with its words, and how they came together."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from wirewatch.alert import Clause, ClauseTree
from wirewatch.article import Article
from wirewatch.watches.evidence import evidence
from wirewatch.watches.explain import Explained
from wirewatch.watches.language import All, Any, AtLeast, Node, Not, Term

MAX_CLAUSES: Final = 12
"""Clauses shown for one match, and as many that say NOT."""
MAX_CLAUSE: Final = 200
"""Characters of one clause."""


class Reasons:
    """Writes clauses for the watches that one article meets: the same clause once."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._clauses: dict[Node, Clause] = {}

    def of(self, explained: Explained) -> tuple[tuple[Clause, ...], ClauseTree | None]:
        """Return the clauses that made an article meet a condition, in the order written, and their tree."""
        writer = _Writer(self)
        trees = list(writer.trees(explained))
        return tuple(writer.clauses.values()), trees[0] if trees else None

    def clause(self, explained: Explained) -> Clause:
        """Return a term or a NEAR that was met, with its words."""
        node = explained.node
        if node not in self._clauses:
            self._clauses[node] = Clause(
                clause=shortened(node), evidence=evidence(self._article, explained.places)
            )
        return self._clauses[node]


@dataclass
class _Writer:
    """One condition's clauses, numbered as they come."""

    reasons: Reasons
    clauses: dict[Node, Clause] = field(default_factory=dict)
    _numbers: dict[Node, int] = field(default_factory=dict)
    _excluded: int = 0

    def trees(self, explained: Explained) -> Iterator[ClauseTree]:
        """Yield what there is to say of `explained`: nothing when it was not met, or there is no room."""
        if not explained.met:
            return
        node = explained.node
        if explained.is_reason:
            if (number := self._number(explained)) is not None:
                op: Literal["term", "near"] = "term" if isinstance(node, Term) else "near"
                yield ClauseTree(op=op, clause=self.clauses[node].clause, why=number)
        elif isinstance(node, Not):
            if self._excluded < MAX_CLAUSES:
                self._excluded += 1
                yield ClauseTree(op="not", clause=shortened(node))
        else:
            parts = tuple(tree for part in explained.parts for tree in self.trees(part))
            if len(parts) == 1 and isinstance(node, Any):
                yield parts[0]
            elif parts:
                yield ClauseTree(op=_op(node), clause=_name(node), parts=parts)

    def _number(self, explained: Explained) -> int | None:
        node = explained.node
        if node not in self._numbers:
            if len(self._numbers) == MAX_CLAUSES:
                return None
            self._numbers[node] = len(self._numbers)
            self.clauses[node] = self.reasons.clause(explained)
        return self._numbers[node]


def shortened(node: Node) -> str:
    """Return `node` as the language writes it, cut when it is long."""
    text = str(node)
    return text if len(text) <= MAX_CLAUSE else f"{text[: MAX_CLAUSE - 1]}…"


def _op(node: Node) -> Literal["all", "any", "of"]:
    return "all" if isinstance(node, All) else "any" if isinstance(node, Any) else "of"


def _name(node: Node) -> str:
    return f"{node.count} OF" if isinstance(node, AtLeast) else "AND" if isinstance(node, All) else "OR"
