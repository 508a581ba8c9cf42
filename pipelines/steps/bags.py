"""The bags that a watch's state is stored in, as Beam hands them to the step that decides on stories.

Its stories are a log in 64 of them (`wirewatch.watches.stories.entries`): appended to, or dropped whole. Its
incidents are a log in one (`wirewatch.watches.incidents`), appended to, or written anew. A generation says
how many times they were written.
"""

import inspect
from dataclasses import dataclass, field
from typing import Any, Final

import apache_beam as beam
from apache_beam.coders import BytesCoder, VarIntCoder
from apache_beam.transforms.userstate import BagStateSpec

from wirewatch.watches.state import Decision, WatchState
from wirewatch.watches.stories.entries import CELLS

GENERATION: Final = "generation"
"""The state that every watch has which something is kept of."""
CELL_NAMES: Final = tuple(f"cell-{n:02}" for n in range(CELLS))
"""The states that hold the entries of its stories."""
_GENERATION: Final = BagStateSpec(GENERATION, VarIntCoder())
_INCIDENTS: Final = BagStateSpec("incidents", BytesCoder())
_CELLS: Final = tuple(BagStateSpec(name, BytesCoder()) for name in CELL_NAMES)


@dataclass
class Pending:
    """What a batch changes in the bags, in the order it must happen: drop, then append."""

    dropped: set[int] = field(default_factory=set)
    appended: dict[int, list[bytes]] = field(default_factory=dict)
    log_dropped: bool = False
    log: list[bytes] = field(default_factory=list)

    def take(self, decision: Decision) -> None:
        """Note the changes of one decision."""
        for cell in decision.stories.drops:
            self.dropped.add(cell)
            self.appended.pop(cell, None)
        for cell, entry in decision.stories.appends:
            self.appended.setdefault(cell, []).append(entry)
        if decision.incidents.rewrites:
            self.log_dropped = True
            self.log.clear()
        self.log.extend(decision.incidents.appends)

    def __bool__(self) -> bool:
        return bool(self.dropped or self.appended or self.log)


@dataclass
class Bags:
    """The bags of one watch, as Beam hands them in."""

    generation: Any
    incidents: Any
    cells: tuple[Any, ...]

    def stored_generation(self) -> int:
        """Return the number of times this key was written; 0 for a watch without stories."""
        return max(self.generation.read(), default=0)

    def write(self, pending: Pending, generation: int) -> None:
        """Apply what a batch changed."""
        for cell in sorted(pending.dropped):
            self.cells[cell].clear()
        for cell, entries in sorted(pending.appended.items()):
            for entry in entries:
                self.cells[cell].add(entry)
        if pending.log_dropped:
            self.incidents.clear()
        for entry in pending.log:
            self.incidents.add(entry)
        self.generation.clear()
        self.generation.add(generation)

    def load(self) -> WatchState:
        """Return the state that is stored. Raises StateRefusedError."""
        return WatchState.load((entry for cell in self.cells for entry in cell.read()), self.incidents.read())


def process_signature(result: Any) -> inspect.Signature:  # noqa: ANN401  # of any type
    """Return that of a `process(self, batch, *bags)` with one state parameter a bag: nobody types 66.

    Beam reads it; `result` is what it returns.
    """
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        [
            inspect.Parameter("self", positional),
            inspect.Parameter("batch", positional),
            *(
                inspect.Parameter(f"bag_{n}", positional, default=beam.DoFn.StateParam(spec))
                for n, spec in enumerate((_GENERATION, _INCIDENTS, *_CELLS))
            ),
        ],
        return_annotation=result,
    )
