"""What the supervisor tells other processes: a small file, replaced whole at every change."""

import os
from datetime import datetime
from pathlib import Path

import msgspec
import psutil

from wirewatch.errors import StateRefusedError, why
from wirewatch.service.place import Place
from wirewatch.service.supervisor.processes import PartState

RECORD_FILE = "supervisor.json"


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
    address: str = ""
    """Where it listens for others; unknown of a service that an older version started."""


class SupervisorRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The running supervisor. `process_started` (see `start_of`) tells its pid from a later process' one."""

    pid: int
    process_started: str
    started: datetime
    version: str
    config_dir: str
    bind: str
    parts: tuple[PartRecord, ...]
    versions_differ_since: datetime | None = None
    """Since when the parts' config versions are not the same; None while they are."""


def own_start() -> str:
    """Return when this process started (see `start_of`)."""
    return start_of(os.getpid())


def start_of(pid: int) -> str:
    """Return when process `pid` started, in words that no other process with this pid shares.

    On Linux the boot's id and clock ticks since it: seconds since 1970 would move whenever the clock is set.
    Raises psutil.NoSuchProcess.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:  # no Linux, or no such process
        return f"{psutil.Process(pid).create_time():.0f}"
    return f"{boot} {stat.rpartition(')')[2].split()[19]}"  # field 22, proc_pid_stat(5)


def write_record(place: Place, record: SupervisorRecord) -> None:
    """Replace the record in the data folder, whole; not forced to disk: it says nothing after a power cut."""
    path = place.run_dir / RECORD_FILE
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(record))
    new.replace(path)


def remove_record(place: Place) -> None:
    """Remove the record: nothing runs any more."""
    (place.run_dir / RECORD_FILE).unlink(missing_ok=True)


def read_record(place: Place) -> SupervisorRecord | None:
    """Return the record of the supervisor that runs on this data folder now; None when none does.

    Raises StateRefusedError when the file is not a record, or another user's.
    """
    path = place.run_dir / RECORD_FILE
    try:
        record = msgspec.json.decode(path.read_bytes(), type=SupervisorRecord)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StateRefusedError(f"{path}: cannot be read: {why(error)}") from error
    except msgspec.DecodeError as error:
        raise StateRefusedError(f"{path}: not a record of a supervisor ({error}); remove it") from error
    return record if process_of(record) else None


def process_of(record: SupervisorRecord) -> psutil.Process | None:
    """Return the process that wrote `record`; None when it is gone, whoever has its pid today."""
    try:
        process = psutil.Process(record.pid)
        same = start_of(record.pid) == record.process_started
        alive = same and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if alive else None
