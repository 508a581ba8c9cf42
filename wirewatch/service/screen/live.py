"""The live screen: what stays scrolls above, how the parts are stands below."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from connectors.notify.show import plain
from wirewatch import __version__
from wirewatch.service.supervisor.status import Condition, PartStatus

REFRESHES_A_SECOND = 4
_STYLES = {
    Condition.READY: ("●", "green"),
    Condition.FINISHED: ("✓", "green"),
    Condition.WAITING: ("…", "yellow"),
    Condition.RESTARTING: ("↻", "yellow"),
    Condition.FAILED: ("✗", "red"),
    Condition.STOPPED: ("○", "dim"),
}


class LiveScreen:
    """A rich Live below, alerts and notes above it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._alerts = 0
        self._live = Live(Text("starting"), console=console, refresh_per_second=REFRESHES_A_SECOND)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self, parts: Sequence[PartStatus], articles: float | None, rate: float | None) -> None:
        """Show the table of parts and the line of figures."""
        table = Table.grid(padding=(0, 2))
        for part in parts:
            table.add_row(*part_cells(part))
        self._live.update(Group(Text(), table, self._figures(articles, rate)))

    def _figures(self, articles: float | None, rate: float | None) -> Text:
        figures = Text(f"wirewatch {__version__}", style="bold")
        if articles is not None:
            figures.append(f" · {articles:,.0f} articles", style="not bold")
        if rate is not None:
            figures.append(f" · {rate:,.0f} articles/s", style="not bold")
        figures.append(f" · {self._alerts:,} alerts · Ctrl-C stops", style="not bold")
        return figures

    def say(self, line: str) -> None:
        """Show `line` above."""
        self._console.print(Text(plain(line), style="dim"))

    def alert(self, alert: RenderableType) -> None:
        """Show `alert` above."""
        self._alerts += 1
        self._console.print(alert)
        self._console.print()


def part_cells(part: PartStatus) -> tuple[Text, Text, Text]:
    """Return a part as three cells: name, condition, where it listens or what is wrong."""
    sign, style = _STYLES[part.condition]
    end = part.address if part.condition == Condition.READY else plain(part.why)
    return (
        Text(part.name, style="bold"),
        Text(f"{sign} {part.condition}", style=style),
        Text(end, style="dim" if part.condition == Condition.READY else style, overflow="ellipsis"),
    )
