"""The notify part where the look-up of hang.invalid never ends: CONFIG_DIR DATA_DIR."""

import socket
import sys
import threading
from pathlib import Path

from wirewatch.service.place import find_place
from wirewatch.service.run_part import run_part

_real = socket.getaddrinfo


def hanging(host, *args, **kwargs):
    if host == "hang.invalid":
        print("asked", flush=True)
        threading.Event().wait(60)
    return _real(host, *args, **kwargs)


if __name__ == "__main__":
    socket.getaddrinfo = hanging
    sys.exit(run_part("notify", find_place(Path(sys.argv[1]), Path(sys.argv[2]))))
