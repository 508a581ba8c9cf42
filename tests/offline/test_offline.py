"""The guard holds, in this process and in those that tests start: it is what shows that we stay here."""

import asyncio
import socket
import subprocess
import sys

import aiohttp
import pytest

from tests.service.support import environment

OUTSIDE = "192.0.2.1"  # RFC 5737: of documentation, and nobody's
HELD = "a test reaches for"


def dial(host):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.settimeout(5)
        sock.connect((host, 9))


@pytest.mark.parametrize("host", [OUTSIDE, "2001:db8::1", "example.com", "10.0.0.1", "169.254.169.254"])
def test_nothing_outside_is_connected_to(host):
    with pytest.raises(RuntimeError, match=HELD):
        dial(host)


def test_nothing_is_sent_outside():
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(RuntimeError, match=HELD):
        sock.sendto(b"x", (OUTSIDE, 53))


def test_no_name_is_asked_for():
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("example.com", 80)
    for name in ("localhost", "0x7f000001", "127.1", "::1"):
        assert socket.getaddrinfo(name, 80)


def test_the_client_of_feeds_and_webhooks_is_held_too():
    async def get():
        async with aiohttp.ClientSession() as session, session.get(f"http://{OUTSIDE}/"):
            pass

    with pytest.raises(RuntimeError, match=HELD):
        asyncio.run(get())


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as sock:
        sock.connect(server.getsockname())


@pytest.mark.parametrize("environ", [None, environment()], ids=["inherited", "of a service"])
def test_processes_that_tests_start_are_held(environ):
    code = f"import socket; socket.create_connection(({OUTSIDE!r}, 9), timeout=5)"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=False)
    assert b"OutsideError" in done.stderr
