"""robots.txt (RFC 9309): asked once a day of each site, and followed."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from protego import Protego

from connectors.feeds.fetch.access import Access
from connectors.feeds.fetch.fetcher import Fetcher
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.urls import site_of

KEEP_SECONDS = 86_400.0
RETRY_SECONDS = 300.0
"""Until a robots.txt that could not be had is asked for again; the feed's own backoff is longer."""
MAX_SITES = 20_000
MAX_RULES_BYTES = 512 * 1024
"""What of a robots.txt is read (RFC 9309, 2.5: at least 500 KiB)."""
MAX_BYTES = 64 << 20
"""Of all robots.txt together: a site whose pages live on ever new host names fills no memory with them."""
MAX_READ_BYTES = 2 << 20
"""Of the text of what is kept read into rules: these take 10 to 40 times its memory."""
LARGE_BYTES = 16 * 1024
"""What is read and matched in a thread: it takes 0.3 ms a KB, and the event loop has others to serve."""
MAX_WORK = 1 << 30
"""Bytes of a robots.txt times characters of a URL: each rule may have to look at all of it, 0.2 s in all."""
AGENT = "wirewatch"
_ALL_ALLOWED = b""
_NONE = frozenset(
    {
        FetchOutcome.CLIENT_ERROR,
        FetchOutcome.GONE,
        FetchOutcome.REDIRECTS,
        FetchOutcome.REFUSED,
        FetchOutcome.TOO_LARGE,
    }
)
"""A site without a robots.txt (RFC 9309, 2.3.1.3); so is one whose robots.txt leads where nobody may go."""
_PRODUCT = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a site said. Kept as text, which takes little: one poll an hour is worth no more."""

    text: bytes
    until: float
    failure: FetchResult | None = None
    """Why it could not be had: nothing is allowed for now (RFC 9309, 2.3.1.4)."""


@dataclass
class Robots:
    """Answers from a cache, in memory, by site (scheme, host and port)."""

    fetcher: Fetcher
    clock: Callable[[], float] = time.monotonic
    max_bytes: int = MAX_BYTES
    _sites: dict[str, _Rules] = field(default_factory=dict)
    """The longest unasked first."""
    _bytes: int = 0
    _read: dict[bytes, Protego] = field(default_factory=dict)
    """The rules last needed, by their text; the longest unused first."""
    _read_bytes: int = 0
    _asking: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def refusal(
        self, url: str, *, allow_private: bool = False, agent: str | None = None
    ) -> FetchResult | None:
        """Return what a fetch of `url` would come to when it must not be made, None when it may be.

        `agent` is the User-Agent it would be made with, where it is not our own.
        """
        site = site_of(url)
        found = self._sites.get(site)
        if found is None or found.until <= self.clock():
            found = await self._asked_once(site, allow_private=allow_private)
        if found.failure is not None:
            failure = replace(found.failure, url=url)
            if failure.status is None:  # nobody answered at all: that is not robots.txt's matter
                return failure
            return replace(failure, detail=f"robots.txt: {failure.detail}")
        if found.text == _ALL_ALLOWED:
            return None
        if len(found.text) * len(url) > MAX_WORK:
            return FetchResult(
                FetchOutcome.ROBOTS, url, detail="robots.txt is too long to look through for so long a URL"
            )
        known, name = self._read.get(found.text), product(agent or AGENT)
        if len(found.text) > LARGE_BYTES:
            rules, allowed, delay = await asyncio.to_thread(_look, known, found.text, url, name)
        else:
            rules, allowed, delay = _look(known, found.text, url, name)
        self._keep_read(found.text, rules)
        if delay:
            self.fetcher.hosts.slow_down(url, delay)
        return None if allowed else FetchResult(FetchOutcome.ROBOTS, url, detail="robots.txt asks us not to")

    def forget_unanswered(self) -> None:
        """Ask again at sites where nobody answered: that was our own network's doing."""
        for site in [s for s, r in self._sites.items() if r.failure is not None and r.failure.status is None]:
            self._drop(site)

    async def _asked_once(self, site: str, *, allow_private: bool) -> _Rules:
        """Return what `site` says now; whoever asks meanwhile waits for the same answer."""
        lock = self._asking.setdefault(site, asyncio.Lock())
        try:
            async with lock:
                found = self._sites.get(site)
                if found is None or found.until <= self.clock():
                    access = Access(site, allow_private)
                    answer = await self.fetcher.fetch(f"{site}/robots.txt", access=access)
                    if answer.outcome is FetchOutcome.REFUSED and site_of(answer.url) == site:
                        # Of this asker: another may be allowed to.
                        return _Rules(_ALL_ALLOWED, self.clock(), answer)
                    found = self._said(answer, found)
                    self._keep(site, found)
                return found
        finally:
            if not lock.locked():
                self._asking.pop(site, None)

    def _said(self, answer: FetchResult, before: _Rules | None) -> _Rules:
        now = self.clock()
        if answer.outcome is FetchOutcome.READ:
            return _Rules(answer.body[:MAX_RULES_BYTES], now + KEEP_SECONDS)
        if answer.outcome in _NONE:
            return _Rules(_ALL_ALLOWED, now + KEEP_SECONDS)
        again = now + max(RETRY_SECONDS, answer.retry_after or 0.0)
        if before is not None and before.failure is None:
            return replace(before, until=again)
        return _Rules(_ALL_ALLOWED, again, answer)

    def _keep(self, site: str, found: _Rules) -> None:
        self._drop(site)
        self._sites[site] = found
        self._bytes += len(found.text)
        while len(self._sites) > MAX_SITES or self._bytes > self.max_bytes:
            self._drop(next(iter(self._sites)))

    def _drop(self, site: str) -> None:
        if (dropped := self._sites.pop(site, None)) is not None:
            self._bytes -= len(dropped.text)

    def _keep_read(self, text: bytes, rules: Protego) -> None:
        if self._read.pop(text, None) is None:
            self._read_bytes += len(text)
        self._read[text] = rules
        while self._read_bytes > MAX_READ_BYTES:
            oldest = next(iter(self._read))
            del self._read[oldest]
            self._read_bytes -= len(oldest)


def product(agent: str) -> str:
    """Return the name that robots.txt knows a User-Agent by (RFC 9309, 2.2.1): `Desk` of `Desk/1.0 (x)`."""
    found = _PRODUCT.match(agent.strip())
    return found[0] if found else AGENT


def _look(rules: Protego | None, text: bytes, url: str, name: str) -> tuple[Protego, bool, float]:
    """Return the rules in `text`, whether they allow `url`, and the seconds they ask for between requests."""
    rules = rules or Protego.parse(text.decode("utf-8", "replace"))
    return rules, rules.can_fetch(url, name), float(rules.crawl_delay(name) or 0.0)
