"""Files that are replaced or removed for good."""

import os
from pathlib import Path

import pytest

from wirewatch.on_disk import is_read_only, make_folder, remove_file, replace_file, replacing

NOBODY = 65534


@pytest.fixture
def steps(monkeypatch):
    """What is done to the disk, in order."""
    done = []
    sync, replace, unlink = os.fsync, Path.replace, Path.unlink

    def synced(handle):
        done.append(("synced", Path(f"/proc/self/fd/{handle}").resolve().name))
        sync(handle)

    def replaced(path, target):
        done.append(("replaced", target.name))
        return replace(path, target)

    def unlinked(path, *, missing_ok=False):
        if path.exists():
            done.append(("removed", path.name))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(Path, "unlink", unlinked)
    return done


def test_a_file_is_on_disk_before_it_is_in_place_and_its_name_after(tmp_path, steps):
    replace_file(tmp_path / "state" / "a.json", b"new")
    assert steps == [("synced", f".a.json.{os.getpid()}"), ("replaced", "a.json"), ("synced", "state")]


def test_what_is_removed_stays_removed(tmp_path, steps):
    file = tmp_path / "a.json"
    remove_file(file)
    assert steps == []
    file.touch()
    remove_file(file)
    assert steps == [("removed", "a.json"), ("synced", tmp_path.name)]


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_failure_leaves_what_was(tmp_path, before):
    file = tmp_path / "a.yaml"
    if before is not None:
        file.write_bytes(before)

    def half(draft):
        draft.write_bytes(b"ha")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), replacing(file) as draft:
        half(draft)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == (
        {} if before is None else {"a.yaml": before}
    )


def test_what_a_killed_process_of_this_number_left_is_written_over(tmp_path):
    (tmp_path / f".a.{os.getpid()}").write_bytes(b"longer than the new one")
    replace_file(tmp_path / "a", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"new"}


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_keeps_its_mode_and_is_never_open_to_others_meanwhile(tmp_path, mode):
    file = tmp_path / "a"
    file.touch()
    file.chmod(mode)
    with replacing(file) as draft:
        assert draft.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_mode & 0o777 == mode


def test_a_new_file_has_the_mode_of_any_other(tmp_path):
    (tmp_path / "other").touch()
    replace_file(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_what_a_link_leads_to_is_replaced(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "a").symlink_to("shared/a")
    replace_file(tmp_path / "a", b"new")
    assert (tmp_path / "a").is_symlink()
    assert (tmp_path / "shared" / "a").read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_in_the_folder_of_another_is_theirs(tmp_path):
    os.chown(tmp_path, NOBODY, NOBODY)
    replace_file(tmp_path / "a" / "b" / "new", b"")
    make_folder(tmp_path / "a" / "c")
    made = list(tmp_path.rglob("*"))
    assert len(made) == 4
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(NOBODY, NOBODY)}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_replaces_keeps_its_owner(tmp_path):
    file = tmp_path / "a"
    file.touch()
    os.chown(tmp_path, NOBODY, NOBODY)
    os.chown(file, 1, 1)
    replace_file(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (1, 1)


def test_a_folder_that_anybody_writes_is_on_no_read_only_file_system(tmp_path):
    assert not is_read_only(tmp_path)
