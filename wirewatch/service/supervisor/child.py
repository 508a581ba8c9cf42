"""One child process: its own session, tied to our life, its output in a bounded log."""

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from wirewatch.service.supervisor.logfile import MAX_LINE, LogFile
from wirewatch.service.tether import tied


class Child:
    """A running child. Start it from a thread that lives as long as it should (the tie is to the thread)."""

    def __init__(self, command: Sequence[str], log: LogFile) -> None:
        """Start `command` (its first word an absolute path). Raises OSError."""
        self._process = subprocess.Popen(
            tied(command, signal.SIGKILL),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._pump = threading.Thread(
            target=_pump, args=(self._process.stdout, log), name="log-pump", daemon=True
        )
        self._pump.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return its exit code once it has ended (negative: a signal), else None.

        What it left running in its session's process group is killed then.
        """
        if self._process.returncode is None:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return None
            self._signal_group(signal.SIGKILL)  # before it is reaped: until then the id is surely ours
            self._process.wait()
            self._pump.join(timeout=1)  # so that the last words are in the log
        return self._process.returncode

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the child itself; it stops its own children in order."""
        if self._process.returncode is None:  # not reaped: the id is surely ours
            os.kill(self.pid, signal.SIGTERM)

    def ask_to_reload(self) -> None:
        """Send SIGHUP to the child itself."""
        if self._process.returncode is None:
            os.kill(self.pid, signal.SIGHUP)

    def kill(self) -> None:
        """Kill the child and its process group."""
        if self._process.returncode is None:
            self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def _pump(pipe: IO[bytes], log: LogFile) -> None:
    with pipe:
        while line := pipe.readline(MAX_LINE):
            try:
                log.write(line)
            except (OSError, ValueError):  # disk full, or closed: the part must not block on its log
                continue
