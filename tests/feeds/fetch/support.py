"""A fetch, and what its server answers."""

import asyncio
import socket
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.abc import AbstractResolver

from connectors.feeds.fetch.access import Access
from connectors.feeds.fetch.fetcher import Fetcher, Limits, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.urls import site_of
from tests.feeds.server import item, rss

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

FEED = rss(item("Title", "https://test.example/1"))


def private(url):
    """Access to a server of the test's own."""
    return Access(site_of(url), allow_private=True)


def fetch(url, *, private=True, seconds=60.0, **options):
    async def go():
        limits = Limits(connect=seconds, total=seconds, size=1 << 20)
        async with Fetcher(user_agent(None), lambda: NOW, Hosts(pause=0), limits) as fetcher:
            return await fetcher.fetch(url, access=Access(site_of(url), private), **options)

    return asyncio.run(go())


def answer(status=200, body=FEED, **headers):
    async def handle(_):
        return web.Response(
            status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    return handle


def raw(text):
    """Write these bytes to the connection, as no proper server would, and hang up."""

    async def handle(request):
        transport = request.transport
        transport.write(text)
        await asyncio.sleep(0.05)
        transport.close()
        return web.Response()

    return handle


def redirect(location, status=301):
    return answer(status, b"", Location=location)


class Names(AbstractResolver):
    """A resolver that knows no name, or one that leads to a private address."""

    def __init__(self, **known):
        self.known = known

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self.known.get(host.partition(".")[0])
        if address is None:
            raise OSError(None, "no such name")
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
        ]

    async def close(self):
        pass
