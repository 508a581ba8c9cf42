"""Updates a config folder's actors and topics: plans the update, tries it, and writes it if it is valid."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from wirewatch.errors import ConfigError, why
from wirewatch.on_disk import replace_file
from wirewatch.service.renewal.entries import Digests, Entries, Joined, entries_of, joined, mark
from wirewatch.service.renewal.record import (
    Record,
    Shipped,
    came_along,
    read_record,
    shipped_files,
    write_record,
)
from wirewatch.snapshot import ACTORS_FOLDER, TOPICS_FILE, load_actors_and_topics
from wirewatch.tagging.catalogue.files import catalogue_files
from wirewatch.watches.compile import load_watch_set
from wirewatch.watches.parse import WATCHES_FILE


def renew(folder: Path, *, over_mine: bool = False, write: bool = True) -> dict[str, Joined]:
    """Update the config `folder` to what is shipped now; return what that changes, by file.

    Whatever the user added, changed or removed is left alone (unless `over_mine`), and so are entries that
    are no longer shipped if the config would be wrong without them. Raises ConfigError, and writes nothing,
    if a file cannot be split into entries, or the config would be wrong after the update.
    """
    try:
        renewal = _Renewal(folder, read_record(folder), shipped_files(), over_mine)
        plan = renewal.right()
        if write and plan:
            for name, text in _changed(plan).items():
                replace_file(folder / name, text.encode())
            write_record(folder, renewal.recorded(plan))
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {why(error)}") from error
    return plan


def _changed(plan: Mapping[str, Joined]) -> dict[str, str]:
    """Return the new text of each file that changes."""
    return {name: "".join(done.entries.values()) for name, done in plan.items() if done.changed}


@dataclass(frozen=True)
class _Renewal:
    """A config folder, the record of what was shipped into it, and what is shipped now."""

    folder: Path
    record: Record
    shipped: Shipped
    over_mine: bool

    def right(self) -> dict[str, Joined]:
        """Return the plan for each file. If a watch needs an entry that is no longer shipped, all such stay.

        Raises ConfigError if the config would be wrong either way.
        """
        plan = self._plan()
        if not (changed := _changed(plan)):
            return plan
        try:
            _try_with(self.folder, changed)
        except ConfigError:
            gone = self._came() - {key for file in self.shipped.values() for key in file.entries}
            kept = self._plan(keep=gone)
            if not any(done.kept for done in kept.values()):
                raise
            _try_with(self.folder, _changed(kept))
            return kept
        return plan

    def recorded(self, plan: Collection[str]) -> Record:
        """Return the record after `plan`. If there was none, missing shipped files count as removed."""
        known = (
            name
            for name in self.shipped
            if name in plan or not (self.record or (self.folder / name).exists())
        )
        return self.record | {name: self.shipped[name].came for name in known}

    def _plan(self, keep: Collection[str] = ()) -> dict[str, Joined]:
        """Return the plan for each file that was shipped, and for each that is new.

        A file that the user removed stays out; it is not mentioned if he has all of its entries elsewhere.
        """
        plan: dict[str, Joined] = {}
        elsewhere, out = self._settled()  # ids of actors: no key of another file is one
        for name, shipped in self.shipped.items():
            path = self.folder / name
            if name in self.record and not path.exists():
                if shipped.entries.keys() - elsewhere:
                    plan[name] = Joined({}, gone=True)
                continue
            new = bool(self.record) and not path.exists()
            if new or (path.exists() and came_along(path, name, self.record, shipped)):
                plan[name] = joined(
                    {} if new else _entries(path),
                    shipped.entries,
                    self._before(name),
                    elsewhere=elsewhere if path.suffix == ".jsonl" else (),
                    out=out if path.suffix == ".jsonl" else (),
                    over_mine=self.over_mine,
                    keep=keep,
                )
        return plan

    def _before(self, name: str) -> Digests:
        return self.record[name].entries if name in self.record else {}

    def _settled(self) -> tuple[Collection[str], Collection[str]]:
        """Return the ids of all actors that are the user's own, and of those he removed, in any file."""
        here: set[str] = set()
        own: set[str] = set()
        for path in catalogue_files(self.folder / ACTORS_FOLDER):
            if path.suffix == ".jsonl":
                before = self._before(str(path.relative_to(self.folder)))
                entries = _entries(path)
                here |= entries.keys()
                own |= {key for key, text in entries.items() if before.get(key) != mark(text)}
        return own, self._came() - here

    def _came(self) -> set[str]:
        """Return the keys of all entries that were ever shipped."""
        return {key for was in self.record.values() for key in was.entries}


def _entries(path: Path) -> Entries:
    try:
        return entries_of(path.name, path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        said = why(error) if isinstance(error, OSError) else str(error)
        raise ConfigError(f"{path}: cannot be read: {said}") from error


def _try_with(folder: Path, changed: Mapping[str, str]) -> None:
    """Raise ConfigError if the config `folder` would be wrong with the `changed` files."""
    with TemporaryDirectory(prefix="wirewatch-") as temporary:
        draft = Path(temporary).resolve()
        for path in (*catalogue_files(folder / ACTORS_FOLDER), folder / TOPICS_FILE, folder / WATCHES_FILE):
            name = str(path.relative_to(folder))
            (draft / name).parent.mkdir(exist_ok=True)
            (draft / name).write_bytes(path.read_bytes())
        for name, text in changed.items():
            (draft / name).write_text(text, encoding="utf-8")
        try:
            load_watch_set(draft / WATCHES_FILE, *load_actors_and_topics(draft))
        except ConfigError as error:
            said = str(error).replace(str(draft), str(folder))
            raise ConfigError(f"nothing was updated, because the config would be wrong: {said}") from error
