"""The checkpoint by hand, on one that the engine itself made."""

import sqlite3

import pytest

from pipelines.engines.checkpoint import contents, migrate, reset
from pipelines.engines.embedded.store import Store
from wirewatch.errors import AlreadyRunningError, StateRefusedError, WirewatchError


@pytest.fixture
def checkpoint(tmp_path):
    """A checkpoint with two cells of `stories`, a source position and a held input."""
    path = tmp_path / "checkpoint.db"
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO slots VALUES ('stories', 'state:ring', 'bag(bytes)')")
        for number in (1, 2):
            db.execute("INSERT INTO cells VALUES (?, 'stories', 'ring', ?, x'')", (number, b"k%d" % number))
            db.execute("INSERT INTO cell_rows (cell, data) VALUES (?, x'010203')", (number,))
        db.execute("INSERT INTO residuals (transform, element) VALUES ('read', x'01')")
        db.execute("INSERT INTO held (transform, data) VALUES ('send', x'0102')")
    db.close()
    return path


def test_contents(checkpoint):
    assert [tuple(kept) for kept in contents(checkpoint)] == [
        ("read", "source", 1, 1),
        ("send", "held", 1, 2),
        ("stories", "state:ring", 2, 6),
    ]


def test_rename_and_drop(checkpoint):
    assert migrate(checkpoint, renames=[("stories", "tell stories")], drops=["send"]) == 4
    assert {kept.transform for kept in contents(checkpoint)} == {"read", "tell stories"}
    Store(checkpoint).close()


def test_dropped_state_takes_its_rows_along(checkpoint):
    migrate(checkpoint, renames=[], drops=["stories"])
    with sqlite3.connect(checkpoint) as db:
        assert db.execute("SELECT count(*) FROM cell_rows").fetchone() == (0,)
    db.close()


def test_a_wrong_name_changes_nothing(checkpoint):
    before = contents(checkpoint)
    with pytest.raises(WirewatchError, match="nothing is kept by 'nonsense'"):
        migrate(checkpoint, renames=[("stories", "x")], drops=["nonsense"])
    assert contents(checkpoint) == before


def test_reset_keeps_the_old_one_aside(checkpoint):
    first = reset(checkpoint)
    assert not checkpoint.exists()
    assert len(contents(first)) == 3
    Store(checkpoint).close()
    assert reset(checkpoint) != first
    assert reset(checkpoint) is None


@pytest.mark.parametrize("change", [reset, lambda path: migrate(path, renames=[], drops=["read"])])
def test_nothing_changes_under_a_running_engine(checkpoint, change):
    with Store(checkpoint), pytest.raises(AlreadyRunningError):
        change(checkpoint)
    assert len(contents(checkpoint)) == 3


def test_what_is_no_checkpoint_is_refused(tmp_path):
    path = tmp_path / "checkpoint.db"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StateRefusedError, match="state reset"):
        contents(path)
