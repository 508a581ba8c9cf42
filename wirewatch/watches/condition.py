"""A watch's condition, compiled: terms as numbers, so that most of what is asked is set membership."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from wirewatch.article import Place
from wirewatch.watches.facts import Facts
from wirewatch.watches.language import All, Any, AtLeast, Near, Node, Not, Term
from wirewatch.watches.near import chains

Number = Callable[[Term], int]


@dataclass(frozen=True, slots=True)
class Condition:
    """What an article must have."""

    test: Callable[[Facts], bool]
    """Tells whether an article meets the condition."""
    anchors: frozenset[int]
    """Terms of which an article must have one to meet it; empty: it may have none."""


class ConditionCompiler:
    """Compiles trees whose terms have numbers; `costs` says, by number, how often a term is met."""

    def __init__(self, number: Number, costs: Sequence[int]) -> None:
        self._number = number
        self._costs = costs

    def compile(self, node: Node) -> Condition:
        """Return `node`, compiled."""
        match node:
            case Term():
                return _term(self._number(node), searched=node.kind == "regex")
            case Near():
                return self._near(node)
            case Not(part):
                inner = self.compile(part).test
                return Condition(lambda facts: not inner(facts), frozenset())
            case All(parts):
                return self._at_least(len(parts), parts)
            case Any(parts):
                return self._at_least(1, parts)
            case AtLeast(count, parts):
                return self._at_least(count, parts)

    def _near(self, node: Near) -> Condition:
        numbers = [[self._number(term) for term in part] for part in node.parts]
        alternatives = [frozenset(part) for part in numbers]

        def test(facts: Facts) -> bool:
            if any(facts.has.isdisjoint(part) for part in alternatives):
                return False
            return bool(near_places(facts, numbers, node))

        return Condition(test, min(alternatives, key=self._cost))

    def _at_least(self, count: int, parts: Sequence[Node]) -> Condition:
        compiled = [self.compile(part) for part in parts]
        tests = tuple(part.test for part in compiled)
        return Condition(_counting(count, tests), self._anchors(count, compiled))

    def _anchors(self, count: int, parts: Sequence[Condition]) -> frozenset[int]:
        """Return the anchors of so many of the `parts` that at least one of them must be met."""
        anchored = sorted((part.anchors for part in parts if part.anchors), key=self._cost)
        enough = len(parts) - count + 1
        return frozenset(chain.from_iterable(anchored[:enough])) if len(anchored) >= enough else frozenset()

    def _cost(self, anchors: frozenset[int]) -> int:
        return sum(self._costs[number] for number in anchors)


def near_places(facts: Facts, numbers: Sequence[Sequence[int]], node: Near) -> list[tuple[Place, ...]]:
    """Return a row of places for each paragraph in which `node`, whose terms have `numbers`, is met."""
    parts = [[place for number in part for place in facts.places(number)] for part in numbers]
    return chains(parts, node.links, facts.word_starts)


def _term(number: int, *, searched: bool) -> Condition:
    if searched:  # only its literal is known to be there
        return Condition(lambda facts: bool(facts.places(number)), frozenset((number,)))
    return Condition(lambda facts: number in facts.has, frozenset((number,)))


def _counting(count: int, tests: tuple[Callable[[Facts], bool], ...]) -> Callable[[Facts], bool]:
    if count == len(tests):
        return lambda facts: all(test(facts) for test in tests)
    if count == 1:
        return lambda facts: any(test(facts) for test in tests)
    return lambda facts: sum(test(facts) for test in tests) >= count
