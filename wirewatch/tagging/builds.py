"""Keeps the builds of big catalogues in files: read in a tenth of the time that they take to make."""

import contextlib
import hashlib
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
import structlog

from wirewatch.on_disk import replace_file
from wirewatch.tagging.build import Build

FORMAT: Final = 5
"""Of `Build`, its tables and how they are made: a file of another one is not looked for."""
LEAST: Final = 30_000
"""Patterns from which on a build is kept: smaller ones are made in half a second."""
MOST_FILES: Final = 4
"""Builds kept, of some 10 MB each; those go that were not used for longest."""
_AN_HOUR = 3600.0  # seconds: whoever left what is no build yet that long ago was killed over it
_CHECK_BYTES = hashlib.sha256().digest_size

log = structlog.get_logger(__name__)


class Builds:
    """Builds in `folder`, each under the hash of what it was made of; a damaged one is made anew."""

    def __init__(self, folder: Path, *, least: int = LEAST) -> None:
        self._folder = folder
        self._least = least

    def get(self, key: str, make: Callable[[], Build]) -> Build:
        """Return the build of `key`, from its file where there is one, else as `make` returns it."""
        path = self._folder / f"{key}-{FORMAT}-{version('daachorse')}.build"
        if (build := _read(path)) is not None:
            with contextlib.suppress(OSError):  # another user's
                os.utime(path)
            return build
        build = make()
        if build.patterns >= self._least:
            self._write(path, build)
        return build

    def _write(self, path: Path, build: Build) -> None:
        content = msgspec.msgpack.encode(build)
        try:
            replace_file(path, hashlib.sha256(content).digest() + content)
        except OSError as error:
            log.warning("tagger_build_not_kept", path=str(path), error=str(error))
            return
        with contextlib.suppress(OSError):  # another user's, or a folder: what is left costs room, no more
            self._tidy(_used(path))

    def _tidy(self, now: float) -> None:
        files = sorted(self._folder.iterdir(), key=_used, reverse=True)
        builds = [file for file in files if file.suffix == ".build"]
        left = [file for file in files if file.suffix != ".build" and now - _used(file) > _AN_HOUR]
        for file in (*builds[MOST_FILES:], *left):
            file.unlink(missing_ok=True)


def _read(path: Path) -> Build | None:
    """Return the build in a file; None when there is none, or it is not as it was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    # Looked at first: the automaton's own reader trusts what it is given.
    if hashlib.sha256(memoryview(content)[_CHECK_BYTES:]).digest() != content[:_CHECK_BYTES]:
        log.warning("tagger_build_damaged", path=str(path))
        return None
    return msgspec.msgpack.decode(memoryview(content)[_CHECK_BYTES:], type=Build)


def _used(path: Path) -> float:
    """Return when a file was written or used last, in seconds since 1970; 0 for one that is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
