"""backup.json: what a backup holds, so that a restore knows that all of it is there and unharmed."""

import hashlib
from datetime import datetime
from pathlib import Path

import msgspec

from wirewatch.errors import StateRefusedError
from wirewatch.on_disk import sync

MANIFEST = "backup.json"
VERSION = 1


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the backup."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A backup: by which wirewatch, when it began and ended (UTC), and its files by their place."""

    v: int = VERSION
    wirewatch: str
    began: datetime
    ended: datetime
    files: dict[str, File]

    @property
    def parts(self) -> list[str]:
        """Which parts' state it holds."""
        return sorted({name.partition("/")[0] for name in self.files})

    @property
    def bytes(self) -> int:
        """How large it is."""
        return sum(file.bytes for file in self.files.values())


def measure(folder: Path) -> dict[str, File]:
    """Return the files below `folder`, by their place in it."""
    return {
        str(path.relative_to(folder)): _file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def _file(path: Path) -> File:
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return File(bytes=path.stat().st_size, sha256=digest)


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of the backup in `folder`."""
    path = folder / MANIFEST
    path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    sync(path)


def read(folder: Path) -> Manifest:
    """Return the manifest of the backup in `folder`. Raises StateRefusedError when it is none, or newer."""
    path = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise StateRefusedError(f"{folder}: not a backup: it has no {MANIFEST}") from None
    except (OSError, msgspec.DecodeError) as error:
        raise StateRefusedError(f"{path}: cannot be read as that of a backup: {error}") from error
    if manifest.v > VERSION:
        raise StateRefusedError(
            f"{path}: version {manifest.v}, this wirewatch reads {VERSION}: restore with {manifest.wirewatch}"
        )
    return manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise StateRefusedError when a file of the backup is missing or has changed."""
    for name, wanted in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise StateRefusedError(f"{path}: missing; this backup is incomplete: use another one")
        if _file(path) != wanted:
            raise StateRefusedError(f"{path}: has changed since; this backup is damaged: use another one")
