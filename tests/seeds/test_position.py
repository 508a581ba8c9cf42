import os

import pytest

from connectors.seeds.position import Position, PositionFile
from wirewatch.errors import StateRefusedError


@pytest.fixture
def file(tmp_path):
    return PositionFile(tmp_path / "replay" / "position.json")


def test_without_a_file_it_is_the_beginning(file, tmp_path):
    assert file.load(tmp_path) == Position(seeds=str(tmp_path))


def test_what_was_saved_is_loaded(file, tmp_path):
    position = Position(seeds=str(tmp_path), round=3, shift=86400.5, sent=("a", "b"))
    file.save(position)
    assert file.load(tmp_path) == position
    assert [path.name for path in file.path.parent.iterdir()] == ["position.json"]


def test_another_folder_starts_from_the_beginning(file, tmp_path):
    file.save(Position(seeds=str(tmp_path), round=3, sent=("a",)))
    assert file.load(tmp_path / "other") == Position(seeds=str(tmp_path / "other"))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"v":1,"seeds":"/s","se', id="torn"),
        pytest.param(b"\xff", id="no text"),
        pytest.param(b'{"v":1,"seeds":"/s","sent":7}', id="another shape"),
        pytest.param(b'{"v":2,"seeds":"/s"}', id="a newer version"),
    ],
)
def test_a_file_it_cannot_read_is_refused_with_the_way_out(file, tmp_path, data):
    file.path.parent.mkdir()
    file.path.write_bytes(data)
    with pytest.raises(StateRefusedError, match=r"position\.json: .*remove it"):
        file.load(tmp_path)
    assert file.path.read_bytes() == data


def test_a_crash_while_saving_leaves_the_old_position(file, tmp_path, monkeypatch):
    old = Position(seeds=str(tmp_path), sent=("a",))
    file.save(old)

    def crash(_fd):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        file.save(old.with_sent(["a", "b"]))
    assert file.load(tmp_path) == old
