"""`wirewatch restore DIR`: puts a backup into a data folder that holds no state yet."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from wirewatch.errors import AlreadyRunningError, ConfigError
from wirewatch.on_disk import copy_bytes, sync, sync_folders
from wirewatch.service.backup import manifest, stores
from wirewatch.service.backup.manifest import Manifest
from wirewatch.service.locks import only_one
from wirewatch.service.place import Place
from wirewatch.service.supervisor.ports import of_broker, refuse_taken
from wirewatch.service.supervisor.record import read_record

_LOCKS = ("supervisor", *stores.FOLDERS)
UNFINISHED = "restore.unfinished"


def restore_backup(place: Place, folder: Path) -> Manifest:
    """Copy the backup in `folder` into the data folder of `place`; return its manifest.

    Raises AlreadyRunningError for a running service, ConfigError for a data folder that holds state already
    or a port of the broker that is taken, StateRefusedError for a backup that is damaged, not whole, or of a
    newer wirewatch.
    """
    with nothing_running(place, "restore"):
        found = manifest.read(folder)
        held = [name for name in stores.FOLDERS if (place.data_dir / name).exists()]
        if held:
            raise ConfigError(
                f"{place.data_dir}: holds state already ({', '.join(held)}): name an empty one "
                "with --data DIR, or move these away"
            )
        if "broker" in found.parts:  # it is started to check what is there
            refuse_taken(of_broker(place.settings, place))
        manifest.verify(folder, found)
        beside = place.data_dir / UNFINISHED
        shutil.rmtree(beside, ignore_errors=True)  # of a restore that was cut off
        try:
            _copy(folder, beside, sorted(found.files))
            sync_folders(beside)
            # The broker first: where only it has arrived, a start finds no checkpoint that is ahead of a log.
            for name in reversed(stores.FOLDERS):
                if (beside / name).exists():
                    (beside / name).rename(place.data_dir / name)
            beside.rmdir()
            sync(place.data_dir)
        except OSError as error:
            raise ConfigError(f"{place.data_dir}: cannot be written: {error.strerror}") from error
    return found


def _copy(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy_bytes(source / name, target / name)


@contextmanager
def nothing_running(place: Place, command: str) -> Iterator[None]:
    """Hold the data folder so that no part can start on it. Raises AlreadyRunningError naming who runs."""
    if (record := read_record(place)) is not None:
        raise AlreadyRunningError(
            f"the service runs on {place.data_dir} (pid {record.pid}): `wirewatch down` first, then {command}"
        )
    with ExitStack() as held:
        for name in _LOCKS:
            held.enter_context(only_one(name, place))
        yield
