"""Opening a part's SQLite file: durable at every commit, and never an older or a newer one misread."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from wirewatch.errors import DependencyMissingError, StateRefusedError, WirewatchError
from wirewatch.on_disk import left_to_owner, make_folder

_BUSY_SECONDS = 10.0
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


def open_database(
    path: Path,
    *,
    package: str,
    loss: str,
    read_only: bool = False,
) -> sqlite3.Connection:
    """Return a connection to the database at `path`, made when it is not there.

    The files of the folder `migrations` in `package` are its steps, in the order of their names: the first
    makes version 1, the second version 2 out of it, and so on. A file of any older version is brought up to
    date, one step a transaction; never by a `read_only` opening.

    Every commit is on disk when it returns (WAL, synchronous=FULL); it opens after kill -9. The connection
    may be used from any thread, by one at a time. Raises StateRefusedError when the file is not ours, of a
    schema newer than the last step, or damaged (`loss` says what moving it away would mean);
    DependencyMissingError when disk, owner or another process stand in the way; FileNotFoundError for a
    missing one with `read_only`.
    """
    new = not path.exists()
    if read_only and new:
        raise FileNotFoundError(path)
    make_folder(path.parent)
    connection = None
    try:
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        if new and path.exists():  # not in memory
            left_to_owner(path)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        _bring_up_to_date(connection, path, _steps(package), read_only=read_only)
        connection.execute("PRAGMA foreign_keys = ON")  # not before: a migration may rebuild a table
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise unopened(path, error, damaged=f"restore it, or move it away ({loss})") from error
        raise
    return connection


def unopened(path: Path, error: sqlite3.Error, *, damaged: str) -> WirewatchError:
    """Return what to raise for a file that cannot be opened: a full disk is no reason to throw it away.

    `damaged` is the advice for when it is the content that is wrong.
    """
    fix = _AROUND.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)
    if fix is not None:
        return DependencyMissingError(f"{path}: cannot be opened: {error}; {fix}")
    return StateRefusedError(f"{path}: cannot be opened: {error}; {damaged}")


def known_version(package: str) -> int:
    """Return the version that the last migration of `package` makes."""
    return len(_steps(package))


def stored_version(path: Path) -> int:
    """Return the version of the file at `path`, which may be in use. Raises StateRefusedError."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        ) as db:
            return _version(db)
    except sqlite3.Error as error:
        raise StateRefusedError(f"{path}: cannot be read: {error}; restore it") from error


def _steps(package: str) -> list[str]:
    """Return the migrations: NNN_what.sql brings version NNN - 1 to version NNN."""
    folder = files(package) / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in names]


def _bring_up_to_date(
    connection: sqlite3.Connection, path: Path, steps: Sequence[str], *, read_only: bool
) -> None:
    found = _version(connection)
    if found > len(steps):
        raise StateRefusedError(
            f"{path}: has schema {found}, this wirewatch knows up to {len(steps)}: upgrade wirewatch"
        )
    if read_only and 0 < found < len(steps):
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


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_FIRST, _LAST = to_ms(datetime(1, 1, 2, tzinfo=UTC)), to_ms(datetime(9999, 12, 30, tzinfo=UTC))
