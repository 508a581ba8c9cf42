"""Simulated publishers as one server: feeds over many hosts, each with its own rhythm, headers and faults.

Run as a process: `python -m bench.feeds.publishers STARTED SPEED LOG`. It prints its port, serves
until SIGTERM, and then writes a line for every request to LOG.
"""

import asyncio
import gzip
import hashlib
import json
import signal
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from aiohttp import web

from bench.feeds.clock import Clock

HELD = 30
"""Entries in a document."""
# Seconds between entries, and the share of feeds that are so lively (news sites' own feeds are rarely faster
# than one entry in ten minutes; most feeds bring a few a day).
RHYTHMS = ((600, 0.10), (3600, 0.30), (6 * 3600, 0.40), (86_400, 0.20))
TEXT = (
    "The ministers met in the capital on Sunday and agreed on a plan that had been long in the making. " * 4
)


def share(feed: int, what: str) -> float:
    """Return a number from 0 to 1 that is always the same for this feed and question."""
    return int.from_bytes(hashlib.blake2b(f"{what} {feed}".encode(), digest_size=4).digest()) / 2**32


def gap(feed: int) -> float:
    """Return the seconds between two entries of a feed."""
    place = share(feed, "rhythm")
    for seconds, part in RHYTHMS:
        if place < part:
            return seconds
        place -= part
    return RHYTHMS[-1][0]


def host(feed: int, hosts: int) -> str:
    """Return the host name a feed lives on."""
    return f"h{feed % hosts}.publisher.example"


@dataclass
class Publishers:
    """The server's state: documents by feed and number of entries, and the log."""

    clock: Clock
    log: list[tuple[float, float, str, str, int, bool]] = field(default_factory=list)
    """Start and end (wall seconds), host, path, status, conditional."""
    _documents: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer, and write it down."""
        started = time.time()
        response = self._answer(request)
        await asyncio.sleep(0.02 + 0.1 * share(int(started * 1000), "network"))
        conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        name = request.host.partition(":")[0]
        self.log.append((started, time.time(), name, request.path, response.status, conditional))
        return response

    def _answer(self, request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            known = share(int(request.host[1:].partition(".")[0]), "robots") < 0.8
            return web.Response(status=200 if known else 404, text="User-agent: *\nDisallow: /admin\n")
        feed = int(request.path.rpartition("/")[2])
        fault = share(feed, "fault")
        if fault < 0.02:
            return web.Response(status=404)
        if fault < 0.03:
            return web.Response(status=500)
        if fault < 0.04:
            return web.Response(status=429, headers={"Retry-After": "1800"})
        return self._document(feed, request)

    def _document(self, feed: int, request: web.Request) -> web.Response:
        count, body = self._current(feed)
        headers = {"Content-Type": "application/rss+xml; charset=utf-8", "Content-Encoding": "gzip"}
        if share(feed, "etag") < 0.7:
            headers["ETag"] = f'W/"{feed}-{count}"'
        if share(feed, "modified") < 0.5:
            headers["Last-Modified"] = format_datetime(self.published(feed, count - 1), usegmt=True)
        if share(feed, "max-age") < 0.2:
            headers["Cache-Control"] = "public, max-age=300"
        if headers.get("ETag", 1) == request.headers.get("If-None-Match") or (
            "ETag" not in headers
            and headers.get("Last-Modified", 1) == request.headers.get("If-Modified-Since")
        ):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers)

    def published(self, feed: int, n: int) -> datetime:
        """Return when entry n of a feed comes out, a whole second."""
        start = self.clock.origin - timedelta(days=30) + timedelta(seconds=share(feed, "phase") * gap(feed))
        return (start + timedelta(seconds=n * gap(feed))).replace(microsecond=0)

    def _current(self, feed: int) -> tuple[int, bytes]:
        passed = (self.clock.now() - self.published(feed, 0)).total_seconds()
        count = max(1, int(passed / gap(feed)) + 1)
        known = self._documents.get(feed)
        if known is None or known[0] != count:
            known = self._documents[feed] = (count, gzip.compress(self._rss(feed, count), 1))
        return known

    def _rss(self, feed: int, count: int) -> bytes:
        items = "".join(
            f"<item><title>Entry {n} of feed {feed}: ministers agree on a plan</title>"
            f"<link>https://{host(feed, 500)}/{feed}/{n}</link><guid isPermaLink='false'>{feed}-{n}</guid>"
            f"<pubDate>{format_datetime(self.published(feed, n))}</pubDate>"
            f"<description>&lt;p&gt;{TEXT}{n}&lt;/p&gt;</description></item>"
            for n in range(count - 1, max(-1, count - 1 - HELD), -1)
        )
        channel = f"<title>Feed {feed}</title><language>en</language>"
        return f"<rss version='2.0'><channel>{channel}{items}</channel></rss>".encode()


async def run(publishers: Publishers) -> None:
    """Serve until SIGTERM."""
    app = web.Application()
    app.router.add_get("/{tail:.*}", publishers.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(runner.addresses[0][1], flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    _started, _speed, _log = sys.argv[1:]
    _publishers = Publishers(Clock(float(_started), float(_speed)))
    asyncio.run(run(_publishers))
    Path(_log).write_text("".join(json.dumps(line) + "\n" for line in _publishers.log), encoding="utf-8")
