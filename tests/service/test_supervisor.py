"""The supervisor with real children: restarts, failure, stop order, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from rich.console import Console

from tests.processes import alive
from tests.service import children
from tests.service.support import ROOT, environment, wait_until
from wirewatch.service.supervisor import processes as stopping
from wirewatch.service.supervisor.logfile import LogFile, LogText
from wirewatch.service.supervisor.processes import STOP_ORDER, PartSpec, PartState, Supervisor


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def supervise(tmp_path):
    """Return a maker of supervisors; whatever they started is ended afterwards."""
    made = []

    def make(clock=time.monotonic, **parts):
        specs = [
            PartSpec(name, children.command(*code) if isinstance(code, tuple) else children.command(code))
            for name, code in parts.items()
        ]
        made.append(Supervisor(specs, tmp_path / "logs", clock))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.stop(lambda: True)


def view(supervisor, name):
    return next(view for view in supervisor.views() if view.name == name)


def until(supervisor, holds):
    def ticked():
        supervisor.tick()
        return holds()

    return wait_until(ticked)


def said(supervisor, name, line="up"):
    return lambda: line in view(supervisor, name).last_lines


def test_a_part_runs_and_its_output_is_logged(supervise, tmp_path):
    supervisor = supervise(notify=children.FINE)
    until(supervisor, said(supervisor, "notify"))
    assert view(supervisor, "notify").state == PartState.RUNNING
    assert (tmp_path / "logs" / "notify.log").read_text() == "up\n"


def test_a_crashing_part_is_restarted_after_its_delay_and_shows_failed_at_the_fourth_death(supervise):
    clock = Clock()
    supervisor = supervise(clock, notify=children.CRASHING)
    for delay, state in [
        (0.5, PartState.RESTARTING),
        (1.0, PartState.RESTARTING),
        (2.0, PartState.RESTARTING),
        (4.0, PartState.FAILED),
        (8.0, PartState.FAILED),
    ]:
        supervisor.tick()  # starts it
        until(supervisor, lambda: view(supervisor, "notify").pid is None)
        seen = view(supervisor, "notify")
        assert (seen.state, seen.wait, seen.exit_code) == (state, delay, 1)
        assert seen.last_lines[-1] == "it broke"
        clock.now += delay - 0.01
        supervisor.tick()
        assert view(supervisor, "notify").pid is None
        clock.now += 0.02


def test_a_part_that_a_person_must_mend_is_failed_at_once(supervise):
    supervisor = supervise(notify=children.MISCONFIGURED)
    until(supervisor, lambda: view(supervisor, "notify").state == PartState.FAILED)
    assert view(supervisor, "notify").exit_code == 2


def test_what_a_part_died_of_is_told_until_it_dies_of_something_else(supervise, tmp_path):
    supervisor = supervise(notify=(children.CRASHING_ONCE, str(tmp_path / "known")))
    log = tmp_path / "logs" / "notify.log"
    until(supervisor, lambda: log.read_text().splitlines() == ["config: mend me", "up"])
    seen = view(supervisor, "notify")
    assert (seen.state, seen.pid is None) == (PartState.FAILED, False)
    assert seen.last_lines == ("config: mend me",)


def test_a_part_healthy_for_a_minute_is_forgiven(supervise):
    clock = Clock()
    supervisor = supervise(clock, notify=children.FINE)
    for _ in range(4):
        supervisor.tick()
        pid = until(supervisor, lambda: view(supervisor, "notify").pid)
        subprocess.run(["kill", "-9", str(pid)], check=True)
        until(supervisor, lambda: view(supervisor, "notify").pid is None)
        clock.now += 10
    supervisor.tick()
    assert view(supervisor, "notify").state == PartState.FAILED
    clock.now += 60
    assert view(supervisor, "notify").state == PartState.RUNNING


def test_a_part_that_may_finish_is_done(tmp_path):
    supervisor = Supervisor(
        [PartSpec("replay", children.command(children.FINISHING), may_finish=True)], tmp_path
    )
    until(supervisor, lambda: view(supervisor, "replay").state == PartState.FINISHED)
    supervisor.tick()
    assert view(supervisor, "replay").restarts == 0
    supervisor.stop()
    assert view(supervisor, "replay").state == PartState.FINISHED


def test_a_part_that_may_not_finish_and_ends_is_started_again(supervise):
    supervisor = supervise(notify=children.FINISHING)
    until(supervisor, lambda: view(supervisor, "notify").restarts == 2)


def test_parts_stop_sources_first_and_the_broker_last(supervise, tmp_path, monkeypatch):
    patient = tuple((names, 60.0) for names, _ in STOP_ORDER)  # on a busy machine half a second is nothing
    monkeypatch.setattr(stopping, "STOP_ORDER", patient)
    ends = str(tmp_path / "ends")
    names = ("broker", "receiver", "pipeline", "notify", "replay")
    supervisor = supervise(**{name: (children.LOGS_ITS_END, ends, name) for name in names})
    for name in names:
        until(supervisor, said(supervisor, name))
    supervisor.stop()
    assert (tmp_path / "ends").read_text().split() == ["replay", "pipeline", "notify", "receiver", "broker"]


def test_the_whole_stop_takes_under_ten_seconds():
    assert sum(seconds for _, seconds in STOP_ORDER) < 10


def test_parts_that_ignore_sigterm_are_killed(supervise):
    names = ("broker", "receiver", "pipeline", "notify", "replay")
    supervisor = supervise(**dict.fromkeys(names, children.STUBBORN))
    for name in names:
        until(supervisor, said(supervisor, name))
    pids = [seen.pid for seen in supervisor.views()]
    supervisor.stop()
    wait_until(lambda: not any(map(alive, pids)), "their end")  # a second after the kill on a busy machine
    assert {seen.state for seen in supervisor.views()} == {PartState.STOPPED}


def test_in_a_hurry_nothing_is_waited_for(supervise):
    supervisor = supervise(pipeline=children.STUBBORN, notify=children.STUBBORN)
    for name in ("pipeline", "notify"):
        until(supervisor, said(supervisor, name))
    looks = []
    supervisor.stop(lambda: not looks.append(1))
    assert len(looks) <= 2  # one a step: it was not asked twice


def test_what_a_dead_part_left_running_is_killed(supervise):
    supervisor = supervise(pipeline=children.PARENT)
    until(supervisor, lambda: view(supervisor, "pipeline").last_lines)
    grandchild = int(view(supervisor, "pipeline").last_lines[0])
    assert alive(grandchild)
    subprocess.run(["kill", "-9", str(view(supervisor, "pipeline").pid)], check=True)
    until(supervisor, lambda: view(supervisor, "pipeline").pid is None)
    wait_until(lambda: not alive(grandchild))


def test_children_die_with_a_killed_supervisor(tmp_path):
    code = (
        "import sys, time, pathlib\n"
        "from tests.service import children\n"
        "from wirewatch.service.supervisor.processes import PartSpec, Supervisor\n"
        "s = Supervisor([PartSpec(n, children.command(children.STUBBORN)) for n in ('pipeline', 'notify')],"
        " pathlib.Path(sys.argv[1]))\n"
        "s.tick()\n"
        "print(*(v.pid for v in s.views()), flush=True)\n"
        "time.sleep(600)\n"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    )
    try:
        pids = [int(word) for word in supervisor.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(alive, pids))
    finally:
        supervisor.kill()
        supervisor.wait()
        supervisor.stdout.close()
    wait_until(lambda: not any(map(alive, pids)), "the children to die")


def test_a_log_is_bounded(tmp_path):
    log = LogFile(tmp_path / "x.log", max_bytes=1000, kept=2)
    for number in range(1000):
        log.write(b"%04d ----------\n" % number)
    log.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["x.log", "x.log.1", "x.log.2"]
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())
    assert (tmp_path / "x.log").read_text().endswith("0999 ----------\n")
    assert log.tail()[-1] == "0999 ----------"
    assert len(log.tail()) == 20


def test_a_part_that_hangs_is_killed_and_started_again(supervise):
    clock, silent = Clock(), {"notify": 0.0}
    supervisor = supervise(clock, notify=children.FINE, receiver=children.FINE)
    supervisor.tick()
    wait_until(said(supervisor, "notify"))
    pid, other = view(supervisor, "notify").pid, view(supervisor, "receiver").pid
    os.kill(pid, signal.SIGSTOP)

    def tick(seconds, silence):
        clock.now += seconds
        silent["notify"] = silence
        supervisor.tick(lambda part: silent.get(part, 0.0))

    tick(30, 30.0)
    tick(29, 59.0)
    assert alive(pid)
    tick(1, 60.0)
    wait_until(lambda: not alive(pid))
    tick(0, 60.0)
    assert view(supervisor, "notify").last_lines[-1] == "wirewatch: did not answer for 60 s: killed"
    tick(1, 61.0)  # the new one has not been asked yet: the silence was the old one's
    tick(30, 91.0)
    assert view(supervisor, "notify").pid not in {None, pid}
    assert view(supervisor, "receiver").pid == other


def test_a_process_that_cannot_be_made_is_tried_again(supervise, monkeypatch, tmp_path):
    def no_memory(*args, **kwargs):
        raise OSError(12, "Cannot allocate memory")

    supervisor = supervise(notify=children.FINE)
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", no_memory)
        supervisor.tick()
    assert view(supervisor, "notify").last_lines == ("wirewatch: cannot be started: Cannot allocate memory",)
    log = tmp_path / "logs" / "notify.log"
    until(supervisor, lambda: log.read_text().endswith("\nup\n"))


def test_a_full_disk_costs_the_log_on_disk_and_no_more(tmp_path):
    (tmp_path / "part.log").symlink_to("/dev/full")
    log = LogFile(tmp_path / "part.log")
    with pytest.raises(OSError, match="No space"):
        log.write(b"said on a full disk\n")
    assert log.tail() == ["said on a full disk"]
    log.close()


def test_a_rotation_cut_short_by_a_full_disk_is_made_up_for(tmp_path, monkeypatch):
    log = LogFile(tmp_path / "part.log", max_bytes=10, kept=1)
    log.write(b"0123456789")

    def full():
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(log, "_open", full)
        with pytest.raises(OSError, match="No space"):
            log.write(b"lost")
    log.write(b"kept\n")
    assert (tmp_path / "part.log").read_bytes() == b"kept\n"
    log.close()
    with pytest.raises(ValueError, match="closed"):
        log.write(b"late")


LAST = "2026-11-26T18:30:00Z alert 199 é"


def test_what_a_detached_service_prints_is_bounded_and_whole(tmp_path):
    log = LogFile(tmp_path / "supervisor.log", max_bytes=1000, kept=1)
    console = Console(file=LogText(log, lambda: datetime(2026, 11, 26, 18, 30, tzinfo=UTC)))
    assert not console.is_terminal
    for number in range(200):
        console.print(f"alert {number} [bold]é[/]")
    assert (tmp_path / "supervisor.log").read_text(encoding="utf-8").splitlines()[-1] == LAST
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2000
    log.close()
    console.print("a disk that fails reaches nobody")
