"""Config that is read again when its files change: whole or not at all, and never half written."""

import errno
import os
import shutil
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from connectors.kept import FOLDER
from connectors.reload import RETRY_LOOKS, Reloader
from wirewatch.errors import ConfigError
from wirewatch.part import PartContext
from wirewatch.settings import Settings


class Site:
    """One file that must hold words, and a part that keeps them. `bad` words are refused."""

    def __init__(self, folder):
        self.file = folder / "words"
        self.file.write_text("one")
        self.wrong = None
        self.during = lambda: None
        self.made = []
        self.folder = folder
        self.start()

    def start(self):
        """Start the part, as after a restart."""
        self.context = PartContext(Settings(), self.folder, self.folder / "data")
        self.reloader = Reloader(self.context, "words", files=self.files, make=self.make, version=" ".join)

    def files(self):
        if self.wrong is not None:
            raise self.wrong
        return [self.file]

    def make(self, folder):
        try:
            words = (folder / self.file.name).read_text().split()
        except OSError as error:
            raise ConfigError(f"{self.file}: cannot be read") from error
        self.made.append(words)
        self.during()
        if "bad" in words:
            raise ConfigError(f"{self.file}:1: bad")
        if "secret" in words and not (self.folder / "secret").exists():
            raise ConfigError(f"{self.folder / 'secret'}: is not there")
        if "worse" in words:
            raise RecursionError
        return words

    def looks(self, count=2):
        return [self.look() for _ in range(count)]

    def look(self):
        """Look as a part does, which goes by what is found at once."""
        found = self.reloader.look()
        if found:
            self.reloader.in_force()
        return found

    @property
    def state(self):
        return self.context.health.configs()["words"]


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_nothing_is_read_again_while_nothing_changes(site):
    assert not any(site.looks(5))
    assert len(site.made) == 1


def test_a_change_is_taken_once_it_stands_still(site):
    site.file.write_text("two")
    assert site.looks() == [False, True]
    assert (site.reloader.current, site.state.version) == (["two"], "two")
    assert not any(site.looks(3))


def test_a_version_is_told_once_it_is_used_and_not_before(site):
    """Else who waits for it, to send what only that one knows, sends it to the one before."""
    site.file.write_text("two")
    with capture_logs() as logs:
        assert [site.reloader.look(), site.reloader.look()] == [False, True]
        assert (site.reloader.current, site.state, version()) == (["two"], ("one", None), "one")
        assert (logs, kept(site)) == ([], ["two"])
        site.reloader.in_force()
    assert (site.state, version()) == (("two", None), "two")
    assert [line["event"] for line in logs] == ["config_reloaded"]


def test_a_file_being_written_is_left_alone(site):
    for length in range(5):
        site.file.write_text("two " * (length + 2))
        assert site.looks(1) == [False]
    assert len(site.made) == 1
    assert site.looks(1) == [True]


def test_an_edit_while_it_is_read_makes_it_read_again(site):
    site.during = lambda: site.file.write_text("three, just now")
    site.file.write_text("two")
    assert site.looks() == [False, False]
    assert site.reloader.current == ["one"]
    site.during = lambda: None
    assert site.looks() == [False, True]
    assert site.reloader.current[0] == "three,"


@pytest.mark.parametrize("word", ["bad", "worse"])
def test_a_broken_one_keeps_the_last_good_one_until_it_is_mended(site, word):
    site.file.write_text(word)
    assert site.looks() == [False, False]
    assert site.reloader.current == ["one"]
    assert site.state.version == "one"
    assert {"bad": f"{site.file}:1: bad", "worse": "RecursionError: "}[word] == site.state.error
    assert successful() == 0
    assert not any(site.looks(3))
    assert len(site.made) == 2, "the same broken file is not read over and over"
    site.file.write_text("mended")
    assert site.looks() == [False, True]
    assert site.state == ("mended", None)
    assert successful() == 1


def test_what_waits_for_a_secret_is_taken_once_that_is_made(site):
    site.file.write_text("two secret")
    with capture_logs() as logs:
        assert not any(site.looks(3 * RETRY_LOOKS))
    assert [line["event"] for line in logs] == ["config_broken"]
    assert (len(site.made) <= 5, successful()) == (True, 0)
    (site.folder / "secret").touch()
    assert sum(site.looks(RETRY_LOOKS)) == 1
    assert (site.reloader.current, site.state.error) == (["two", "secret"], None)


def test_going_back_to_what_is_in_force_mends_it_too(site):
    site.file.write_text("bad")
    site.looks()
    site.file.write_text("one")
    assert site.looks() == [False, False]
    assert (site.state.error, successful()) == (None, 1)


def test_a_file_that_goes_is_a_change(site):
    site.file.unlink()
    site.looks()
    assert site.state.error == f"{site.file}: cannot be read"
    assert site.reloader.current == ["one"]


def test_asked_to_it_reads_at_once(site):
    site.file.write_text("two")
    site.context.reloads.ask()
    assert site.looks() == [True, False]


def test_an_edit_that_decides_nothing_changes_nothing(site):
    site.file.write_text("  one  ")
    assert site.looks() == [False, False]
    assert site.reloader.current == ["one"]


def test_a_thread_tells_of_each_new_one(site, monkeypatch, eventually):
    monkeypatch.setattr("connectors.reload.LOOK_SECONDS", 0.02)
    heard = []
    thread = site.reloader.watch(lambda words: heard.append((words, site.state.version)))
    new = site.folder / "new"
    new.write_text("two")
    new.replace(site.file)  # at once: it looks so often that it could meet a file that is still empty
    eventually(lambda: site.state.version == "two")
    assert heard == [(["two"], "one")]
    site.context.stop.set()
    thread.join(60)
    assert not thread.is_alive()


