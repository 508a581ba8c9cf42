"""Ports for servers that a test starts and has to name beforehand.

From below the range that the kernel gives to outgoing connections (32768 and up, ip(7)): one asked of the
kernel, then let go, may be some connection's own by the time the server binds it. Each process has a slice
to itself, so that no two of this machine, of one run or of several, pick the same one either.
"""

import functools
import itertools
import os
import socket
from collections.abc import Iterator

_FIRST, _SLICE, _SLICES = 20_000, 200, 60


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on, all different."""
    tried = itertools.islice(own_ports(os.getpid()), _SLICE)  # each once: a machine without any is told so
    free = list(itertools.islice(filter(_is_free, tried), count))
    assert len(free) == count, f"no {count} ports of this process's own are free"
    return free


def free_port() -> int:
    """Return one."""
    return free_ports(1)[0]


@functools.cache
def own_ports(process: int) -> Iterator[int]:
    """Take a slice that no other process has and return its ports, round and round, for ever."""
    for number in range(process, process + _SLICES):
        first = _FIRST + number % _SLICES * _SLICE
        if (claim := _listening(first)) is not None:
            _CLAIMS.append(claim)
            return itertools.cycle(range(first + 1, first + _SLICE))
    raise AssertionError("other processes have all the ports")


_CLAIMS: list[socket.socket] = []
"""Listens on the first port of the slice for as long as this process lives."""


def _listening(port: int) -> socket.socket | None:
    claim = socket.socket()
    try:
        claim.bind(("127.0.0.1", port))
        claim.listen()
    except OSError:
        claim.close()
        return None
    return claim


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what only lingers does not count
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
