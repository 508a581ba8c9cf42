"""One search for every phrase that matters."""

from collections.abc import Callable
from typing import Any, TypeAlias

from wirewatch.tagging.search.scan import Scan, Scanner

Find: TypeAlias = Callable[[bytes], Any]
"""Takes a folded text; returns what its scanner takes: start and end there, and number of the text met."""


class Automaton:
    """Finds all patterns at word boundaries, overlapping ones too, in one pass over the text.

    The patterns bring their boundaries: text and patterns have a space for all that is no letter or digit
    (`wirewatch.tagging.text.fold.spaced`), and a pattern has one more before and after it. So the automaton
    leaves most words at their first letters, and does not report what stands inside others. Where the loops
    are compiled a table of words takes its place (`word_index`), which finds the same.
    """

    def __init__(self, find: Find, scanner: Scanner) -> None:
        self.find = find
        """The search alone: a folded text in; start, end in it and number of the text met there out."""
        self._scanner = scanner

    def scan(self, plain: str, folded: bytes) -> Scan:
        """Return what is met in a `Text`."""
        return self._scanner.scan(self.find(folded), plain, folded)
