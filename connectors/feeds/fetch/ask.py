"""Asking with manners: nobody who wants to be left alone, nothing that robots.txt forbids."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.feeds.config import Feed
from connectors.feeds.fetch.access import ReadSecret, access_of
from connectors.feeds.fetch.fetcher import ACCEPT, Fetcher
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.fetch.robots import Robots
from connectors.feeds.fetch.uplink import Uplink
from connectors.feeds.store import FeedStore
from connectors.feeds.urls import host_of
from wirewatch.errors import ConfigError


@dataclass
class Asker:
    """The one way to a publisher's server, for feeds, sitemaps and pages alike."""

    fetcher: Fetcher
    robots: Robots
    store: FeedStore
    now: Callable[[], datetime]
    secret: ReadSecret
    held: dict[str, datetime] = field(default_factory=dict)
    """Hosts that asked to be left alone, and until when."""
    uplink: Uplink = field(default_factory=Uplink)

    async def ask(
        self,
        feed: Feed,
        url: str,
        *,
        accept: str = ACCEPT,
        etag: str | None = None,
        modified: str | None = None,
    ) -> FetchResult:
        """Return the answer to a (conditional) GET of `url` for `feed`, or what stands against asking.

        A host that says Retry-After is left alone until then, over a restart too. Raises sqlite3.Error.
        """
        if (held := self._held(url)) is not None:
            return held
        try:
            access = access_of(feed, self.secret)
        except ConfigError as error:
            return FetchResult(FetchOutcome.NO_LOGIN, url, detail=str(error))

        async def refuse(hop: str) -> FetchResult | None:
            return await self.robots.refusal(hop, allow_private=access.opens(hop), agent=feed.user_agent)

        answer = await refuse(url)
        if answer is None:
            answer = await self.fetcher.fetch(
                url,
                etag=etag,
                modified=modified,
                accept=accept,
                access=access,
                refuse_hop=refuse,
                at_turn=self._held,
            )
        self.uplink.heard(answer)
        await self._hold_if_told(answer)
        return answer

    async def post(self, url: str, form: Mapping[str, str], *, allow_private: bool = False) -> FetchResult:
        """Return the answer to a POST of a form (see Fetcher.post), or that its host is left alone.

        Raises sqlite3.Error.
        """
        if (held := self._held(url)) is not None:
            return held
        answer = await self.fetcher.post(url, form, allow_private=allow_private)
        await self._hold_if_told(answer)
        return answer

    async def _hold_if_told(self, answer: FetchResult) -> None:
        if (
            answer.status is not None
            and answer.outcome is FetchOutcome.BUSY
            and answer.retry_after is not None
        ):
            await self._hold(answer.url, self.now() + timedelta(seconds=answer.retry_after))

    def held_until(self, url: str) -> datetime | None:
        """Return until when the host of `url` asked to be left alone; None when it did not."""
        until = self.held.get(host_of(url))
        return until if until is not None and until > self.now() else None

    def _held(self, url: str) -> FetchResult | None:
        if (until := self.held_until(url)) is None:
            return None
        wait = (until - self.now()).total_seconds()
        return FetchResult(
            FetchOutcome.BUSY, url, detail="its host asked for a pause (Retry-After)", retry_after=wait
        )

    async def _hold(self, url: str, until: datetime) -> None:
        host = host_of(url)
        now = self.now()
        if until > self.held.get(host, now):
            for over in [name for name, end in self.held.items() if end <= now]:
                del self.held[over]
            self.held[host] = until
            await asyncio.to_thread(self.store.hold_host, host, until, now=now)
