"""What is copied of a Kafka that goes on writing, rolling and deleting."""

import pytest

from wirewatch.on_disk import copy_bytes
from wirewatch.service.backup import kafka_log
from wirewatch.service.backup.kafka_log import copy_log, copy_partition


@pytest.fixture
def log(tmp_path):
    """A Kafka folder: a partition of two segments, Kafka's own topics, and all that may lie about."""
    root = tmp_path / "kafka"
    part = root / "articles-0"
    part.mkdir(parents=True)
    for name in ("00.log", "00.index", "00.timeindex", "50.log", "50.snapshot", "00.log.deleted"):
        (part / name).write_text(name)
    (part / "partition.metadata").write_text("id")
    for name in (kafka_log.METADATA, "__consumer_offsets-0", "old-0.deadbeef-delete"):
        (root / name).mkdir()
    (root / kafka_log.METADATA / "quorum-state").write_text("{}")
    for name in ("meta.properties", "recovery-point-offset-checkpoint", ".lock", ".kafka_cleanshutdown"):
        (root / name).write_text(name)
    return root


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_it_takes_what_kafka_cannot_make_anew(log, tmp_path):
    copy_log(log, tmp_path / "copy")
    assert names(tmp_path / "copy") == [
        "__cluster_metadata-0/quorum-state",
        "articles-0/00.log",
        "articles-0/50.log",
        "articles-0/partition.metadata",
        "meta.properties",
    ]


def test_what_is_appended_meanwhile_is_not_chased(tmp_path):
    source = tmp_path / "00.log"
    source.write_bytes(b"x" * 10)
    with source.open("ab") as grows:
        assert copy_bytes(source, tmp_path / "copy") == 10
        grows.write(b"more")
    assert (tmp_path / "copy").read_bytes() == b"x" * 10


@pytest.mark.parametrize(
    ("gone_at", "left"),
    [("00.log", ["50.log", "90.log"]), ("50.log", ["90.log"]), ("90.log", [])],
    ids=["the oldest", "one in the middle: what came before it goes too", "the last"],
)
def test_segments_that_retention_takes_leave_no_gap(log, tmp_path, monkeypatch, gone_at, left):
    source = log / "articles-0"
    (source / "90.log").write_text("90")

    def copy(path, target):
        if path.name == gone_at:  # Kafka deletes the oldest first
            for older in source.glob("*.log"):
                if older.name <= gone_at:
                    older.unlink()
        return copy_bytes(path, target)

    monkeypatch.setattr(kafka_log, "copy_bytes", copy)
    copy_partition(source, tmp_path / "copy")
    assert [name for name in names(tmp_path / "copy") if name.endswith(".log")] == left


def test_a_topic_that_is_deleted_meanwhile_is_left_out(log, tmp_path, monkeypatch):
    source = log / "articles-0"

    def copy(path, target):
        if source.exists():
            source.rename(log / "articles-0.0123-delete")
        return copy_bytes(path, target)

    monkeypatch.setattr(kafka_log, "copy_bytes", copy)
    copy_partition(source, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
