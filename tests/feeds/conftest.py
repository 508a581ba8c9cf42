"""Fixtures of the feeds tests."""

import pytest

from tests.acceptance.conftest import make_service, receiver
from tests.feeds.desk import Desk
from tests.feeds.server import FeedServer
from tests.feeds.site import Site
from tests.feeds.world import parsing, world

__all__ = ["make_service", "parsing", "receiver", "server", "world"]


@pytest.fixture
def server():
    """A web server of this test's own, on loopback."""
    server = FeedServer()
    yield server
    server.close()


@pytest.fixture
def site(tmp_path):
    """A loop over feeds, not yet running."""
    site = Site(tmp_path)
    yield site
    site.store.close()


@pytest.fixture
def desk(tmp_path):
    """The command line, on folders of this test's own."""
    return Desk(tmp_path)
