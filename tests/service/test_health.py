"""The health server keeps its bounds."""

import contextlib
import socket
import time
import urllib.request

import pytest

from wirewatch.errors import ConfigError
from wirewatch.part import Health
from wirewatch.service import health
from wirewatch.service.health import MAX_CONNECTIONS, HealthServer


@pytest.fixture
def server():
    server = HealthServer(Health(), part="test", bind="127.0.0.1", port=0)
    yield server
    server.close()


def test_a_taken_port_is_named_with_what_to_do(server):
    with pytest.raises(ConfigError, match=rf"127.0.0.1:{server.port}.*`ports` in wirewatch.yaml"):
        HealthServer(Health(), part="other", bind="127.0.0.1", port=server.port)


def test_silent_clients_hold_no_more_than_their_share(server, monkeypatch):
    monkeypatch.setattr(health, "CONNECTION_SECONDS", 600)  # none of them is let go meanwhile
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(MAX_CONNECTIONS)]
    try:
        extra = socket.create_connection(("127.0.0.1", server.port))
        extra.settimeout(60)
        assert extra.recv(1) == b""  # closed unanswered
        extra.close()
    finally:
        for client in silent:
            client.close()


def test_it_answers_again_once_they_are_gone(server, eventually):
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(MAX_CONNECTIONS)]
    for client in silent:
        client.close()

    def answers():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    eventually(answers)


def test_a_trickle_of_bytes_does_not_hold_a_connection(server, monkeypatch):
    monkeypatch.setattr(health, "CONNECTION_SECONDS", 0.5)
    slow = socket.create_connection(("127.0.0.1", server.port))
    slow.settimeout(60)
    began = time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - began < 60:
            slow.sendall(b"G")
            time.sleep(0.1)
    assert time.monotonic() - began < 60
    slow.close()