def test_files_that_cannot_be_listed_for_a_while_end_nothing(site):
    """As when no handle is left: what a look raised would end the thread that looks, for good and unsaid."""
    no_handle_left = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    site.wrong = no_handle_left
    assert not any(site.looks(2 * RETRY_LOOKS))
    assert (site.state.version, successful()) == ("one", 0)
    assert site.state.error == "OSError: [Errno 24] Too many open files"
    site.wrong = None
    site.file.write_text("two")
    assert sum(site.looks()) == 1
    assert site.state == ("two", None)
    site.wrong = no_handle_left
    site.looks()
    site.wrong = None
    assert not any(site.looks(RETRY_LOOKS))
    assert (site.state, successful()) == (("two", None), 1)


def kept(site):
    """Whose content is kept, by file."""
    return [path.read_text() for path in (site.folder / "data").rglob("words") if path.is_file()]


@pytest.mark.parametrize("word", ["bad", "worse"])
def test_a_restart_with_a_broken_one_begins_by_the_last_good_one(site, word):
    site.file.write_text("two")
    site.looks()
    site.file.write_text(word)
    site.start()
    assert site.reloader.current == ["two"]
    assert site.state.version == "two"
    assert "started by the copy of 20" in site.state.error
    assert successful() == 0
    assert not any(site.looks(3))
    site.start()  # and another
    site.file.write_text("mended")
    assert site.looks() == [False, True]
    assert (site.state, successful()) == (("mended", None), 1)
    assert kept(site) == ["mended"]


@pytest.mark.parametrize(("word", "events"), [("bad", 1), ("worse", 2)])
def test_that_a_copy_is_in_force_is_said_once_and_stays_true(site, word, events):
    site.file.write_text(word)
    with capture_logs() as logs:
        site.start()
        assert not any(site.looks(3 * RETRY_LOOKS))
    assert "started by the copy of 20" in site.state.error
    assert len([log for log in logs if log["log_level"] == "error"]) == events


def test_one_good_one_is_kept_and_no_broken_one(site):
    for words in ("two", "three", "bad", " three "):
        site.file.write_text(words)
        site.looks()
    assert kept(site) == [" three "]


def test_what_is_edited_while_it_is_kept_is_not_taken(site, monkeypatch):
    """Else a version could be in force of which there is no copy, and a start by broken files goes back."""
    synced = os.fsync

    def edit(handle):
        site.file.write_text("three")
        return synced(handle)

    site.file.write_text("two")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, "fsync", edit)
        assert site.looks() == [False, False]
    assert (site.reloader.current, site.state.version, kept(site)) == (["one"], "one", ["one"])
    assert site.looks() == [False, True]
    assert (site.state, kept(site)) == (("three", None), ["three"])


def test_a_copy_that_was_damaged_is_made_anew(site):
    (copy,) = (path for path in (site.folder / "data").rglob("words") if path.is_file())
    copy.write_bytes(b"\0\0\0")  # as long as before
    site.start()
    assert kept(site) == ["one"]
    site.file.write_text("bad")
    site.start()
    assert site.reloader.current == ["one"]


def test_a_copy_is_on_disk_before_it_is_in_place(site, monkeypatch):
    """Else a power cut leaves a folder of the right name with empty files in it."""
    synced, rename = set(), Path.rename

    def fsync(handle):
        synced.add(os.fstat(handle).st_ino)

    def place(new, target):
        assert {path.stat().st_ino for path in (new, *new.rglob("*"))} <= synced
        return rename(new, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", place)
    site.file.write_text("two")
    site.looks()
    assert kept(site) == ["two"]


def test_only_this_user_may_read_what_is_kept(site):
    root = site.folder / "data" / FOLDER
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in root.rglob("*")}
    assert (root.stat().st_mode & 0o777, modes) == (0o700, {True: 0o700, False: 0o600})


def test_a_first_start_with_a_broken_one_is_refused(site):
    site.file.write_text("bad")
    shutil.rmtree(site.folder / "data")
    with pytest.raises(ConfigError, match=r"words:1: bad$"):
        site.start()


def test_what_was_kept_of_another_config_folder_is_not_taken(site, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    site.file = other / "words"
    site.file.write_text("bad")
    context = PartContext(Settings(), other, site.folder / "data")
    with pytest.raises(ConfigError, match="bad"):
        Reloader(context, "words", files=lambda: [site.file], make=site.make, version=" ".join)


def test_what_was_kept_and_changed_by_hand_is_not_taken(site):
    (copy,) = (path for path in (site.folder / "data").rglob("words") if path.is_file())
    copy.write_text("meddled")
    site.file.write_text("bad")
    with pytest.raises(ConfigError, match="bad"):
        site.start()


def test_a_data_folder_that_takes_no_copy_ends_nothing(site):
    shutil.rmtree(site.folder / "data")
    (site.folder / "data").write_text("a file where a folder should be")
    site.file.write_text("two")
    assert site.looks() == [False, True]
    assert site.state == ("two", None)


def version():
    (family,) = (found for found in REGISTRY.collect() if found.name == "wirewatch_config")
    (told,) = (sample.labels for sample in family.samples if sample.labels["config"] == "words")
    return told["version"]


def successful():
    return REGISTRY.get_sample_value("wirewatch_config_last_reload_successful", {"config": "words"})
