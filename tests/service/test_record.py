"""The supervisor's record: who wrote it, whatever the clock says since."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import psutil
import pytest

from wirewatch.errors import StateRefusedError
from wirewatch.service.place import Place
from wirewatch.service.supervisor.record import (
    SupervisorRecord,
    process_of,
    read_record,
    start_of,
    write_record,
)
from wirewatch.settings import Settings


@pytest.fixture
def other():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def record(pid, started):
    return SupervisorRecord(
        pid=pid,
        process_started=started,
        started=datetime.now(UTC),
        version="0",
        config_dir="/",
        bind="127.0.0.1",
        parts=(),
    )


def test_a_clock_that_is_set_changes_nobody(other, monkeypatch, tmp_path):
    place = Place(Settings(), tmp_path, tmp_path)
    place.run_dir.mkdir()
    write_record(place, record(other.pid, start_of(other.pid)))
    booted = psutil.boot_time()
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: booted - 3600)
    assert read_record(place).pid == other.pid


def test_a_pid_used_again_is_not_believed(other):
    assert process_of(record(other.pid, start_of(os.getpid()))) is None
    assert process_of(record(other.pid, start_of(other.pid))).pid == other.pid


def test_a_process_that_is_gone(other):
    started = start_of(other.pid)
    other.kill()
    other.wait()
    assert process_of(record(other.pid, started)) is None


def test_a_record_that_cannot_be_read_is_named(tmp_path):
    place = Place(Settings(), tmp_path, tmp_path)
    (place.run_dir / "supervisor.json").mkdir(parents=True)
    with pytest.raises(StateRefusedError, match=r"supervisor\.json: cannot be read"):
        read_record(place)


def test_where_the_data_folder_is_a_file_nothing_runs(tmp_path):
    (tmp_path / "data").touch()
    assert read_record(Place(Settings(), tmp_path, tmp_path / "data")) is None
