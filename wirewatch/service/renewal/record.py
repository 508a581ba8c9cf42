"""What came along with wirewatch into a config folder: the shipped files, and the record of `init`."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import msgspec

from wirewatch.advice import Advice
from wirewatch.errors import ConfigError, why
from wirewatch.ids import digest
from wirewatch.on_disk import is_read_only, replace_file
from wirewatch.resources import default_config_dir, is_default_config
from wirewatch.service.renewal.entries import Entries, entries_of, mark
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


class ShippedFile:
    """A file of actors or topics as it comes along now: read once, and taken apart once it is asked for."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8")
        self._name = path.name

    @cached_property
    def entries(self) -> Entries:
        """Its entries. Raises ValueError as `entries_of` does."""
        return entries_of(self._name, self.text)

    @cached_property
    def came(self) -> CameAlong:
        """What is to be recorded of it."""
        return CameAlong(_digest(self.text), {key: mark(text) for key, text in self.entries.items()})


Shipped = Mapping[str, ShippedFile]
"""By the file's name in a config folder."""


def shipped_files() -> Shipped:
    """Return each file of actors and topics that comes along."""
    folder = default_config_dir()
    paths = (*catalogue_files(folder / ACTORS_FOLDER), folder / TOPICS_FILE)
    return {str(path.relative_to(folder)): ShippedFile(path) for path in paths}


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


def came_along(path: Path, name: str, record: Record, shipped: ShippedFile) -> bool:
    """Tell whether the file at `path`, called `name` in its config, came along, whatever became of it.

    Where the record does not say: whether it has half the lines of what comes along now.
    """
    if name in record:
        return True
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    wanted = set(shipped.text.splitlines())
    return 2 * len(wanted.intersection(lines)) >= len(wanted)


def outdated(folder: Path) -> list[str]:
    """Return the names of the files in the config `folder` that came along with another wirewatch.

    Raises RecordError.
    """
    record = read_record(folder)
    if is_default_config(folder) or (not record and is_read_only(folder)):
        return []  # mounted without its record, as in a pod: what the user changed is known where that is
    old = []
    for name, shipped in shipped_files().items():
        path = folder / name
        if not path.is_file() or not came_along(path, name, record, shipped):
            continue
        was = record[name].file if name in record else _digest(path.read_text("utf-8"))
        if was != _digest(shipped.text):
            old.append(name)
    return old


def _digest(text: str) -> str:
    return digest("file", text)
