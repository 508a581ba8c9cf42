"""Plain lines, for a pipe, a log or a supervisor of supervisors: one for each change."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType

from wirewatch.service.supervisor.status import PartCondition, PartStatus
from wirewatch.text import printable_line


class PlainScreen:
    """Prints what changes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._seen: dict[str, tuple[PartCondition, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def show(self, parts: Sequence[PartStatus], articles: float | None, rate: float | None) -> None:  # noqa: ARG002
        """Print each part whose condition, or what it waits for, has changed."""
        for part in parts:
            said = part.why if part.condition == PartCondition.WAITING else ""
            if self._seen.get(part.name) == (part.condition, said):
                continue
            self._seen[part.name] = (part.condition, said)
            end = part.address if part.condition == PartCondition.READY else part.why
            self.say(f"{part.name}: {part.condition}{f' ({end})' if end else ''}")

    def say(self, line: str) -> None:
        """Print `line`."""
        self._console.print(printable_line(line), markup=False, highlight=False, soft_wrap=True)

    def alert(self, alert: RenderableType) -> None:
        """Print `alert`."""
        self._console.print(alert)
        self._console.print()
