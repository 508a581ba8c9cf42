"""Keeps the feeds that name a hub subscribed, and takes what hubs send."""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from aiohttp import web

from connectors.feeds import metrics
from connectors.feeds.config import Feed
from connectors.feeds.fetch.access import Access
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.fetcher import MAX_BYTES
from connectors.feeds.fetch.headers import text
from connectors.feeds.fetch.outcomes import FetchOutcome
from connectors.feeds.store import FeedStore
from connectors.feeds.subscription import Subscription
from connectors.feeds.urls import site_of, url_refusal

PUSHES = 4
"""In hand at once, one of a feed: each may be as large as a feed, and waits for a poll that is under way."""
BUSY_SECONDS = 60
BODY_SECONDS = 20.0
"""Until a push must be here whole: aiohttp's server waits for a body for ever, and the places are few."""

log = structlog.get_logger(__name__)

Take = Callable[[str, bytes, str], Awaitable[bool]]
"""Store what was pushed for a feed (its URL, the body, its content type); False when it cannot be, now."""


@dataclass
class Subscriber:
    """Subscriptions by feed. `callback` is the public URL under which `server` is reached. One event loop."""

    callback: str
    asker: Asker
    store: FeedStore
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = os.urandom
    known: dict[str, Subscription] = field(default_factory=dict)
    _asking: set[asyncio.Task[None]] = field(default_factory=set)

    async def notice(self, feed: Feed, hub: str | None, topic: str | None) -> None:
        """Remember the hub a document names; another hub or topic than before is a new subscription."""
        before = self.known.get(feed.url)
        if hub is None or url_refusal(hub, allow_private=_opens(feed, hub)) is not None:
            return
        topic = topic or feed.url
        if before is not None and (before.hub, before.topic) == (hub, topic):
            return
        token, secret = self.random_bytes(16).hex(), self.random_bytes(32).hex()
        await self._keep(Subscription(feed=feed.url, hub=hub, topic=topic, token=token, secret=secret))

    def pushes(self, url: str) -> bool:
        """Tell whether the hub of the feed `url` pushes what is new."""
        known = self.known.get(url)
        return known is not None and known.runs(self.now())

    async def heard(self, url: str, *, pushed: bool) -> None:
        """Count what brought something new of the feed `url`: its hub, or a poll before the hub did."""
        known = self.known.get(url)
        if known is None or known.lease_until is None:
            return
        heard = known.heard(pushed=pushed)
        if heard != known:
            await self._keep(heard)

    def start_due(self, feeds: dict[str, Feed]) -> None:
        """Ask the hubs that are due, of feeds that are read; returns at once."""
        now = self.now()
        for url, known in self.known.items():
            feed = feeds.get(url)
            if feed is None or not feed.enabled or not known.due(now):
                continue
            self.known[url] = known.after_asking(now, "")  # not again at the next look
            task = asyncio.create_task(self._ask_unless_disk_fails(feed, self.known[url]))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask_unless_disk_fails(self, feed: Feed, known: Subscription) -> None:
        """Nobody waits for this: what goes wrong is said here. The hub is asked again when it is due."""
        try:
            await self._ask(feed, known)
        except sqlite3.Error as error:
            log.warning("subscription_not_stored", feed=feed.url, hub=known.hub, error=str(error))

    async def _ask(self, feed: Feed, known: Subscription) -> None:
        answer = await self.asker.post(
            known.hub, known.form(self.callback), allow_private=_opens(feed, known.hub)
        )
        took = answer.outcome is FetchOutcome.READ
        metrics.SUBSCRIBES.labels(outcome="asked" if took else answer.outcome.value).inc()
        log.info(
            "hub_asked", feed=feed.url, hub=known.hub, outcome=answer.outcome.value, detail=answer.detail
        )
        latest = self.known.get(feed.url, known)  # a hub may have verified meanwhile
        if latest.token == known.token and not took:
            await self._keep(latest.after_asking(self.now(), f"the hub cannot be asked: {answer.detail}"))
        elif latest.token == known.token:
            await self._keep(latest)

    async def _keep(self, known: Subscription) -> None:
        self.known[known.feed] = known
        await asyncio.to_thread(self.store.subscribe, known)

    def by_token(self, token: str) -> Subscription | None:
        """Return the subscription a callback's URL belongs to."""
        return next((known for known in self.known.values() if known.token == token), None)

    async def verify(self, known: Subscription, query: dict[str, str]) -> str | None:
        """Return the challenge to answer a hub's verification with; None when it asks for what we did not."""
        mode, topic = query.get("hub.mode"), query.get("hub.topic")
        if topic != known.topic:
            return None
        if mode == "denied":
            await self._keep(known.refused(query.get("hub.reason", ""), self.now()))
            log.warning(
                "hub_denied", feed=known.feed, hub=known.hub, reason=query.get("hub.reason", "")[:200]
            )
            return ""
        if mode != "subscribe" or not known.asks or not query.get("hub.challenge"):
            return None
        known = known.verified(query.get("hub.lease_seconds"), self.now())
        await self._keep(known)
        metrics.SUBSCRIBES.labels(outcome="verified").inc()
        log.info("hub_confirmed", feed=known.feed, hub=known.hub, until=str(known.lease_until))
        return query["hub.challenge"]

    async def close(self) -> None:
        """Give up requests under way: they are due again later."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)


def _opens(feed: Feed, hub: str) -> bool:
    return Access(site_of(feed.url), feed.allow_private).opens(hub)


class CallbackServer:
    """Where hubs verify and push: `/TOKEN`, on the address of the settings, behind the operator's proxy."""

    def __init__(
        self,
        subscriber: Subscriber,
        is_read: Callable[[str], bool],
        take: Take,
        missed: Callable[[str], None] = lambda _: None,
        *,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        """`missed` is told the feed of a push that was turned away: some hubs do not send it again."""
        self._subscriber, self._is_read, self._take, self._missed = subscriber, is_read, take, missed
        self._body_seconds = body_seconds
        app = web.Application(client_max_size=MAX_BYTES)
        app.router.add_get("/{path:.*?}{token:[0-9a-f]{32}}", self._verify)
        app.router.add_post("/{path:.*?}{token:[0-9a-f]{32}}", self._push)
        self._in_hand: set[str] = set()
        """Feeds of which a push is being taken."""
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises OSError when the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def close(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    def _known(self, request: web.Request) -> Subscription:
        known = self._subscriber.by_token(request.match_info["token"])
        if known is None:
            raise web.HTTPNotFound
        if not self._is_read(known.feed):
            raise web.HTTPGone  # section 7: the hub may end the subscription
        return known

    async def _verify(self, request: web.Request) -> web.Response:
        challenge = await self._subscriber.verify(self._known(request), dict(request.query))
        if challenge is None:
            raise web.HTTPNotFound
        return web.Response(text=challenge, content_type="text/plain")

    async def _push(self, request: web.Request) -> web.Response:
        feed = self._known(request).feed
        if feed in self._in_hand or len(self._in_hand) >= PUSHES:  # before its body takes memory
            metrics.PUSHES.labels(outcome="busy").inc()
            self._missed(feed)
            return _later()
        self._in_hand.add(feed)
        try:
            return await self._taken(request)
        finally:
            self._in_hand.discard(feed)

    async def _taken(self, request: web.Request) -> web.Response:
        known = self._known(request)
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await request.read()
        except (TimeoutError, ConnectionError):  # it drips, or hung up
            metrics.PUSHES.labels(outcome="cut_short").inc()
            return web.Response(status=408)
        if not known.believes(request.headers.get("X-Hub-Signature"), body):
            metrics.PUSHES.labels(outcome="not_signed").inc()
            return web.Response(status=202)  # section 7.1: taken, and not believed
        if not await self._take(known.feed, body, text(request.headers.get("Content-Type", ""))):
            return _later()
        return web.Response(status=204)


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": f"{BUSY_SECONDS}"})
