"""One search for every phrase that matters."""

from wirewatch.tagging.loops import Loops
from wirewatch.tagging.patterns import Tables
from wirewatch.tagging.scan import Scan


class Automaton:
    """Finds all patterns at word boundaries, overlapping ones too, in one pass over the text.

    The patterns bring their boundaries: text and patterns have a space for all that is no letter or digit
    (`wirewatch.tagging.fold.spaced`), and a pattern has one more before and after it. So the automaton leaves
    most words at their first letters, and does not report what stands inside others. Where the loops are
    compiled a table of words takes its place (`wirewatch.tagging.word_index`), which finds the same.
    """

    def __init__(self, tables: Tables, loops: Loops) -> None:
        self.find = loops.search(tables.index)
        """The search alone: a folded text in; start, end in it and number of the text met there out."""
        self._scanner = loops.scanner(tables)

    def scan(self, plain: str, folded: bytes) -> Scan:
        """Return what is met in a `Text`."""
        return self._scanner.scan(self.find(folded), plain, folded)
