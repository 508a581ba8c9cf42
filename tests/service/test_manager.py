"""What systemd hears, on a real datagram socket."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.processes import alive
from tests.service.support import make_site, wait_until
from tests.service.test_screen import part as status
from wirewatch.service.manager import READY_SECONDS, ServiceManager
from wirewatch.service.supervisor.status import PartCondition


class Socket:
    """Where systemd would listen."""

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.setblocking(False)
        self.heard = []

    def listen(self):
        """Return all that was heard so far."""
        try:
            while True:
                self.heard += self._socket.recv(4096).decode().split()
        except BlockingIOError:
            return self.heard

    def close(self):
        self._socket.close()


@pytest.fixture(params=["file", "abstract"])
def systemd(request, tmp_path):
    address = str(tmp_path / "notify") if request.param == "file" else f"@wirewatch-test-{os.getpid()}"
    listening = Socket(address)
    yield address, listening
    listening.close()


READY = [status("notify", PartCondition.READY)]
WAITING = [status("notify", PartCondition.WAITING, why="broker is away")]


def test_it_says_ready_once_and_what_changes(systemd):
    address, listening = systemd
    environ = {"NOTIFY_SOCKET": address}
    manager = ServiceManager(environ, clock=lambda: 0.0)
    assert environ == {}  # no part answers in our name
    manager.tell(WAITING)
    assert " ".join(listening.listen()) == "STATUS=notify waiting (broker is away)"
    manager.tell(READY)
    manager.tell(READY)
    assert listening.listen()[-4:] == ["STATUS=1", "parts", "ready", "READY=1"]


def test_a_wait_is_no_failed_start(systemd):
    address, listening = systemd
    now = [0.0]
    manager = ServiceManager({"NOTIFY_SOCKET": address}, clock=lambda: now[0])
    manager.tell(WAITING)
    assert "READY=1" not in listening.listen()
    now[0] = READY_SECONDS
    manager.tell(WAITING)
    assert listening.listen()[-1] == "READY=1"


def test_it_gives_a_sign_of_life_twice_as_often_as_is_asked(systemd):
    address, listening = systemd
    now = [0.0]
    asked = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": str(os.getpid())}
    manager = ServiceManager(asked, clock=lambda: now[0])
    for second in range(20):
        now[0] = float(second)
        manager.tell(READY)
    assert listening.listen().count("WATCHDOG=1") == 4


@pytest.mark.parametrize(
    "asked", [{}, {"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "no"}]
)
def test_a_watchdog_that_is_not_ours_is_not_fed(systemd, asked):
    address, listening = systemd
    ServiceManager({"NOTIFY_SOCKET": address, **asked}, clock=lambda: 1.0).tell(READY)
    assert "WATCHDOG=1" not in listening.listen()


def test_nobody_who_listens_is_no_failure(tmp_path):
    ServiceManager({}).tell(READY)
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell(READY)


def test_up_tells_it_and_its_parts_do_not(tmp_path):
    """The whole service, with the signals that systemd sends: HUP reloads, TERM stops in order."""
    site = make_site(tmp_path, demo={"receiver": True})
    listening = Socket(str(tmp_path / "notify"))
    env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "2000000"}
    process = site.start("up", env=env)
    try:
        wait_until(lambda: "WATCHDOG=1" in listening.listen(), what="a sign of life")
        wait_until(lambda: site.ready("receiver"), "the receiver")
        pids = [part.pid for part in site.parts().values()]
        for pid in filter(None, pids):
            assert b"NOTIFY_SOCKET" not in Path(f"/proc/{pid}/environ").read_bytes()
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: any(word.startswith("STATUS=") for word in listening.listen()), what="a status")
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not any(alive(pid) for pid in pids if pid)
    finally:
        process.kill()
        process.communicate()
        listening.close()
