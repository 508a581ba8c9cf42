"""Host names looked up on daemon threads: a name server that is silent holds up nobody, nor a stop."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from connectors.aside import aside


class NameResolver(AbstractResolver):
    """The system's resolver. aiohttp's own uses pool threads, which the end of a process waits for."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of `host`. Raises OSError when it has none."""
        return await aside(lambda: _look_up(host, port, family), name="name look-up")

    async def close(self) -> None:
        """Do nothing: threads end when the system's resolver gives up."""


def _look_up(host: str, port: int, family: int) -> list[ResolveResult]:
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except (OSError, UnicodeError) as error:
        raise OSError(f"{host}: {error}") from error
    return [_result(host, info[0], info[2], info[4]) for info in found]


def _result(host: str, family: int, proto: int, address: tuple[object, ...]) -> ResolveResult:
    text = str(address[0])
    if family == socket.AF_INET6 and len(address) > 3 and address[3] and "%" not in text:
        text = f"{text}%{address[3]}"  # link-local: the guard will refuse it
    return ResolveResult(
        hostname=host,
        host=text,
        port=int(str(address[1])),
        family=family,
        proto=proto,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
