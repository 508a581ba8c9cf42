"""Locks in the data folder: each part runs once on it, and whoever asks sees that it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from wirewatch.errors import AlreadyRunningError, ConfigError, why
from wirewatch.service.place import Place

LOCK_SECONDS: Final = 3.0
"""How long a part waits for the one before it: a killed process takes a moment to go."""


@contextmanager
def only_one(name: str, place: Place) -> Iterator[None]:
    """Hold the lock of `name` in the data folder. Raises AlreadyRunningError."""
    place.make_folders()
    lock = FileLock(_lock_of(name, place), timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        what = "the service" if name == "supervisor" else name
        raise AlreadyRunningError(
            f"{what} is already running on {place.data_dir}: "
            f"`wirewatch status{place.options}` shows it; "
            "or give another --data"
        ) from None
    except OSError as error:
        raise ConfigError(f"the data folder {place.data_dir} cannot be written: {why(error)}") from error
    try:
        yield
    finally:
        lock.release()


def is_running(name: str, place: Place) -> bool:
    """Return whether a process holds the lock of `name` in the data folder, in whichever container."""
    path = _lock_of(name, place)
    if not path.exists():  # asking for it would make it
        return False
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:  # another user's, who alone can say
        return False
    lock.release()
    return False


def _lock_of(name: str, place: Place) -> Path:
    return place.run_dir / f"{name}.lock"
