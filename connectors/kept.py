"""The last good config of a part, kept under its data folder: what it starts by while the files are broken.

One copy a name, in a folder called after the config folder it is of and its version:
`kept-config/watches/<config folder>-<version>/watches.yaml`. Of secrets it holds what the files do: where
they are.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wirewatch.ids import digest

FOLDER = "kept-config"
DRAFT = "draft-"


@dataclass(frozen=True)
class Copy:
    """A config that was good."""

    folder: Path
    """Holds the files as a config folder does."""
    version: str
    since: datetime


class Kept:
    """The copies of one config (`watches`, `routes`) of a part. Processes may share a data folder."""

    def __init__(self, name: str, *, config_dir: Path, data_dir: Path) -> None:
        self._config_dir = config_dir
        self._folder = data_dir / FOLDER / name
        self._of = f"{digest('config', str(config_dir.resolve()))}-"

    def last(self) -> Copy | None:
        """Return what was kept last of this config folder; None when there is nothing."""
        found = [path for path in _entries(self._folder) if path.name.startswith(self._of)]
        if not found:
            return None
        at, newest = max((path.stat().st_mtime, path) for path in found)
        return Copy(newest, newest.name.removeprefix(self._of), datetime.fromtimestamp(at, UTC))

    def keep(self, files: Iterable[Path], version: str, *, unchanged: Callable[[], bool]) -> None:
        """Keep `files`, of which `version` was made, in the place of what was kept before.

        Unless `unchanged` says that they were edited meanwhile. Only this user may read them. Raises OSError.
        """
        target = self._folder / f"{self._of}{version}"
        if not target.is_dir() and not self._copy(files, target, unchanged):
            return
        os.utime(target)
        for other in _entries(self._folder):
            if other != target:
                shutil.rmtree(other, ignore_errors=True)

    def _copy(self, files: Iterable[Path], target: Path, unchanged: Callable[[], bool]) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=self._folder, prefix=DRAFT))  # mode 0700
        try:
            for file in files:
                copy = draft / file.relative_to(self._config_dir)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
            if not unchanged():
                return False
            draft.rename(target)
        except OSError:
            if not target.is_dir():  # or another worker was first
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return True


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
