"""Processes that the bench starts, and always ends by their own id."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 15.0


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on at the moment, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def start(command: Sequence[str], output: Path) -> "subprocess.Popen[bytes]":
    """Start `command` with the checkout importable, its output added to the file `output`."""
    with output.open("ab") as file:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )


@contextlib.contextmanager
def running(command: Sequence[str], output: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """Run `command` for as long as the block lasts."""
    process = start(command, output)
    try:
        yield process
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask `process` to end; end it after STOP_SECONDS."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `condition` holds; exit the bench with a line when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: {what}: not within {seconds:g} s")
        time.sleep(0.02)


def last_lines(output: Path, count: int = 15) -> str:
    """Return the end of a process's output."""
    return "\n".join(output.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


def cpu_seconds(pid: int) -> float:
    """Return the processor seconds that a process has used so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
