"""The guard: which addresses may be connected to."""

import asyncio
import contextvars
import socket
import threading
from http.client import HTTPConnection

import aiohttp
import pytest
from aiohttp import web

from connectors.guard import AddressRefusedError, guarded, refusal, socket_factory
from tests.notify.support import http, status

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8"]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "fc00::1",
    "fdff::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
]
NEVER = {
    "unspecified": "0.0.0.0",
    "this network": "0.1.2.3",
    "unspecified v6": "::",
    "cloud metadata": "169.254.169.254",
    "cloud metadata, mapped": "::ffff:169.254.169.254",
    "cloud metadata, AWS v6": "fd00:ec2::254",
    "cloud metadata, Google v6": "fd20:ce::254",
    "cloud metadata, Oracle v6": "fd00:c1::a9fe:a9fe",
    "cloud metadata, Alibaba": "100.100.100.200",
    "cloud metadata, Azure": "168.63.129.16",
    "cloud metadata, Azure, mapped": "::ffff:168.63.129.16",
    "link-local v6": "fe80::1",
    "link-local v6 with a scope": "fe80::1%eth0",
    "multicast": "224.0.0.1",
    "multicast v6": "ff02::1",
    "broadcast": "255.255.255.255",
    "reserved": "240.0.0.1",
    "protocol assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "documentation 2": "198.51.100.7",
    "documentation 3": "203.0.113.9",
    "documentation v6": "2001:db8::1",
    "documentation v6, new": "3fff::1",
    "benchmarking": "198.18.0.1",
    "6to4 relay": "192.88.99.1",
    "6to4 of loopback": "2002:7f00:1::1",
    "NAT64 of loopback": "64:ff9b::7f00:1",
    "NAT64, local": "64:ff9b:1::a00:1",
    "Teredo": "2001:0:4136:e378::1",
    "IPv4-compatible": "::127.0.0.1",
    "site-local": "fec0::1",
    "segment routing": "5f00::1",
    "discard": "100::1",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address):
    assert refusal(address) is None
    assert refusal(address, allow_private=True) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_pass_only_when_allowed(address):
    assert refusal(address)
    assert refusal(address, allow_private=True) is None


@pytest.mark.parametrize("address", NEVER.values(), ids=NEVER.keys())
def test_never_allowed(address):
    assert refusal(address)
    assert refusal(address, allow_private=True)


def test_what_is_no_address():
    with pytest.raises(ValueError, match="localhost"):
        refusal("localhost")


def test_the_socket_factory_sees_names_and_redirects():
    async def redirect(request: web.Request, n: int) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/"})

    async def get(url: str, *, allow_private: bool) -> int:
        connector = aiohttp.TCPConnector(socket_factory=socket_factory(allow_private=allow_private))
        async with aiohttp.ClientSession(connector=connector) as session, session.get(url) as response:
            return response.status

    async def scenario() -> None:
        async with http(status(204)) as server:
            assert await get(server.url, allow_private=True) == 204
            for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
                with pytest.raises(aiohttp.ClientConnectorError) as refused:
                    await get(url, allow_private=False)
                assert isinstance(refused.value.os_error, AddressRefusedError)
            assert len(server.requests) == 1
        async with http(redirect) as server:
            with pytest.raises(aiohttp.ClientConnectorError) as refused:
                await get(server.url, allow_private=True)
            assert isinstance(refused.value.os_error, AddressRefusedError)

    asyncio.run(scenario())


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


def _datagram(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", address)


def _unix(address):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect("/nowhere")


WAYS = {
    "a connection": lambda address: socket.create_connection(address).close(),
    "by name": lambda address: socket.create_connection(("localhost", address[1])).close(),
    "a name to the socket itself": lambda address: _connect(("localhost", address[1])),
    "a library's": lambda address: HTTPConnection(*address).connect(),
    "a datagram": _datagram,
    "a socket of this machine": _unix,
}


def _connect(address):
    with socket.socket() as sock:
        sock.connect(address)


@pytest.mark.parametrize("reach", WAYS.values(), ids=WAYS.keys())
def test_what_connects_by_itself_is_guarded(listening, reach):
    with guarded(allow_private=False) as outer:
        with pytest.raises(AddressRefusedError, match="is loopback"):
            reach(listening)
        assert outer.refused
        with guarded(allow_private=True) as inner:
            socket.create_connection(listening).close()
        assert inner.refused == []
    socket.create_connection(listening).close()


def test_the_guard_is_that_of_its_own_thread_and_of_those_given_its_context(listening):
    def ended(target):
        found = []

        def run():
            try:
                target(lambda: socket.create_connection(listening).close())
                found.append("connected")
            except AddressRefusedError:
                found.append("refused")

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(60)
        return found

    with guarded(allow_private=False):
        assert ended(lambda connect: connect()) == ["connected"]
        assert ended(contextvars.copy_context().run) == ["refused"]
