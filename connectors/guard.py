"""The guard at the socket: no fetch and no webhook reaches an address that is not public.

It looks at every address as it is connected to (redirects and rebinding names included), not at names.
"""

import contextlib
import functools
import ipaddress
import itertools
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from aiohttp import AddrInfoType

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# What `allow_private` opens: this machine and networks of one's own.
_PRIVATE = {
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "shared (carrier NAT)": ("100.64.0.0/10",),
}
# What nothing opens, though it lies in networks that may be opened or are public: who reaches the metadata
# service of a cloud (AWS, Google, Oracle, Alibaba, Azure) holds the machine's own credentials.
_METADATA = {
    "a cloud's metadata service": (
        "fd00:ec2::254/128",
        "fd20:ce::254/128",
        "fd00:c1::a9fe:a9fe/128",
        "100.100.100.200/32",
        "168.63.129.16/32",
    ),
}
# What nothing opens either. `ipaddress.is_global` of Python 3.11 passes many of these, so they are listed
# (IANA special-purpose registries; most cloud metadata services live on link-local addresses).
_NEVER = {
    "unspecified": ("0.0.0.0/8", "::/128"),
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "reserved": ("192.0.0.0/24", "240.0.0.0/4", "100::/64", "100:0:0:1::/64", "5f00::/16"),
    "documentation": (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001:db8::/32",
        "3fff::/20",
    ),
    "benchmarking": ("198.18.0.0/15", "2001:2::/48"),
    "site-local": ("fec0::/10",),
    "a relay to IPv4 (6to4)": ("192.88.99.0/24", "2002::/16"),
    "a relay to IPv4 (NAT64)": ("64:ff9b::/96", "64:ff9b:1::/48"),
    "a relay to IPv4 (Teredo)": ("2001::/32",),
    "IPv4 in IPv6": ("::/96", "::ffff:0:0:0/96"),
}


def _table(names: Mapping[str, tuple[str, ...]]) -> tuple[tuple[Network, str], ...]:
    return tuple((ipaddress.ip_network(net), what) for what, nets in names.items() for net in nets)


OPENABLE = frozenset(_PRIVATE)
"""What `refusal` says of addresses that `allow_private` opens."""
_PRIVATE_TABLE = _table(_PRIVATE)
_NEVER_TABLE = _table(_NEVER)
_METADATA_TABLE = _table(_METADATA)


def refusal(address: str | IPAddress, *, allow_private: bool = False) -> str | None:
    """Return why `address` must not be connected to ("loopback", "link-local", …), or None when it may.

    `allow_private` opens loopback, private and carrier-NAT networks; nothing else. An IPv4-mapped IPv6
    address is judged as the IPv4 address it is. Raises ValueError for what is no IP address.
    """
    ip = ipaddress.ip_address(address.partition("%")[0]) if isinstance(address, str) else address
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    for network, what in itertools.chain(_METADATA_TABLE, _PRIVATE_TABLE, _NEVER_TABLE):
        if ip in network:
            return None if allow_private and what in OPENABLE else what
    return None if ip.is_global else "not public"


def refusal_at(address: str, *, allow_private: bool) -> str | None:
    """Return what `refusal` says of `address` with the address before it (`10.0.0.1 is private`), or None."""
    why = refusal(address, allow_private=allow_private)
    return None if why is None else f"{address} is {why}"


class AddressRefusedError(OSError):
    """The address is not one that may be connected to."""


def socket_factory(*, allow_private: bool) -> Callable[[AddrInfoType], socket.socket]:
    """Return a socket factory for aiohttp's TCPConnector that refuses what `refusal` refuses.

    The sockets it makes are non-blocking. It raises AddressRefusedError, which aiohttp hands on as the
    `os_error` of a ClientConnectorError.
    """

    def make(info: AddrInfoType) -> socket.socket:
        family, kind, proto, _, sockaddr = info
        if (why := refusal_at(str(sockaddr[0]), allow_private=allow_private)) is not None:
            raise AddressRefusedError(why)
        sock = socket.socket(family=family, type=kind, proto=proto)
        sock.setblocking(False)  # noqa: FBT003  # the socket module's own signature
        return sock

    return make


@dataclass(frozen=True, slots=True)
class Refusals:
    """What was refused within a `guarded` block."""

    allow_private: bool
    refused: list[str] = field(default_factory=list)
    """Why, one for each address."""


_REFUSALS: ContextVar[Refusals | None] = ContextVar("guard", default=None)
_REACHING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


@contextlib.contextmanager
def guarded(*, allow_private: bool) -> Iterator[Refusals]:
    """Refuse what `refusal` refuses to every socket of Python's that is used in the block.

    For libraries that connect by themselves: in their thread, and in those they hand their context to. They
    get AddressRefusedError, whatever they make of it.
    """
    _listen()
    refusals = Refusals(allow_private)
    token = _REFUSALS.set(refusals)
    try:
        yield refusals
    finally:
        _REFUSALS.reset(token)


@functools.cache
def _listen() -> None:
    """Have every socket looked at from now on: what hears of it (PEP 578) cannot be taken off again."""
    sys.addaudithook(_hear)


def _hear(event: str, args: tuple[object, ...]) -> None:
    if event not in _REACHING or (refusals := _REFUSALS.get()) is None or args[1] is None:
        return  # sendmsg without an address: it is connected already
    found = (refusal_at(each, allow_private=refusals.allow_private) for each in _addresses(args[1]))
    why = next(filter(None, found), None)
    if why is not None:
        refusals.refused.append(why)
        raise AddressRefusedError(why)


def _addresses(target: object) -> tuple[str, ...]:
    """Return the addresses that `target` of a socket leads to; that of a Unix socket is this machine."""
    if not isinstance(target, tuple):
        return ("127.0.0.1",)
    host = str(target[0])
    with contextlib.suppress(ValueError):
        return (str(ipaddress.ip_address(host.partition("%")[0])),)
    return tuple(str(info[4][0]) for info in socket.getaddrinfo(host, None))
