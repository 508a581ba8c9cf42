"""The live screen: what stays scrolls above, how the parts are stands below."""

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from wirewatch.service.supervisor.status import PartCondition, PartStatus, settled
from wirewatch.text import count, printable_line

REFRESHES_A_SECOND = 4
_STYLES = {
    PartCondition.READY: ("●", "green"),
    PartCondition.FINISHED: ("✓", "green"),
    PartCondition.WAITING: ("…", "yellow"),
    PartCondition.RESTARTING: ("↻", "yellow"),
    PartCondition.FAILED: ("✗", "red"),
    PartCondition.STOPPED: ("○", "dim"),
}


class LiveScreen:
    """A rich Live below, alerts and notes above it."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._began = clock()
        self._told_ready = False
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
        """Show the table of parts and the line of figures; once, how long it took until all were ready."""
        if not self._told_ready and settled(parts):
            self._told_ready = True
            self.say(f"all parts are ready after {self._clock() - self._began:.0f} s")
        table = Table.grid(padding=(0, 2))
        for part in parts:
            table.add_row(*part_cells(part))
        self._live.update(Group(Text(), table, self._figures(parts, articles, rate)))

    def _figures(self, parts: Sequence[PartStatus], articles: float | None, rate: float | None) -> Text:
        figures = Text("wirewatch", style="bold", no_wrap=True, overflow="ellipsis")
        if articles is not None:
            figures.append(f" · {count(articles, 'article')}", style="not bold")
        if rate is not None:
            figures.append(f" · {rate:,.0f} articles/s", style="not bold")
        figures.append(f" · {count(self._alerts, 'alert')}", style="not bold")
        if any(part.condition not in {PartCondition.FINISHED, PartCondition.STOPPED} for part in parts):
            minutes, seconds = divmod(int(self._clock() - self._began), 60)
            figures.append(f" · up {minutes}:{seconds:02} · Ctrl-C stops", style="not bold")
        return figures

    def say(self, line: str) -> None:
        """Show `line` above."""
        self._console.print(Text(printable_line(line), style="dim"))

    def alert(self, alert: RenderableType) -> None:
        """Show `alert` above."""
        self._alerts += 1
        self._console.print(alert)
        self._console.print()


def part_cells(part: PartStatus) -> tuple[Text, Text, Text]:
    """Return a part as three cells: name, condition, where it listens or what is wrong."""
    sign, style = _STYLES[part.condition]
    end = part.address if part.condition == PartCondition.READY else printable_line(part.why)
    return (
        Text(part.name, style="bold"),
        Text(f"{sign} {part.condition}", style=style),
        Text(
            end,
            style="dim" if part.condition == PartCondition.READY else style,
            # What it waits for is over soon and stays on its line; what it died of is told in full.
            no_wrap=part.condition != PartCondition.FAILED,
            overflow="ellipsis",
        ),
    )
