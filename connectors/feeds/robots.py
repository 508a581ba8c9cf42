"""robots.txt (RFC 9309): asked once a day of each site, and followed."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from protego import Protego

from connectors.feeds.fetch import Fetcher
from connectors.feeds.outcomes import Answer, Outcome

KEEP_SECONDS = 86_400.0
RETRY_SECONDS = 300.0
"""Until a robots.txt that could not be had is asked for again; the feed's own backoff is longer."""
MAX_SITES = 20_000
MAX_RULES_BYTES = 512 * 1024
"""What of a robots.txt is read (RFC 9309, 2.5: at least 500 KiB)."""
AGENT = "wirewatch"


@dataclass(frozen=True, slots=True)
class _Rules:
    rules: Protego | None
    """None: everything is allowed."""
    until: float
    failure: Answer | None = None
    """Why it could not be had: nothing is allowed for now (RFC 9309, 2.3.1.4)."""


@dataclass
class Robots:
    """Answers from a cache, in memory, by site (scheme, host and port)."""

    fetcher: Fetcher
    clock: Callable[[], float] = time.monotonic
    _sites: dict[str, _Rules] = field(default_factory=dict)
    _asking: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def refusal(self, url: str, *, allow_private: bool = False) -> Answer | None:
        """Return what a fetch of `url` would come to when it must not be made, None when it may be."""
        site = site_of(url)
        found = self._sites.get(site)
        if found is None or found.until <= self.clock():
            found = await self._asked_once(site, allow_private=allow_private)
        if found.failure is not None:
            why = f"robots.txt: {found.failure.detail or found.failure.outcome.value}"
            return replace(found.failure, url=url, detail=why)
        if found.rules is None or found.rules.can_fetch(url, AGENT):
            return None
        return Answer(Outcome.ROBOTS, url, detail="robots.txt asks us not to")

    async def _asked_once(self, site: str, *, allow_private: bool) -> _Rules:
        """Return what `site` says now; whoever asks meanwhile waits for the same answer."""
        lock = self._asking.setdefault(site, asyncio.Lock())
        try:
            async with lock:
                found = self._sites.get(site)
                if found is None or found.until <= self.clock():
                    answer = await self.fetcher.fetch(f"{site}/robots.txt", allow_private=allow_private)
                    found = self._keep(site, answer, found)
                    self._slow_down(site, found)
                return found
        finally:
            if not lock.locked():
                self._asking.pop(site, None)

    def _keep(self, site: str, answer: Answer, before: _Rules | None) -> _Rules:
        now = self.clock()
        if answer.outcome is Outcome.READ:
            rules = Protego.parse(answer.body[:MAX_RULES_BYTES].decode("utf-8", "replace"))
            kept = _Rules(rules, now + KEEP_SECONDS)
        elif answer.outcome in {Outcome.CLIENT_ERROR, Outcome.GONE, Outcome.REDIRECTS, Outcome.TOO_LARGE}:
            kept = _Rules(None, now + KEEP_SECONDS)
        elif before is not None and before.failure is None:
            kept = _Rules(before.rules, now + RETRY_SECONDS)
        else:
            kept = _Rules(None, now + RETRY_SECONDS, answer)
        if len(self._sites) >= MAX_SITES:
            self._sites.pop(next(iter(self._sites)))
        self._sites[site] = kept
        return kept

    def _slow_down(self, url: str, found: _Rules) -> None:
        delay = found.rules.crawl_delay(AGENT) if found.rules else None
        if delay:
            self.fetcher.hosts.slow_down(url, float(delay))


def site_of(url: str) -> str:
    """Return the scheme, host and port of `url`: what a robots.txt is for. Raises ValueError for no URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
