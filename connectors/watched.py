"""Files that may change under us, as they are at a look."""

from collections.abc import Iterable
from pathlib import Path

Stamp = tuple[int, int, int, int]
"""Size, times of change of content and of status (ns), inode: one of these differs after any edit."""


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
