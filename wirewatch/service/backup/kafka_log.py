"""Copying the folder of a running Kafka, so that the copy is what a power cut would have left.

A partition is a row of segments, to the last of which Kafka appends. A copy that ends anywhere, also within a
record, is a log that Kafka can start on: it drops the torn end. That holds because all that it could wrongly
trust is left out: indexes and producers' snapshots, which it makes anew, and its notes of how far the log is
good, without which it reads all of it. So the first start on a copy takes longer.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from wirewatch.on_disk import copy_bytes

METADATA = "__cluster_metadata-0"
"""KRaft's own log: which topics there are, under which ids. Copied last: it knows every copied topic."""
_SEGMENT = ".log"
_MADE_ANEW = frozenset({".index", ".timeindex", ".txnindex", ".snapshot"})
_IN_THE_MAKING = frozenset({".deleted", ".cleaned", ".swap", ".part", ".tmp", ".new", ".lock"})
_NOTES = frozenset(
    {
        "recovery-point-offset-checkpoint",
        "replication-offset-checkpoint",
        "log-start-offset-checkpoint",
        "cleaner-offset-checkpoint",
        ".kafka_cleanshutdown",
        ".lock",
    }
)


def partitions(log: Path) -> list[str]:
    """Return the folders of `log` to copy: ours, not those that Kafka keeps for consumer groups."""
    return sorted(path.name for path in log.iterdir() if path.is_dir() and _ours(path.name))


def _ours(name: str) -> bool:
    topic, _, number = name.rpartition("-")
    return bool(topic) and number.isdigit() and not topic.startswith("__")


def copy_log(log: Path, target: Path, *, already: Iterable[str] = ()) -> None:
    """Copy all of Kafka's folder `log` but the partitions `already` there. Raises OSError."""
    done = set(already)
    for name in partitions(log):
        if name not in done:
            copy_partition(log / name, target / name)
    copy_partition(log / METADATA, target / METADATA)
    _copy_files(log, target, _kept)


def copy_partition(source: Path, target: Path) -> None:
    """Copy one partition; one that is deleted meanwhile is left out. Raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    try:
        _copy_segments(source, target)
        # After the segments: Kafka drops snapshots and epochs beyond the log's end, but cannot fill a gap.
        _copy_files(source, target, lambda name: _kept(name) and not name.endswith(_SEGMENT))
    except FileNotFoundError:
        if source.exists():
            raise
        for path in target.iterdir():
            path.unlink()
        target.rmdir()


def _copy_segments(source: Path, target: Path) -> None:
    copied: list[Path] = []
    # Listed before the first is copied: all but the last are whole by then, and none is left out in between.
    for name in sorted(path.name for path in source.iterdir() if path.suffix == _SEGMENT):
        try:
            copy_bytes(source / name, target / name)
        except FileNotFoundError:  # retention took it, and all before it
            (target / name).unlink(missing_ok=True)
            for older in copied:
                older.unlink(missing_ok=True)
            copied.clear()
        else:
            copied.append(target / name)


def _copy_files(source: Path, target: Path, wanted: Callable[[str], bool]) -> None:
    for name in _names(source):
        if wanted(name):
            copy_bytes(source / name, target / name)


def _names(folder: Path) -> Iterator[str]:
    yield from sorted(path.name for path in folder.iterdir() if path.is_file())


def _kept(name: str) -> bool:
    suffix = Path(name).suffix
    return name not in _NOTES and suffix not in _MADE_ANEW and suffix not in _IN_THE_MAKING
