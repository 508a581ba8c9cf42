"""Ports for servers that a test starts and has to name beforehand.

From below the range that the kernel gives to outgoing connections (32768 and up, ip(7)): one asked of the
kernel, then let go, may be some connection's own by the time the server binds it. Each process has a slice
to itself, so that two workers do not pick the same one either.
"""

import itertools
import os
import socket

_FIRST, _SLICE, _SLICES = 20_000, 200, 60
_START = _FIRST + os.getpid() % _SLICES * _SLICE
_NEXT = itertools.cycle(range(_START, _START + _SLICE))


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on, all different."""
    tried = itertools.islice(_NEXT, _SLICE)  # each once: a machine without any is told so
    free = list(itertools.islice(filter(_is_free, tried), count))
    assert len(free) == count, f"no {count} ports are free from {_START} on"
    return free


def free_port() -> int:
    """Return one."""
    return free_ports(1)[0]


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what only lingers does not count
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
