"""Files of another user, and a full disk: said in a line, with what to do, and no traceback."""

import contextlib
import errno
import os
import pwd
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import pytest

from connectors.notify.signing.secrets import new_secret, secrets_of_file
from wirewatch.errors import ConfigError, of_system, why
from wirewatch.part import utc_now
from wirewatch.service.doctor import machine
from wirewatch.service.doctor.check_result import guarded, ok
from wirewatch.service.doctor.examine import examine
from wirewatch.service.place import Place
from wirewatch.service.supervisor.record import SupervisorRecord, start_of, write_record
from wirewatch.settings import Settings

NOBODY = 65534


@contextlib.contextmanager
def as_nobody():
    """Be somebody who owns nothing here within the block, as far as this process may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextlib.contextmanager
def shut_out(folder):
    """Have this process no right to look into `folder` within the block."""
    folder.chmod(0o700 if os.geteuid() == 0 else 0)
    try:
        with as_nobody():
            yield
    finally:
        folder.chmod(0o700)


@pytest.fixture
def path(tmp_path):
    """A secret as root's are for a service that runs as somebody else."""
    path = tmp_path / "secrets" / "desk"
    path.parent.mkdir()
    path.write_text(new_secret())
    return path


def test_a_secret_of_somebody_else_is_told_with_what_to_do(path):
    with shut_out(path.parent), pytest.raises(ConfigError, match="Permission denied; wirewatch runs as"):
        secrets_of_file(path, "receiver desk")


def test_one_that_becomes_so_leaves_the_last_in_force(path):
    secret = secrets_of_file(path, "receiver desk")
    before = secret()
    path.write_text(new_secret())
    with shut_out(path.parent):
        assert secret() == before


def test_doctor_goes_on_to_the_next_check(path):
    with shut_out(path.parent):
        (found,) = guarded("secrets", lambda: iter([ok("secrets", str(path.stat()))]), "")
    assert (found.state, found.says.partition(";")[0]) == ("wrong", f"{path}: Permission denied")


SAID = {
    "rights": (
        PermissionError(errno.EACCES, "Permission denied", "/x"),
        2,
        "/x: Permission denied; wirewatch",
    ),
    "room": (
        OSError(errno.ENOSPC, "No space left on device"),
        1,
        "/data: No space left on device; make room",
    ),
}


@pytest.mark.parametrize(("error", "code", "says"), SAID.values(), ids=SAID)
def test_what_a_person_can_mend(error, code, says):
    known = of_system(error, "/data")
    assert (known.exit_code, str(known)[: len(says)]) == (code, says)


def test_a_full_disk_of_a_database_is_said_too(tmp_path):
    with (
        contextlib.closing(sqlite3.connect(tmp_path / "full.db")) as db,
        pytest.raises(sqlite3.Error) as full,
    ):
        db.executescript("PRAGMA max_page_count = 1; CREATE TABLE one (a); CREATE TABLE two (a);")
    known = of_system(full.value, "/data")
    assert (known.exit_code, str(known)) == (1, "/data: database or disk is full; make room")
    with contextlib.closing(sqlite3.connect(tmp_path / "x.db")) as db, pytest.raises(sqlite3.Error) as fault:
        db.execute("SELECT nothing FROM nowhere")
    assert of_system(fault.value, "/data") is None


@pytest.fixture
def open_folder():
    """A folder that anybody may look into, as no `tmp_path` of root's is."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def test_doctor_finds_stores_that_the_service_cannot_write(open_folder):
    place = Place(Settings(), open_folder, open_folder / "data")
    store = place.data_dir / "notify" / "notify.db"
    assert [one.state for one in machine.data(place)] == ["ok"]  # nothing there yet
    place.make_folders()
    store.parent.mkdir()
    store.touch()
    kafkas = place.data_dir / "broker" / "kafka" / "0.checkpoint"  # read-only is how Kafka keeps it
    kafkas.parent.mkdir(parents=True)
    kafkas.touch(0o444)
    assert [one.state for one in machine.data(place)] == ["ok"]
    for path in open_folder.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    store.chmod(0o444)
    with as_nobody():
        (found,) = machine.data(place)
    assert (found.state, str(store) in found.says, "chown" in found.fix) == ("wrong", True, True)


def doctor_says(place):
    """Return what doctor finds of the data folder, and as whom it runs then."""
    found = examine(place, now=utc_now, prometheus="http://127.0.0.1:9", send_test=False)
    return next(one for one in found if one.check == "data"), os.geteuid(), os.getgroups()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may be another user")
def test_doctor_of_root_judges_by_the_user_of_the_service(open_folder):
    place, groups = Place(Settings(), open_folder, open_folder / "data"), os.getgroups()
    place.make_folders()
    store = place.data_dir / "notify" / "notify.db"
    store.parent.mkdir()
    store.touch(0o644)
    found, *runs_as = doctor_says(place)
    assert (found.state, runs_as) == ("ok", [0, groups])  # root's: the service is root's too
    for folder in (place.data_dir, *place.data_dir.rglob("*/")):
        os.chown(folder, NOBODY, NOBODY)
    found, *runs_as = doctor_says(place)
    nobody = pwd.getpwuid(NOBODY).pw_name
    assert (found.says, runs_as) == (f"{nobody} cannot write to {store}", [0, groups])
    assert f"chown -R {nobody} {place.data_dir}" in found.fix
    os.chown(store, NOBODY, NOBODY)
    assert doctor_says(place)[0].state == "ok"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may be another user")
def test_who_runs_the_service_tells_more_than_who_owns_its_folder(open_folder):
    place = Place(Settings(), open_folder, open_folder / "data")
    place.make_folders()
    runs = subprocess.Popen(["sleep", "60"], user=NOBODY)
    try:
        record = SupervisorRecord(
            pid=runs.pid,
            process_started=start_of(runs.pid),
            started=utc_now(),
            version="",
            config_dir="",
            bind="",
            parts=(),
        )
        write_record(place, record)
        assert "cannot write" in doctor_says(place)[0].says
    finally:
        runs.kill()
        runs.wait()
    assert doctor_says(place)[0].state == "ok"


def test_all_else_is_unexpected():
    assert of_system(OSError(errno.EIO, "Input/output error"), "/data") is None
    assert of_system(PermissionError(errno.EPERM, "Operation not permitted"), "/data") is None  # a signal
    assert why(OSError(errno.EIO, "Input/output error")) == "Input/output error"
