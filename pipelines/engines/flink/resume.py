"""Where the next submission goes on: where the last job was stopped, else at its last checkpoint.

A job may be gone without having been stopped: its cluster was ended, its JobManager died without high
availability, or somebody cancelled it. What it had told must not be told again. So its last checkpoint is
looked for: at the cluster, in the folder of checkpoints, and where it was last seen.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

import msgspec

from pipelines.engines.flink.rest import FlinkRest
from wirewatch.errors import WirewatchError

Noted = TypeVar("Noted", bound=msgspec.Struct)

STORED: Final = "_metadata"
"""Flink writes this last of a checkpoint (flink.apache.org: Checkpoints, directory structure)."""


class Point(msgspec.Struct, frozen=True):
    """A savepoint or checkpoint."""

    location: str
    """Its URI."""
    state: str | None = None
    """The fingerprint of what it keeps (see fit), when known."""


class LastJob(msgspec.Struct, frozen=True):
    """The job that was submitted or found last."""

    id: str
    state: str | None
    checkpoint: str | None
    """Its last checkpoint that was seen, else what it was resumed from; None when there was neither."""


def remember(data_dir: Path, point: Point) -> None:
    """Note what the next submission resumes from."""
    _write(_savepoint(data_dir), point)


def note(data_dir: Path, job: LastJob) -> None:
    """Note the job that runs."""
    if _read(_last(data_dir), LastJob) != job:
        _write(_last(data_dir), job)


def noted(data_dir: Path) -> LastJob | None:
    """Return the job that was noted last."""
    return _read(_last(data_dir), LastJob)


def submitted(data_dir: Path, job: LastJob) -> None:
    """Note a job that was just submitted: it keeps checkpoints of its own."""
    note(data_dir, job)
    _savepoint(data_dir).unlink(missing_ok=True)


def forget(data_dir: Path) -> None:
    """Have the next submission begin with nothing."""
    _savepoint(data_dir).unlink(missing_ok=True)
    _last(data_dir).unlink(missing_ok=True)


def point(rest: FlinkRest, data_dir: Path, storage: str | None) -> Point | None:
    """Return what the next submission resumes from, None for nothing. `storage` is `flink.storage`."""
    if (savepoint := _read(_savepoint(data_dir), Point)) is not None:
        return savepoint
    if (last := noted(data_dir)) is None:
        return None
    found = latest(rest, last.id) or _newest(_folder(storage, data_dir), last.id) or last.checkpoint
    return Point(found, last.state) if found else None


def latest(rest: FlinkRest, job: str) -> str | None:
    """Return the last checkpoint of a job that the cluster remembers."""
    with suppress(WirewatchError):  # it does not, after it was started anew
        completed = rest.checkpoints(job)["latest"]["completed"]
        return str(completed["external_path"]) if completed else None
    return None


def _newest(storage: Path | None, job: str) -> str | None:
    """Return the newest checkpoint in a folder that is here."""
    if storage is None:
        return None
    found = [
        (int(stored.parent.name.removeprefix("chk-")), stored.parent)
        for stored in (storage / "checkpoints" / job).glob(f"chk-*/{STORED}")
    ]
    return max(found)[1].as_uri() if found else None


def _folder(storage: str | None, data_dir: Path) -> Path | None:
    """Return the folder below which `flink up` keeps checkpoints; None when it is no folder."""
    if storage is None:
        return (data_dir / "flink").resolve()
    if "://" not in storage:
        return Path(storage).resolve()
    parts = urlsplit(storage)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def _savepoint(data_dir: Path) -> Path:
    return data_dir / "flink" / "resume-from.json"


def _last(data_dir: Path) -> Path:
    return data_dir / "flink" / "last-job.json"


def _write(file: Path, value: msgspec.Struct) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(value))
    new.replace(file)


def _read(file: Path, kind: type[Noted]) -> Noted | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise WirewatchError(
            f"{file}: cannot be read ({error}): `wirewatch pipeline --engine flink --from SAVEPOINT` says "
            "where to go on, `--from none` begins with nothing"
        ) from error
