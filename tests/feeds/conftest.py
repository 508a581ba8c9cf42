"""Fixtures of the feeds tests."""

import pytest

from tests.acceptance.conftest import make_service, receiver
from tests.feeds.server import FeedServer
from tests.feeds.world import parsing, world

__all__ = ["make_service", "parsing", "receiver", "server", "world"]


@pytest.fixture
def server():
    """A web server of this test's own, on loopback."""
    server = FeedServer()
    yield server
    server.close()
