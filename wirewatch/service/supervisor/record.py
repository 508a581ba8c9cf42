"""What the supervisor tells other processes: a small file, replaced whole at every change."""

import os
from datetime import datetime

import msgspec
import psutil

from wirewatch.errors import StateRefusedError
from wirewatch.service.place import Place
from wirewatch.service.supervisor.supervisor import PartState

RECORD_FILE = "supervisor.json"
_SAME_START = 1.0  # seconds: psutil computes it from clock ticks


class PartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How a part's process is. `health` is the port of its /readyz."""

    name: str
    state: PartState
    pid: int | None
    restarts: int
    exit_code: int | None
    next_start: datetime | None
    last_lines: tuple[str, ...]
    health: int


class SupervisorRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The running supervisor. `process_started` tells its pid from a later process with the same one."""

    pid: int
    process_started: float
    started: datetime
    version: str
    config_dir: str
    bind: str
    parts: tuple[PartRecord, ...]
    versions_differ_since: datetime | None = None
    """Since when the parts' config versions are not the same; None while they are."""


def own_start() -> float:
    """Return when this process started, seconds since 1970."""
    return psutil.Process().create_time()


def write_record(place: Place, record: SupervisorRecord) -> None:
    """Replace the record in the data folder."""
    path = place.run_dir / RECORD_FILE
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(record))
    new.replace(path)


def remove_record(place: Place) -> None:
    """Remove the record: nothing runs any more."""
    (place.run_dir / RECORD_FILE).unlink(missing_ok=True)


def read_record(place: Place) -> SupervisorRecord | None:
    """Return the record of the supervisor that runs on this data folder now; None when none does.

    Raises StateRefusedError when the file is not a record.
    """
    path = place.run_dir / RECORD_FILE
    try:
        record = msgspec.json.decode(path.read_bytes(), type=SupervisorRecord)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise StateRefusedError(f"{path}: not a record of a supervisor ({error}); remove it") from error
    return record if process_of(record) else None


def process_of(record: SupervisorRecord) -> psutil.Process | None:
    """Return the process that wrote `record`; None when it is gone, whoever has its pid today."""
    try:
        process = psutil.Process(record.pid)
        same = abs(process.create_time() - record.process_started) < _SAME_START
        alive = same and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if alive else None
