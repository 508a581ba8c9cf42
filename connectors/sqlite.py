"""Opening a part's SQLite file: durable at every commit, and never an older or a newer one misread."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from wirewatch.errors import DependencyMissingError, StateRefusedError, WirewatchError
from wirewatch.on_disk import left_to_owner, make_folder

BUSY_SECONDS = 10.0
_AROUND = {
    sqlite3.SQLITE_FULL: "free space on its disk",
    sqlite3.SQLITE_IOERR: "free space on its disk, or look at the disk",
    sqlite3.SQLITE_BUSY: "end what else has it open",
    sqlite3.SQLITE_LOCKED: "end what else has it open",
    sqlite3.SQLITE_READONLY: "let the user that runs this write the file and its folder",
    sqlite3.SQLITE_PERM: "let the user that runs this write the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "let the user that runs this write the file and its folder",
    sqlite3.SQLITE_NOMEM: "free memory",
}
"""Primary result codes (sqlite.org/rescode.html) that say nothing against the file's content."""


@dataclass(frozen=True)
class Schema:
    """What makes a database of ours, and what to tell whoever cannot open it."""

    package: str
    """Its folder `migrations` holds the steps, in the order of their names: the first makes version 1, the
    second version 2 out of it, and so on."""
    damaged: str
    """What to do with a file whose content is not readable."""
    newer: str = "upgrade wirewatch"
    """What to do with one of a later version."""
    pragmas: str = ""
    """Its own, before all others: some hold only while the file is still empty."""

    @property
    def version(self) -> int:
        """The version that the last step makes."""
        return len(self.steps())

    def steps(self) -> list[str]:
        """Return the migrations: NNN_what.sql brings version NNN - 1 to version NNN."""
        folder = files(self.package) / "migrations"
        names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
        return [(folder / name).read_text(encoding="utf-8") for name in names]


def open_database(
    path: Path | None, schema: Schema, *, read_only: bool = False, one_thread: bool = False
) -> sqlite3.Connection:
    """Return a connection to the database at `path`, made when it is not there; None for one in memory.

    A file of any older version is brought up to date, one step a transaction; never by a `read_only` opening.
    Every commit is on disk when it returns (WAL, synchronous=FULL); it opens after kill -9. The connection
    may be used by one thread at a time, whichever that is, or by the one that opened it alone (`one_thread`).

    Raises StateRefusedError when the file is not ours, of a schema newer than the last step, or damaged;
    DependencyMissingError when disk, owner or another process stand in the way; with `read_only`
    FileNotFoundError for a missing one, and for one that holds nothing yet.
    """
    if path is not None and not path.exists():
        if read_only:
            raise FileNotFoundError(path)
        _make(path)
    connection = None
    try:
        connection = sqlite3.connect(
            path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=one_thread
        )
        if read_only:
            _refuse_empty(connection, path)
        connection.row_factory = sqlite3.Row
        connection.executescript(f"{schema.pragmas} PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        _bring_up_to_date(connection, path, schema, read_only=read_only)
        connection.execute("PRAGMA foreign_keys = ON")  # not before: a migration may rebuild a table
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise unopened(path, error, schema) from error
        raise
    return connection


def connect_existing(path: Path, *, write: bool = False, timeout: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Return a connection to the database at `path` as it is, whatever its schema; it may be in use.

    Waits `timeout` seconds for a lock. Raises sqlite3.Error, for a missing one too.
    """
    uri = f"{path.absolute().as_uri()}?mode={'rw' if write else 'ro'}"
    return sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None)


def unopened(path: Path | None, error: sqlite3.Error, schema: Schema) -> WirewatchError:
    """Return what to raise for a file that cannot be opened: a full disk is no reason to throw it away."""
    said = f"{path or 'a database in memory'}: cannot be opened: {error}"
    fix = _AROUND.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)
    if fix is not None:
        return DependencyMissingError(f"{said}; {fix}")
    return StateRefusedError(f"{said}; {schema.damaged}")


def stored_version(path: Path) -> int:
    """Return the version of the file at `path`, which may be in use. Raises StateRefusedError."""
    try:
        with closing(connect_existing(path)) as db:
            return _version(db)
    except sqlite3.Error as error:
        raise StateRefusedError(f"{path}: cannot be read: {error}; restore it") from error


def _make(path: Path) -> None:
    make_folder(path.parent)
    with suppress(OSError):  # SQLite is about to say what is in the way
        path.touch(exist_ok=False)
        left_to_owner(path)


def _refuse_empty(connection: sqlite3.Connection, path: Path | None) -> None:
    """Raise FileNotFoundError where whoever makes it has only just begun, or never got further."""
    if _version(connection) == 0:
        raise FileNotFoundError(path)


def _bring_up_to_date(
    connection: sqlite3.Connection, path: Path | None, schema: Schema, *, read_only: bool
) -> None:
    found, steps = _version(connection), schema.steps()
    if found > len(steps):
        raise StateRefusedError(
            f"{path}: has schema {found}, this wirewatch knows up to {len(steps)}: {schema.newer}"
        )
    if read_only and found < len(steps):
        raise StateRefusedError(
            f"{path}: has schema {found}, this wirewatch reads {len(steps)}: restart the service, "
            "which brings it up to date, or run `wirewatch migrate` while it is down"
        )
    for version, step in enumerate(steps, start=1):
        if version > found:
            _step(connection, step, version)


def _step(connection: sqlite3.Connection, step: str, version: int) -> None:
    with transaction(connection):
        if _version(connection) >= version:  # another process was first
            return
        for statement in _statements(step):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(schema: str) -> Iterator[str]:
    """Yield the statements of `schema` one by one: `executescript` would commit what it runs in."""
    statement = ""
    for line in schema.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do what is in the block wholly or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled back already
            connection.execute("ROLLBACK")
        raise


def to_ms(time: datetime) -> int:
    """Return an aware time as whole milliseconds since 1970, what is over them cut off."""
    return (time - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """Return milliseconds since 1970 as an aware time in UTC.

    The nearest of the years 1 to 9999, a day off their ends: `to_ms` of a time there in a zone of its own may
    lie outside, and whoever reads it may put it into another zone.
    """
    return _EPOCH + min(max(ms, _FIRST), _LAST) * _MS


def to_ms_or_null(time: datetime | None) -> int | None:
    """Return `to_ms` of a time; for none a NULL."""
    return None if time is None else to_ms(time)


def from_ms_or_null(ms: int | None) -> datetime | None:
    """Return `from_ms` of what is not NULL; for that none."""
    return None if ms is None else from_ms(ms)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_FIRST, _LAST = to_ms(datetime(1, 1, 2, tzinfo=UTC)), to_ms(datetime(9999, 12, 30, tzinfo=UTC))
