"""A web server that publishes feeds and misbehaves on demand. It keeps a log of every request."""

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import NamedTuple

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Seen(NamedTuple):
    """A request that came in."""

    at: float
    path: str
    headers: dict[str, str]


@dataclass
class FeedServer:
    """Pages by path; a page is bytes, or a function from request to response. In a thread of its own."""

    pages: dict[str, bytes | Handler] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    port: int = 0
    hosts: tuple[str, ...] = ("127.0.0.1",)
    """Addresses to listen on, all at one port."""
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(60)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        for host in self.hosts:
            site = web.TCPSite(runner, host, self.port, ssl_context=self.tls)
            self._loop.run_until_complete(site.start())
            self.port = runner.addresses[0][1]
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(Seen(time.monotonic(), request.path_qs, dict(request.headers)))
        page = self.pages.get(request.path_qs) or self.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        if isinstance(page, bytes):
            return web.Response(body=page, content_type="application/rss+xml")
        return await page(request)


def rss(*items: str, channel: str = "<title>Test</title>") -> bytes:
    text = f'<rss version="2.0"><channel>{channel}{"".join(items)}</channel></rss>'
    return b'<?xml version="1.0" encoding="utf-8"?>' + text.encode()


def item(title: str, link: str = "", guid: str = "", date: str = "", body: str = "") -> str:
    parts = {"title": title, "link": link, "guid": guid, "pubDate": date, "description": body}
    return "<item>" + "".join(f"<{k}>{v}</{k}>" for k, v in parts.items() if v) + "</item>"


@dataclass
class Wire:
    """A feed that grows by itself: an entry every `every` seconds, the latest `held` of them in the document.

    Served with an ETag, and as 304 to whom has the latest: who forgets entries after a crash but keeps the
    ETag is found out.
    """

    site: str
    every: float
    held: int = 400
    started: float = field(default_factory=time.time)
    ended: float | None = None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        count = self.count()
        etag = f'"{count}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        numbers = range(max(0, count - self.held), count)
        return web.Response(
            body=rss(*(self.entry(n) for n in numbers)),
            headers={"ETag": etag, "Content-Type": "application/rss+xml"},
        )

    def count(self) -> int:
        """How many entries have come out."""
        return int(((self.ended or time.time()) - self.started) / self.every)

    def end(self) -> None:
        """Publish nothing more."""
        self.ended = time.time()

    def entry(self, n: int) -> str:
        moment = formatdate(self.started + n * self.every, usegmt=True)
        return item(f"Entry {n} of {self.site}", self.link(n), f"{self.site}-{n}", moment, "Some text.")

    def link(self, n: int) -> str:
        return f"https://{self.site}/{n}"

    def links(self) -> set[str]:
        """All that came out, whether a document still holds it or not."""
        return {self.link(n) for n in range(self.count())}
