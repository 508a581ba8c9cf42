"""Copying bytes so that they are on disk when it is said that they are."""

import os
from pathlib import Path

_CHUNK = 1 << 20


def copy_bytes(source: Path, target: Path) -> int:
    """Copy what `source` holds when it is opened, not what is appended meanwhile; return the bytes.

    On disk when it returns. Raises OSError; FileNotFoundError for a missing source.
    """
    with source.open("rb") as read:
        left = size = os.fstat(read.fileno()).st_size
        with target.open("wb") as write:
            while left and (chunk := read.read(min(_CHUNK, left))):
                write.write(chunk)
                left -= len(chunk)
            write.flush()
            os.fsync(write.fileno())
    return size - left


def sync_folders(root: Path) -> None:
    """Return once every name in and below the folder `root` is on disk. Raises OSError."""
    for folder in (*(path for path in root.rglob("*") if path.is_dir()), root):
        sync(folder)


def sync(path: Path) -> None:
    """Return once the file or folder at `path` is on disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
