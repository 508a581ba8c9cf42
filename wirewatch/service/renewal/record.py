"""What came along with wirewatch into a config folder: the shipped files, and the record of `init`."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from wirewatch.advice import Advice
from wirewatch.errors import ConfigError, why
from wirewatch.ids import digest
from wirewatch.on_disk import is_read_only, replace_file
from wirewatch.resources import default_config_dir, is_default_config
from wirewatch.service.renewal.entries import entries_of, mark
from wirewatch.snapshot import ACTORS_FOLDER, TOPICS_FILE
from wirewatch.tagging.catalogue.files import catalogue_files

RECORD = "came-along.json"


class CameAlong(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it was shipped."""

    file: str
    """Digest of all of it: another one says that it has changed since."""
    entries: dict[str, str]
    """The digest of each entry, by its key."""


Record = dict[str, CameAlong]
"""By the file's name in the config folder."""


class RecordError(ConfigError):
    """The record cannot be read; `advice`: why, and what to do. No part reads it."""

    def __init__(self, path: Path, said: str) -> None:
        fix = "restore it, or delete it: `wirewatch config renew` then takes all that differs for yours"
        self.advice = Advice(f"cannot be read: {said}", fix)
        super().__init__(f"{path}: {self.advice}")


def shipped_files() -> Iterator[str]:
    """Yield the name in a config folder of each file of actors and topics that comes along."""
    folder = default_config_dir()
    for path in (*catalogue_files(folder / ACTORS_FOLDER), folder / TOPICS_FILE):
        yield str(path.relative_to(folder))


def as_shipped(name: str) -> CameAlong:
    """Return what is to be recorded of a file that comes along now."""
    text = shipped_text(name)
    return CameAlong(_digest(text), {key: mark(each) for key, each in entries_of(name, text).items()})


def shipped_text(name: str) -> str:
    """Return a file that comes along."""
    return (default_config_dir() / name).read_text(encoding="utf-8")


def read_record(folder: Path) -> Record:
    """Return what came along into the config `folder`; nothing where nothing says.

    Raises RecordError.
    """
    path = folder / RECORD
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        said = why(error) if isinstance(error, OSError) else str(error)
        raise RecordError(path, said) from error


def write_record(folder: Path, record: Record) -> None:
    """Write what came along into the config `folder`. Raises OSError."""
    replace_file(folder / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")


def came_along(folder: Path, name: str, record: Record) -> bool:
    """Tell whether a file of the config `folder` is one that came along, whatever became of it.

    Where the record does not say: whether it has half the lines of what comes along now.
    """
    if name in record:
        return True
    try:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    shipped = set(shipped_text(name).splitlines())
    return 2 * len(shipped.intersection(lines)) >= len(shipped)


def outdated(folder: Path) -> list[str]:
    """Return the names of the files in the config `folder` that came along with another wirewatch.

    Raises RecordError.
    """
    record = read_record(folder)
    if is_default_config(folder) or (not record and is_read_only(folder)):
        return []  # mounted without its record, as in a pod: what the user changed is known where that is
    old = []
    for name in shipped_files():
        if not (folder / name).is_file() or not came_along(folder, name, record):
            continue
        text = shipped_text(name)
        was = record[name].file if name in record else _digest((folder / name).read_text("utf-8"))
        if was != _digest(text):
            old.append(name)
    return old


def _digest(text: str) -> str:
    return digest("file", text)
