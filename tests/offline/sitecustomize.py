"""A guard that lets no connection and no look-up of a name leave this machine; installed when it is imported.

Python imports a module of this name at its start, from whatever folder of PYTHONPATH holds it. What is not
Python (Java, librdkafka, gRPC) is not guarded: the tests give those 127.0.0.1.
"""

import contextlib
import ipaddress
import socket
import sys

_NAMES = {"localhost", "", socket.gethostname()}
_SENDING = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class OutsideError(RuntimeError):
    """Something meant to leave this machine. No OSError: nobody is to take it for a network that fails."""


def is_here(host: str) -> bool:
    """Tell whether `host`, an address or a name, is this machine."""
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host.partition("%")[0])
        return address.is_loopback or address.is_unspecified  # the system takes 0.0.0.0 for itself
    return host.lower() in _NAMES


def _guard(event: str, args: tuple[object, ...]) -> None:
    if event in _SENDING:
        address = args[1]
        # A path (AF_UNIX) or a number (AF_NETLINK) leads nowhere else.
        if isinstance(address, tuple) and isinstance(address[0], str) and not is_here(address[0]):
            raise OutsideError(f"a test reaches for {address[0]}:{address[1]}: only 127.0.0.1 is there")
    elif event == "socket.getaddrinfo":
        name = args[0].decode() if isinstance(args[0], bytes) else args[0]
        if isinstance(name, str) and not is_here(name) and not _is_address(name):
            raise socket.gaierror(socket.EAI_NONAME, f"{name}: a test has no name server")


def _is_address(host: str) -> bool:
    """Tell whether `host` needs no name server."""
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host.partition("%")[0])
        return True
    return False


sys.addaudithook(_guard)  # https://docs.python.org/3/library/audit_events.html
