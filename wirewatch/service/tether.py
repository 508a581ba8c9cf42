"""Ties a process to its parent: the kernel ends it when the parent dies.

A part whose supervisor was killed, or a broker whose wrapper was, would otherwise run on unseen and hold
ports and data. Linux only; elsewhere the locks of the data folder refuse a second one.

Run as a script (`python -IS tether.py PARENT SIGNAL COMMAND…`) it becomes the command.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1  # linux/prctl.h; it survives exec, not fork


def tied(command: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """Return the command that runs `command` (an absolute path first) tied to this process.

    The tie is to the thread that starts it, which must live as long as the child should.
    """
    return [sys.executable, "-IS", __file__, str(os.getpid()), str(int(death_signal)), *command]


def main(parent: int, death_signal: int, command: list[str]) -> None:
    """Tie this process to the process `parent` and become `command`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # it died before the tie was made
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  # no shell wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
