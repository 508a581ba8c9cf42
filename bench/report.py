"""Tables: printed as they come, and written together as Markdown."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

_CONSOLE = Console(width=120)


@dataclass
class Table:
    """One result. A row's first cell names it."""

    title: str
    columns: Sequence[str]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was measured, and how; the aims."""

    def show(self) -> None:
        """Print it."""
        table = RichTable(title=escape(self.title), title_justify="left")
        for number, name in enumerate(self.columns):
            table.add_column(escape(name), justify="right" if number else "left", no_wrap=number == 0)
        for row in self.rows:
            table.add_row(*map(escape, row))
        _CONSOLE.print(table)
        for note in self.notes:
            _CONSOLE.print(f"  {escape(note)}")

    def markdown(self) -> str:
        """Return it as Markdown."""
        ruler = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = [f"| {' | '.join(row)} |" for row in (self.columns, ruler, *self.rows)]
        return "\n".join((f"## {self.title}", "", *lines, "", *(f"- {note}" for note in self.notes)))


def span(values: Sequence[float], form: str = ".2f") -> str:
    """Return the least and the greatest of `values`."""
    return f"{min(values):{form}}-{max(values):{form}}"


def load_note() -> str:
    """Return the load average as a note."""
    return f"load average at the end: {os.getloadavg()[0]:.1f}"


def free_path(path: Path, now: datetime) -> Path:
    """Return `path`, a report's of the day; where one stands there, it with the time: never over a report.

    What was scored once, and what was written by hand, stands nowhere else.
    """
    return path.with_stem(f"{path.stem}-{now:%H%M%S}") if path.exists() else path


def write(
    folder: Path,
    machine: Sequence[tuple[str, str]],
    tables: Sequence[Table],
    *,
    quick: bool,
    name: str | None = None,
) -> Path:
    """Write bench-DATE.md (bench-DATE-NAME.md, bench-DATE-quick.md) and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    marks = (f"{now:%Y-%m-%d}", name, "quick" if quick else None)
    path = free_path(folder / f"{'-'.join(('bench', *filter(None, marks)))}.md", now)
    head = ["# Bench", "", "Written by `make bench`.", ""]
    if quick:
        head += ["With `--quick`: small sizes, to see that it works; the figures say little.", ""]
    facts = [f"- {name}: {value}" for name, value in machine]
    path.write_text(
        "\n\n".join(("\n".join((*head, *facts)), *(table.markdown() for table in tables))) + "\n",
        encoding="utf-8",
    )
    return path
