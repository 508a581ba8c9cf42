"""A guard that lets no connection and no look-up of a name leave this machine; in force once it is imported.

Python imports a module of this name at its start, from whatever folder of PYTHONPATH holds it. What is not
Python (Java, librdkafka, gRPC) is not guarded: the tests give those 127.0.0.1.
"""

import contextlib
import functools
import ipaddress
import socket

_NAMES = {"localhost", "", socket.gethostname().lower()}


class OutsideError(RuntimeError):
    """Something meant to leave this machine. No OSError: nobody is to take it for a network that fails."""


def _address(host):
    """Return the address that `host` is, in any form that needs no name server; None for a name."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.partition("%")[0])
    with contextlib.suppress(OSError):
        return ipaddress.ip_address(socket.inet_aton(host))  # 0x7f000001, 127.1
    return None


def _check(address):
    # A path (AF_UNIX) or a number (AF_NETLINK) leads nowhere else.
    if not isinstance(address, tuple) or not isinstance(address[0], str):
        return
    host = address[0]
    found = _address(host)
    # The system takes 0.0.0.0 for this machine.
    is_here = host.lower() in _NAMES if found is None else found.is_loopback or found.is_unspecified
    if not is_here:
        raise OutsideError(f"a test reaches for {host}:{address[1]}: only 127.0.0.1 is there")


def _guarded(method, place):
    """Return `method` of a socket with its argument number `place`, an address, looked at first."""

    @functools.wraps(method)
    def guarded(self, *args):
        if len(args) > place or place < 0:
            _check(args[place])
        return method(self, *args)

    return guarded


def _without_name_servers(look_up):
    @functools.wraps(look_up)
    def guarded(host, *args, **options):
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and name.lower() not in _NAMES and _address(name) is None:
            raise socket.gaierror(socket.EAI_NONAME, f"{name}: a test has no name server")
        return look_up(host, *args, **options)

    return guarded


socket.socket.connect = _guarded(socket.socket.connect, 0)
socket.socket.connect_ex = _guarded(socket.socket.connect_ex, 0)
socket.socket.sendto = _guarded(socket.socket.sendto, -1)  # its flags may stand before
socket.socket.sendmsg = _guarded(socket.socket.sendmsg, 3)
socket.getaddrinfo = _without_name_servers(socket.getaddrinfo)
