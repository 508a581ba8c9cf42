"""Where the pipeline stands besides its state: positions of the sources, held inputs, fired impulses."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Residual:
    """What a source goes on with: an encoded element and restriction, not before `due` (engine's clock)."""

    transform: str
    element: bytes
    due: float = 0.0
    row: int | None = None  # in the store, once committed


@dataclass
class Held:
    """Encoded input of a stable-input transform."""

    transform: str
    data: bytes
    row: int | None = None


@dataclass
class Progress:
    """The committed position, and what the running epoch has changed of it."""

    residuals: list[Residual] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)  # committed, to be sent
    fired: set[str] = field(default_factory=set)

    holding: list[Held] = field(default_factory=list)  # new: sent after the next commit
    spent_residuals: list[int] = field(default_factory=list)  # rows to delete in the next commit
    spent_held: list[int] = field(default_factory=list)
    newly_fired: list[str] = field(default_factory=list)

    def take_held(self) -> list[Held]:
        """Return the committed inputs to send now; they count as spent once their bundles succeed."""
        taken, self.held = self.held, []
        self.spent_held += [held.row for held in taken if held.row is not None]
        return taken

    def take_due(self, now: float) -> list[Residual]:
        """Return the residuals whose time has come."""
        due = [residual for residual in self.residuals if residual.due <= now]
        if due:
            self.residuals = [residual for residual in self.residuals if residual.due > now]
        return due

    def replace(self, taken: Iterable[Residual], by: Iterable[Residual]) -> None:
        """Record what a bundle left of the residuals it was given.

        One that comes back with the same bytes keeps its row: an idle source changes nothing.
        """
        rows: dict[tuple[str, bytes], list[int | None]] = {}
        for residual in taken:
            rows.setdefault((residual.transform, residual.element), []).append(residual.row)
        for residual in by:
            same = rows.get((residual.transform, residual.element))
            residual.row = same.pop() if same else None
            self.residuals.append(residual)
        self.spent_residuals += [row for left in rows.values() for row in left if row is not None]

    def fire(self, transforms: Iterable[str]) -> None:
        """Record that these impulses have gone out."""
        self.newly_fired += transforms

    def hurry(self) -> None:
        """Let every deferred residual run at once."""
        for residual in self.residuals:
            residual.due = 0.0

    def changed(self) -> bool:
        """Say whether a commit would write anything."""
        return bool(
            self.holding
            or self.spent_held
            or self.spent_residuals
            or self.newly_fired
            or any(residual.row is None for residual in self.residuals)
        )

    def next_due(self) -> float:
        """Return when there is something to run again: 0 for now, infinity for never."""
        if self.held:
            return 0.0
        return min((residual.due for residual in self.residuals), default=math.inf)

    def committed(self) -> None:
        """Turn what was new into what is committed."""
        self.held += self.holding
        self.holding = []
        self.spent_residuals, self.spent_held = [], []
        self.fired.update(self.newly_fired)
        self.newly_fired = []
