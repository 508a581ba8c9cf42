"""What `up` needs of a screen."""

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from rich.console import RenderableType

from wirewatch.service.supervisor.status import PartStatus


class Screen(Protocol):
    """Shows the service; entered before and left after everything else."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End cleanly, whatever happened."""

    def show(self, parts: Sequence[PartStatus], articles: float | None, rate: float | None) -> None:
        """Show how the parts are, and articles so far and a second."""

    def say(self, line: str) -> None:
        """Show one line that stays."""

    def alert(self, alert: RenderableType) -> None:
        """Show an alert that stays."""
