"""A log file that never grows without bound."""

import contextlib
import io
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from wirewatch.part import utc_now

MAX_BYTES = 10 << 20
KEPT = 3
"""Older files kept beside the current one: PART.log.1 is the latest; 40 MiB a part in all."""
TAIL_LINES = 20
MAX_LINE = 64 << 10


class LogFile:
    """Appends lines to a file and rotates it; remembers the last lines. Threads may share it."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._max_bytes = max_bytes
        self._kept = kept
        self._lock = threading.Lock()
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._over = False
        self._file = self._open()

    def write(self, line: bytes) -> None:
        """Append `line`, which ends in a newline or is a piece of a very long one.

        Raises OSError when the disk fails (`tail` has the line all the same), ValueError after `close`.
        """
        with self._lock:
            self._tail.append(line.decode("utf-8", "replace").rstrip("\n"))
            if self._file.closed and not self._over:  # the disk was full in the middle of a rotation
                self._file = self._open()
            if self._file.tell() and self._file.tell() + len(line) > self._max_bytes:
                self._rotate()
            self._file.write(line)

    def note(self, text: str) -> None:
        """Append a line of the supervisor's own, if the disk lets it."""
        with contextlib.suppress(OSError, ValueError):
            self.write(f"wirewatch: {text}\n".encode())

    def tail(self) -> list[str]:
        """Return the last lines written through this object, at most 20."""
        with self._lock:
            return list(self._tail)

    def close(self) -> None:
        """Close the file; write nothing after it."""
        with self._lock:
            self._over = True
            self._file.close()

    def _open(self) -> io.FileIO:
        return self.path.open("ab", buffering=0)

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._kept, 0, -1):
            newer = self.path if number == 1 else rotated(self.path, number - 1)
            if newer.exists():
                newer.replace(rotated(self.path, number))
        self._file = self._open()


class LogText(io.TextIOBase):
    """A text stream into a log file: whole lines, each with its time before it.

    No failure of the disk reaches who prints.
    """

    def __init__(self, log: LogFile, now: Callable[[], datetime] = utc_now) -> None:
        self._log = log
        self._now = now
        self._started = ""

    def writable(self) -> bool:
        """Say that it is."""
        return True

    def write(self, text: str, /) -> int:
        """Take `text`; what ends in a newline is written."""
        *lines, self._started = (self._started + text).split("\n")
        for line in lines:
            with contextlib.suppress(OSError, ValueError):
                self._log.write(f"{self._now():%Y-%m-%dT%H:%M:%SZ} {line}\n".encode())
        return len(text)


def rotated(path: Path, number: int) -> Path:
    """Return the name of the `number`th older file of the log at `path`."""
    return path.with_name(f"{path.name}.{number}")
