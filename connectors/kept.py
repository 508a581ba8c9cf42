"""The last good config of a part, kept under its data folder: what it starts by while the files are broken.

One copy a name, in a folder called after the config folder it is of and its version:
`kept-config/watches/<config folder>-<version>/watches.yaml`. Of secrets it holds what the files do: where
they are.
"""

import contextlib
import filecmp
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from wirewatch.errors import ConfigError
from wirewatch.ids import digest
from wirewatch.on_disk import copy_bytes, sync, sync_folders

FOLDER = "kept-config"
DRAFT = "draft-"
T = TypeVar("T")


@dataclass(frozen=True)
class Copy:
    """A config that was good."""

    folder: Path
    """Holds the files as a config folder does."""
    version: str
    since: datetime

    def __str__(self) -> str:
        """Return what people are told of it."""
        return f"the copy of {self.since:%Y-%m-%d %H:%M:%S} UTC, kept in {self.folder}"

    def read(self, make: Callable[[Path], T], version: Callable[[T], str]) -> T:
        """Return what `make` makes of it. Raises what `make` raises, ConfigError when it was changed."""
        made = make(self.folder)
        if version(made) != self.version:
            raise ConfigError(f"{self.folder}: was changed")
        return made


class Kept:
    """The copies of one config (`watches`, `routes`) of a part. Processes may share a data folder."""

    def __init__(self, name: str, *, config_dir: Path, data_dir: Path) -> None:
        self._config_dir = config_dir
        self._folder = data_dir / FOLDER / name
        self._of = f"{digest('config', str(config_dir.resolve()))}-"

    def last(self) -> Copy | None:
        """Return what was kept last of this config folder; None when there is nothing this user may read."""
        try:
            found = [path for path in _entries(self._folder) if path.name.startswith(self._of)]
            dated = [(path.stat().st_mtime, path) for path in found]
        except OSError:
            return None
        if not dated:
            return None
        at, newest = max(dated)
        return Copy(newest, newest.name.removeprefix(self._of), datetime.fromtimestamp(at, UTC))

    def keep(self, files: Iterable[Path], version: str, *, unchanged: Callable[[], bool]) -> bool:
        """Keep `files`, of which `version` was made, in the place of what was kept before.

        Unless `unchanged` says that they were edited meanwhile: then return False. A copy that is there and
        differs, damaged perhaps, is made anew. Only this user may read them. On disk when it returns. Raises
        OSError.
        """
        target, files = self._folder / f"{self._of}{version}", list(files)
        if not self._same(files, target) and not self._copy(files, target, unchanged):
            return False
        os.utime(target)
        for other in _entries(self._folder):
            if other != target:
                shutil.rmtree(other, ignore_errors=True)
        return True

    def _same(self, files: Iterable[Path], target: Path) -> bool:
        copies = {path.relative_to(target): path for path in target.rglob("*") if path.is_file()}
        of = {file.relative_to(self._config_dir): file for file in files}
        if not target.is_dir() or copies.keys() != of.keys():
            return False
        try:
            return all(filecmp.cmp(file, copies[name], shallow=False) for name, file in of.items())
        except OSError:  # cannot be read, or another worker is making it anew
            return False

    def _copy(self, files: Iterable[Path], target: Path, unchanged: Callable[[], bool]) -> bool:
        for folder in (self._folder.parent, self._folder):
            folder.mkdir(0o700, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=self._folder, prefix=DRAFT))  # mode 0700
        new = draft / "new"
        try:
            new.mkdir(0o700)
            for file in files:
                copy = new / file.relative_to(self._config_dir)
                copy.parent.mkdir(0o700, parents=True, exist_ok=True)
                copy_bytes(file, copy)
                copy.chmod(0o600)
            if not unchanged():
                return False
            sync_folders(new)
            if target.is_dir():
                target.rename(draft / "old")
            new.rename(target)
            sync(self._folder)
        except OSError:
            if not self._same(files, target):  # or another worker was first
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return True


def read_in_force(
    make: Callable[[Path], T], version: Callable[[T], str], *, name: str, config_dir: Path, data_dir: Path
) -> tuple[T, str | None]:
    """Return the config that the part of this data folder goes by, and what is wrong with the files, if so.

    What `make` makes of the config folder; while that is broken, of the last good copy. Raises ConfigError
    where there is none.
    """
    try:
        return make(config_dir), None
    except ConfigError as broken:
        copy = Kept(name, config_dir=config_dir, data_dir=data_dir).last()
        if copy is not None:
            with contextlib.suppress(ConfigError):  # else the part would not take it either
                return copy.read(make, version), f"{broken} (until it is corrected, this is used: {copy})"
        raise


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
