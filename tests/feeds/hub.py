"""A hub (WebSub): what it asks, signs and pushes."""

import asyncio
import hashlib
import hmac
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from prometheus_client import REGISTRY

from connectors.feeds.subscription import Subscription


def subscription(**fields):
    given = {"feed": "f", "hub": "h", "topic": "t", "token": "0" * 32, "secret": "secret"}
    return Subscription(**{**given, **fields})


def sign(body, method="sha256", secret="secret"):
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


def counted(outcome):
    return REGISTRY.get_sample_value("wirewatch_feeds_hub_pushes_total", {"outcome": outcome}) or 0


class Hub:
    """A hub on the tests' server: it verifies at once, and pushes when told."""

    def __init__(self, server, **answers):
        self.server, self.answers = server, answers
        self.requests = []
        server.pages["/hub"] = self.take

    async def take(self, request):
        form = parse_qs((await request.read()).decode())
        self.requests.append({name: values[0] for name, values in form.items()})
        asyncio.get_running_loop().create_task(self.verify(self.requests[-1]))
        return web.Response(status=202)

    async def verify(self, asked):
        query = {
            "hub.mode": "subscribe",
            "hub.topic": asked["hub.topic"],
            "hub.challenge": "c123",
            "hub.lease_seconds": "86400",
            **self.answers,
        }
        async with (
            aiohttp.ClientSession() as session,
            session.get(asked["hub.callback"], params=query) as got,
        ):
            self.verified = (got.status, await got.text())

    async def push(self, body, *, secret=None):
        asked = self.requests[-1]
        headers = {
            "X-Hub-Signature": sign(body, secret=secret or asked["hub.secret"]),
            "Content-Type": "application/rss+xml",
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(asked["hub.callback"], data=body, headers=headers) as got,
        ):
            return got.status
