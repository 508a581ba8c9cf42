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

from wirewatch.tagging.build import Build

FORMAT: Final = 3
"""Of `Build`, its tables and how they are made: a file of another one is not looked for."""
LEAST: Final = 30_000
"""Patterns from which on a build is kept: smaller ones are made in half a second."""
MOST_FILES: Final = 4
"""Builds kept, of some 10 MB each; the oldest go."""
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
        build = _read(path)
        if build is None:
            build = make()
            if build.patterns >= self._least:
                self._write(path, build)
        return build

    def _write(self, path: Path, build: Build) -> None:
        content = msgspec.msgpack.encode(build)
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(hashlib.sha256(content).digest() + content)
            draft.replace(path)
            for old in sorted(self._folder.glob("*.build"), key=_age)[MOST_FILES:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            log.warning("tagger_build_not_kept", path=str(path), error=str(error))


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


def _age(path: Path) -> float:
    return -path.stat().st_mtime
