"""Whether somebody listens at an address, before a client is sent there that would try for long."""

import socket


def reach(address: str, *, timeout: float) -> None:
    """Connect to host:port (IPv6 in brackets) and hang up. Raises OSError where that is not accepted."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=timeout).close()
