"""Where commands print."""

from typing import IO

from rich.console import Console

_UNCUT = 100_000  # columns


def output_console(file: IO[str] | None = None) -> Console:
    """Return the console to print on: as wide as the terminal; in a pipe or a file no line is broken."""
    console = Console(file=file)
    return console if console.is_terminal else Console(file=file, width=_UNCUT)
