"""The renewal of a config folder's actors and topics: planned, tried, and written when it is right."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from wirewatch.errors import ConfigError, why
from wirewatch.on_disk import replace_file
from wirewatch.service.renewal.entries import Digests, Entries, Joined, entries_of, joined, mark
from wirewatch.service.renewal.record import (
    Record,
    as_shipped,
    came_along,
    read_record,
    shipped_files,
    shipped_text,
    write_record,
)
from wirewatch.snapshot import ACTORS_FOLDER, TOPICS_FILE, load_actors_and_topics
from wirewatch.tagging.catalogue.files import catalogue_files
from wirewatch.watches.compile import load_watch_set
from wirewatch.watches.parse import WATCHES_FILE


def renew(folder: Path, *, over_mine: bool = False, write: bool = True) -> dict[str, Joined]:
    """Bring what is shipped now into the config `folder`; return what that changes, by file.

    What the user wrote, changed or took out is left, but `over_mine`; and what is shipped no longer, where
    the config would be wrong without it. Raises ConfigError, and writes nothing, where a file cannot be told
    apart, or the config would be wrong with what is new.
    """
    record = read_record(folder)
    try:
        plan = _right(folder, record, over_mine=over_mine)
        if write and plan:
            for name, text in _changed(plan).items():
                replace_file(folder / name, text.encode())
            write_record(folder, record | {name: as_shipped(name) for name in _known(folder, record, plan)})
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {why(error)}") from error
    return plan


def _changed(plan: Mapping[str, Joined]) -> dict[str, str]:
    """Return the text of each file that becomes another."""
    return {name: "".join(done.entries.values()) for name, done in plan.items() if done.changed}


def _right(folder: Path, record: Record, *, over_mine: bool) -> dict[str, Joined]:
    """Return what becomes of each file, with all that is shipped no longer where a watch names some of it.

    Raises ConfigError where the config would be wrong either way.
    """
    plan = _plan(folder, record, over_mine=over_mine)
    if not (changed := _changed(plan)):
        return plan
    try:
        _try_with(folder, changed)
    except ConfigError:
        gone = _came(record) - {key for name in shipped_files() for key in as_shipped(name).entries}
        kept = _plan(folder, record, over_mine=over_mine, keep=gone)
        if not any(done.kept for done in kept.values()):
            raise
        _try_with(folder, _changed(kept))
        return kept
    return plan


def _known(folder: Path, record: Record, plan: Collection[str]) -> Iterator[str]:
    """Yield the names of the files to record: where nothing is, what is not there was taken out."""
    for name in shipped_files():
        if name in plan or not (record or (folder / name).exists()):
            yield name


def _plan(folder: Path, record: Record, *, over_mine: bool, keep: Collection[str] = ()) -> dict[str, Joined]:
    """Return what becomes of each file that came along, and of each that is shipped anew.

    One that the user took out stays out.
    """
    plan: dict[str, Joined] = {}
    settled = _settled(folder, record)
    for name in shipped_files():
        path = folder / name
        new = bool(record) and name not in record and not path.exists()
        if new or (path.exists() and came_along(folder, name, record)):
            plan[name] = joined(
                {} if new else _entries(path),
                entries_of(name, shipped_text(name)),
                _before(record, name),
                elsewhere=settled if path.suffix == ".jsonl" else (),
                over_mine=over_mine,
                keep=keep,
            )
    return plan


def _entries(path: Path) -> Entries:
    try:
        return entries_of(path.name, path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        said = why(error) if isinstance(error, OSError) else str(error)
        raise ConfigError(f"{path}: cannot be read: {said}") from error


def _before(record: Record, name: str) -> Digests:
    return record[name].entries if name in record else {}


def _settled(folder: Path, record: Record) -> Collection[str]:
    """Return the ids of all actors that are the user's, or that he took out, in whichever file."""
    here: set[str] = set()
    own: set[str] = set()
    for path in catalogue_files(folder / ACTORS_FOLDER):
        if path.suffix == ".jsonl":
            before = _before(record, str(path.relative_to(folder)))
            entries = _entries(path)
            here |= entries.keys()
            own |= {key for key, text in entries.items() if before.get(key) != mark(text)}
    return own | (_came(record) - here)


def _came(record: Record) -> set[str]:
    """Return the keys of all that came along once."""
    return {key for was in record.values() for key in was.entries}


def _try_with(folder: Path, changed: Mapping[str, str]) -> None:
    """Raise ConfigError where the config `folder` would be wrong with the `changed` files."""
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
            raise ConfigError(f"nothing is renewed, as the config would be wrong with it: {said}") from error
