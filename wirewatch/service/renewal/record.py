"""Which files of a config folder were shipped with wirewatch, and how: the record that `init` writes."""

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
    """Digest of the whole file: a different one means that it has changed since."""
    entries: dict[str, str]
    """The digest of each entry, by its key."""


Record = dict[str, CameAlong]
"""By the file's name in the config folder."""


class RecordError(ConfigError):
    """The record cannot be read; `advice` says why, and what to do. No part needs it."""

    def __init__(self, path: Path, said: str) -> None:
        fix = "restore or delete it; without it, `wirewatch config renew` takes every difference for yours"
        self.advice = Advice(f"cannot be read: {said}", fix)
        super().__init__(f"{path}: {self.advice}")


class ShippedFile:
    """A file of actors or topics as this version ships it; split into entries when they are asked for."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8")
        self._name = path.name

    @cached_property
    def entries(self) -> Entries:
        """Its entries. Raises ValueError as `entries_of` does."""
        return entries_of(self._name, self.text)

    @cached_property
    def came(self) -> CameAlong:
        """What to record about it."""
        return CameAlong(_digest(self.text), {key: mark(text) for key, text in self.entries.items()})


Shipped = Mapping[str, ShippedFile]
"""By the file's name in a config folder."""


def shipped_files() -> Shipped:
    """Return each file of actors and topics that this version ships."""
    folder = default_config_dir()
    paths = (*catalogue_files(folder / ACTORS_FOLDER), folder / TOPICS_FILE)
    return {str(path.relative_to(folder)): ShippedFile(path) for path in paths}


def read_record(folder: Path) -> Record:
    """Return the record of the config `folder`; empty if it has none.

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
    """Write the record of the config `folder`. Raises OSError."""
    replace_file(folder / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")


def came_along(path: Path, name: str, record: Record, shipped: ShippedFile) -> bool:
    """Tell whether the file at `path`, called `name` in its config, was shipped, even if changed since.

    If the record does not say, it counts as shipped if it has half the lines of the file shipped now.
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
    """Return the names of the files in the config `folder` that come from another version of wirewatch.

    Raises RecordError.
    """
    record = read_record(folder)
    if is_default_config(folder) or (not record and is_read_only(folder)):
        return []  # mounted without its record, as in a pod: only the original folder knows what was changed
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
