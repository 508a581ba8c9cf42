"""`wirewatch backup DIR`: copies every store, last part of the flow first, while the service runs."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from wirewatch import __version__
from wirewatch.errors import ConfigError, StateRefusedError
from wirewatch.on_disk import sync, sync_folders
from wirewatch.service.backup import manifest, stores
from wirewatch.service.backup.kafka_log import copy_log, copy_partition, partitions
from wirewatch.service.backup.manifest import Manifest
from wirewatch.service.place import Place

UNFINISHED = ".unfinished"
"""Behind the name of the folder until all of it is there."""


def take_backup(place: Place, folder: Path, *, now: Callable[[], datetime]) -> Manifest:
    """Copy the state of the data folder into `folder`, there only once it is whole; return its manifest.

    Raises ConfigError when `folder` exists or cannot be written, StateRefusedError when there is nothing to
    copy, or a store cannot be read.
    """
    if folder.exists():
        raise ConfigError(f"{folder}: already exists; name a folder that does not")
    if not any((place.data_dir / name).exists() for name in stores.FOLDERS):
        raise StateRefusedError(f"{place.data_dir}: nothing to back up there; name another with --data DIR")
    unfinished = folder.with_name(folder.name + UNFINISHED)
    began = now()
    try:
        shutil.rmtree(unfinished, ignore_errors=True)  # of a backup that was cut off
        unfinished.mkdir(parents=True, mode=0o700)
        _copy(place, unfinished)
        made = Manifest(wirewatch=__version__, began=began, ended=now(), files=manifest.measure(unfinished))
        manifest.write(unfinished, made)
        sync_folders(unfinished)
        unfinished.rename(folder)
        sync(folder.parent)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror} ({error.filename})") from error
    return made


def _copy(place: Place, folder: Path) -> None:
    """Copy notify, then the pipeline together with its alerts, then what comes before it in the flow.

    The alerts are those of the very moment of the checkpoint: those it decides later it would decide again
    after a restore, and with several partitions perhaps by another article, under a second id.
    """
    data = place.data_dir
    _copy_database(data, folder, stores.NOTIFY)
    log = data / stores.KAFKA
    managed = place.settings.managed_broker and log.exists()
    topic = place.settings.kafka.topic("alerts")
    alerts = [name for name in partitions(log) if name.rpartition("-")[0] == topic] if managed else []
    checkpoint = data / stores.CHECKPOINT
    with stores.standing_still(checkpoint) if checkpoint.exists() else nullcontext():
        _copy_database(data, folder, stores.CHECKPOINT)
        for name in alerts:
            copy_partition(log / name, folder / stores.KAFKA / name)
    _copy_database(data, folder, stores.FEEDS)
    if (data / stores.REPLAY).exists():
        stores.copy_position(data / stores.REPLAY, folder / stores.REPLAY)
    if managed:
        copy_log(log, folder / stores.KAFKA, already=alerts)


def _copy_database(data: Path, folder: Path, name: str) -> None:
    if (data / name).exists():
        stores.copy_database(data / name, folder / name)
