"""Run as a script: becomes the command given, which the kernel then ends when its parent dies.

`python -IS tether.py PARENT SIGNAL COMMAND…`: a part whose supervisor was killed would otherwise run on,
unseen, and hold the ports. Linux only; elsewhere the locks of the data folder refuse a second one.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h; it survives exec, not fork


def main(parent: int, death_signal: int, command: list[str]) -> None:
    """Tie this process to the process `parent` and become `command`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # it died before the tie was made
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  # no shell wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
