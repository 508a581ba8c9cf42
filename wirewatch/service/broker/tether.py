"""Run as a script: becomes the command given, which then ends (SIGTERM) when its parent dies.

A broker whose wrapper was killed would otherwise keep the port and the data folder's lock. Linux only;
elsewhere the next start finds the leftover by its pid file.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(parent: int, command: list[str]) -> None:
    """Tie this process to the process `parent` and become `command`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the tie was made
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  # no shell wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
