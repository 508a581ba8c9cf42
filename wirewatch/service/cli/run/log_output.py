"""What `wirewatch logs` prints: the ends of the parts' log files, and what is added to them.

As they stand in the files; on a terminal as a person reads them.
"""

import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import typer

from wirewatch.service.cli.common import UsageError
from wirewatch.service.logging import for_people
from wirewatch.service.place import Place
from wirewatch.service.supervisor.alone import alone
from wirewatch.text import printable_line

_POLL_SECONDS = 0.3
_MAX_READ = 1 << 20


class Tail:
    """Reads what is added to a file, also across its rotation."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb")

    def last(self, lines: int) -> list[str]:
        """Return the last `lines` lines there are, and stand behind them."""
        return [line.decode("utf-8", "replace") for line in deque(self._file, maxlen=lines)]

    def added(self) -> list[str]:
        """Return whole lines added since."""
        found = self._lines()
        if self._rotated():
            found += self._lines()
            self._file.close()
            self._file = self.path.open("rb")
            found += self._lines()
        return found

    def _lines(self) -> list[str]:
        start = self._file.tell()
        lines = self._file.readlines(_MAX_READ)
        if lines and not lines[-1].endswith(b"\n"):  # its end is still to come
            lines.pop()
            self._file.seek(start + sum(map(len, lines)))
        return [line.decode("utf-8", "replace") for line in lines]

    def _rotated(self) -> bool:
        try:
            return self.path.stat().st_ino != os.fstat(self._file.fileno()).st_ino
        except FileNotFoundError:  # between two renames
            return False


def line_reader(*, colours: bool) -> Callable[[str], str]:
    """Return a function: a line of a log → as a person reads it; what is no event in JSON stays as it is.

    No control character of a line comes through.
    """
    render = for_people(colours=colours)

    def read(line: str) -> str:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return _as_it_is(line)
        if not isinstance(event, dict) or not isinstance(event.get("event"), str):
            return _as_it_is(line)
        event.pop("part", None)  # it stands before the line, or was asked for
        trace = str(event.pop("exception", "")).splitlines()
        said = {
            printable_line(name): printable_line(value) if isinstance(value, str) else value
            for name, value in event.items()
        }
        return "\n".join([str(render(None, "", said)), *map(printable_line, trace)])

    return read


def _as_it_is(line: str) -> str:
    return printable_line(line.rstrip("\n"))


def _why_none(place: Place) -> str:
    if not (names := [part.name for part in alone(place)]):
        return "nothing has run yet on this data folder"
    return (
        f"{', '.join(names)}, each run on its own, log to wherever they were started: their terminal, "
        f"`docker compose logs {names[0]}`, `kubectl logs`"
    )


def show_logs(place: Place, part: str | None, *, follow: bool, lines: int) -> None:
    """Print the last `lines` lines of `part` (None: of each), then, with `follow`, what is added.

    Raises UsageError when there is no such log.
    """
    found = {path.stem: path for path in sorted(place.log_dir.glob("*.log"))}
    if not found:
        raise UsageError(f"no logs in {place.log_dir}: {_why_none(place)}")
    if part is not None and part not in found:
        raise UsageError(f"no log of {part} in {place.log_dir} (there are: {', '.join(found)})")
    tails = {name: Tail(path) for name, path in found.items() if part in {None, name}}
    width = max(map(len, tails), default=0)
    read = line_reader(colours=True) if sys.stdout.isatty() else _as_it_is

    def tell(name: str, lines: list[str]) -> None:
        for line in map(read, lines):
            typer.echo(f"{name:<{width}} | {line}" if part is None else line)

    for name, tail in tails.items():
        tell(name, tail.last(lines))
    while follow:
        time.sleep(_POLL_SECONDS)
        for name, tail in tails.items():
            tell(name, tail.added())
