"""Files that may change under us, as they are at a look."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from wirewatch.errors import ConfigError

T = TypeVar("T")
Stamp = tuple[int, int, int, int]
"""Size, times of change of content and of status (ns), inode: one of these differs after any edit."""


log = structlog.get_logger(__name__)


def stamps(paths: Iterable[Path]) -> dict[Path, Stamp]:
    """Return the stamp of each of `paths` that is there. Links are followed: one swapped is a change."""
    found = ((path, _stamp(path)) for path in paths)
    return {path: stamp for path, stamp in found if stamp is not None}


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:  # gone, or not there yet
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


class Reread(Generic[T]):
    """What `read` makes of the file at `path`, made anew at the first call after that has changed."""

    def __init__(self, path: Path, read: Callable[[], T], what: str) -> None:
        """Read it. Raises ConfigError, as `read` does; `what` names it in the log."""
        self._path = path
        self._read = read
        self._what = what
        self._stamp = _stamp(path)
        self._found = read()

    def __call__(self) -> T:
        """Return what it says; a file that is broken by now leaves the last good one in force."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._found = self._read()
                log.info("file_read_again", what=self._what)
            except ConfigError as error:
                log.warning("file_refused", what=self._what, error=str(error))
        return self._found
