"""Files and copies that are on disk when it is said that they are."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 1 << 20


def make_folder(path: Path) -> None:
    """Make the folder at `path`, and those that it is in, where they are missing. Raises OSError.

    Made by root, they are `left_to_owner`.
    """
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        left_to_owner(path)


def left_to_owner(new: Path) -> None:
    """Give what root has made anew at `new` to whoever has the folder it is in; as any other user do nothing.

    A command by root then leaves nothing in a service's folder that the service cannot write. SQLite does so
    with its logs.
    """
    if os.geteuid() == 0:
        folder = new.parent.stat()
        with contextlib.suppress(OSError):  # as far as the file system knows owners
            os.chown(new, folder.st_uid, folder.st_gid, follow_symlinks=False)


def is_read_only(folder: Path) -> bool:
    """Tell whether `folder` is mounted so that nobody can write there. Raises OSError."""
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give an empty file to be written, which is in the place of `path`, and on disk, after the block.

    Whatever happens, `path` holds what it held or what it is to hold. It need not be there; what a link leads
    to is replaced, not the link. Mode and owner stay (as far as this user may give files away). An exception
    in the block changes nothing. Raises OSError.
    """
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    before = path.stat() if path.exists() else None
    draft.unlink(missing_ok=True)  # of one that was killed
    # Owner and mode go to what was opened, not to what stands there since: the folder may be another's.
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if before is None else 0o600)
    left_to_owner(draft)
    try:
        yield draft
        if before is not None:
            with contextlib.suppress(PermissionError):
                os.fchown(opened, before.st_uid, before.st_gid)
            os.fchmod(opened, before.st_mode & 0o777)
        sync(draft)
        draft.replace(path)
        sync(path.parent)
    finally:
        os.close(opened)
        draft.unlink(missing_ok=True)


def replace_file(path: Path, data: bytes) -> None:
    """Have `path` hold `data`, as `replacing` does; its folder is made. Raises OSError."""
    make_folder(path.parent)
    with replacing(path) as draft:
        draft.write_bytes(data)


def remove_file(path: Path) -> None:
    """Remove the file at `path`, if it is there, so that no power cut brings it back. Raises OSError."""
    if path.exists():
        path.unlink()
        sync(path.parent)


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
