"""The loop over all feeds: polls of those that are due, pushes, config that changes."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from connectors.feeds import metrics
from connectors.feeds.config import FEEDS_FILE, Feed, load_feeds, version
from connectors.feeds.fetch.uplink import UNANSWERED
from connectors.feeds.gauges import FeedGauges
from connectors.feeds.poll import Poller
from connectors.feeds.state import FeedState
from connectors.feeds.timetable import Timetable
from connectors.feeds.urls import host_of
from connectors.reload import LOOK_SECONDS, Reloader
from connectors.set_back import SetBack
from wirewatch.part import PartContext

AT_ONCE = 50
"""Polls under way at once."""
TICK = 0.5
"""Seconds between looks at what is due."""
SETTLE = 0.01
"""Seconds until the loop has seen that a poll is done."""
TIDY_EVERY = timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass
class FeedLoop:
    """Polls every enabled feed when it is due. One event loop; the store is read and written in threads."""

    context: PartContext
    poller: Poller
    wake_publisher: Callable[[], None]
    table: Timetable = field(init=False)
    gauges: FeedGauges = field(init=False, default_factory=FeedGauges)
    _running: dict[str, asyncio.Task[None]] = field(init=False, default_factory=dict)
    _again: dict[str, str] = field(init=False, default_factory=dict)
    """Feeds whose settings changed while they were polled by those before, and why they are due anew."""
    _missed: set[str] = field(init=False, default_factory=set)
    """Feeds of which a push was turned away while they were polled, or another push of them stored."""
    _config: Reloader[tuple[Feed, ...]] | None = field(init=False, default=None)
    _looked: datetime | None = field(init=False, default=None)
    _tidied: datetime | None = field(init=False, default=None)
    _paused: bool = field(init=False, default=False)
    _was_down: bool = field(init=False, default=False)
    """Nobody could be reached at the last look."""
    _counted: float = field(init=False, default=-1.0)
    """When the backlog was last looked at, in the event loop's seconds."""

    def __post_init__(self) -> None:
        self.table = Timetable(self.poller.asker.held_until)

    async def run(self) -> None:
        """Poll until `context.stop` is set. Raises what a poll ran into that no poll should."""
        await self.load()
        self.table.spread(self.context.now())
        clock = SetBack(self.context.now, time.monotonic)
        while not self.context.stop.is_set():
            if back := clock.look():
                self._set_back(back)
            await self._look()
            self._look_up()
            await self._tidy()
            if not await self._pause():
                self._start_due()
            if self.poller.subscriber is not None:
                self.poller.subscriber.start_due(self.table.feeds)
            await self._rest()
        await self.cancel()

    async def once(self) -> None:
        """Poll every enabled feed once, but for those that are gone; or until `context.stop` is set."""
        await self.load()
        waiting = [feed for feed in reversed(self.table.enabled()) if not self.table.states[feed.url].gone]
        while (waiting or self._running) and not self.context.stop.is_set():
            while waiting and len(self._running) < AT_ONCE:
                self._start(waiting.pop())
            await self._rest()
        await self.cancel()

    async def load(self) -> None:
        """Read feeds.yaml and the records of its feeds. Raises ConfigError.

        It may be missing where the config runs no feeds and somebody does all the same: the compose file.
        """
        folder, enabled = self.context.config_dir, self.context.settings.feeds.enabled
        self._config = Reloader(
            self.context,
            "feeds",
            files=lambda: [folder / FEEDS_FILE],
            make=partial(load_feeds, missing_ok=not enabled),
            version=version,
        )
        await self._take(self._config.current)

    async def cancel(self) -> None:
        """End polls under way: what they had read is stored, or will be read again."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        self._running.clear()

    async def _take(self, feeds: tuple[Feed, ...]) -> None:
        taken = self.table.take(feeds, await asyncio.to_thread(self.poller.store.states), self.context.now())
        under_way = {url for url, task in self._running.items() if not task.done()}
        why = "its settings have changed"
        self.table.ask_soon(taken.changed, why, self.context.now())
        self._again |= dict.fromkeys(taken.changed & under_way, why)
        enabled = self.table.enabled()
        self.poller.asker.uplink.among(len({host_of(feed.url) for feed in enabled}))
        log.info("feeds_loaded", feeds=len(feeds), enabled=len(enabled))
        if not enabled:
            path = self.context.config_dir / FEEDS_FILE
            log.warning("no_feed_enabled", file=str(path), hint="nothing is read; set `enabled: true`")
        await asyncio.to_thread(self.poller.store.record_all, taken.again)

    def _look_up(self) -> None:
        """Ask again, once somebody answers, whoever gave no answer: that was our own network's doing."""
        was_down, self._was_down = self._was_down, self.poller.asker.uplink.down
        if was_down and not self._was_down:
            self.poller.asker.robots.forget_unanswered()
            silent = [url for url, state in self.table.states.items() if state.outcome in UNANSWERED]
            self.table.ask_soon(silent, "others answer again", self.context.now())

    async def _look(self) -> None:
        """Take up, once in a while, another feeds.yaml and what somebody wants asked."""
        now = self.context.now()
        if self._looked is not None and (now - self._looked).total_seconds() < LOOK_SECONDS:
            return
        self._looked = now
        if self._config is not None and await asyncio.to_thread(self._config.look):
            await self._take(self._config.current)
            self._config.in_force()
        if asked := await asyncio.to_thread(self.poller.store.take_asked):
            self.table.ask_by_hand(asked, self.context.now())

    async def _tidy(self) -> None:
        """Close incidents of feeds that are not read any more; forget feeds that have long been gone."""
        for url in [u for u in self.poller.incidents if not self.table.is_read(u) and u not in self._running]:
            await self.poller.end_incident(url)
        now = self.context.now()
        if self._tidied is not None and now - self._tidied < TIDY_EVERY:
            return
        self._tidied = now
        before = now - self.poller.keep
        await asyncio.to_thread(self.poller.store.forget_feeds, set(self.table.feeds), before=before)

    def _set_back(self, by: timedelta) -> None:
        log.warning("clock_set_back", seconds=by.total_seconds())
        self.table.set_back(by)
        self._looked = self._tidied = self.gauges.shown = None

    async def _pause(self) -> bool:
        """Tell whether reading pauses: Kafka has been away for too long. Looked at once a tick."""
        now = asyncio.get_running_loop().time()
        if now - self._counted < TICK:
            return self._paused
        self._counted = now
        backlog = await asyncio.to_thread(self.poller.store.backlog)
        metrics.BACKLOG.set(backlog)
        full = backlog >= self.context.settings.feeds.backlog
        metrics.PAUSED.set(full)
        if full != self._paused:
            self._paused = full
            log.warning("reading_paused" if full else "reading_resumed", backlog=backlog)
        return full

    def _start_due(self) -> None:
        now = self.context.now()
        self.gauges.show(self.table, now)
        for feed in self.table.due(now, self._running, at_once=AT_ONCE):
            self._start(feed)
        metrics.LATE.set(self.table.late(now).total_seconds())

    def _start(self, feed: Feed) -> None:
        self._running[feed.url] = asyncio.create_task(self._poll(feed))

    async def push(self, url: str, body: bytes, content_type: str) -> bool:
        """Store what a hub sent for the feed `url`, after a poll of it that is under way.

        Return False while reading pauses: the hub sends it again. Raises sqlite3.Error.
        """
        while url in self._running:
            await asyncio.wait([self._running[url]])
            await asyncio.sleep(SETTLE)
        feed = self.table.feeds.get(url)
        if self._paused or feed is None:
            return False
        task = self._running[url] = asyncio.create_task(self._pushed(feed, body, content_type))
        await asyncio.wait([task])
        task.result()
        return True

    def push_missed(self, url: str) -> None:
        """Poll the feed `url` soon: a push of it was turned away, and its hub may not send it again."""
        if url in self._running and not self._running[url].done():
            self._missed.add(url)
        elif (feed := self.table.feeds.get(url)) is not None:
            state = self.poller.soon(feed, self.table.states[url], "a push of it was turned away")
            self.table.put(url, state)

    async def _pushed(self, feed: Feed, body: bytes, content_type: str) -> None:
        self._done(feed, await self.poller.push(feed, self.table.states[feed.url], body, content_type))

    async def _poll(self, feed: Feed) -> None:
        with metrics.FETCH_SECONDS.time():
            state, plan = self.table.states[feed.url], self.table.plan(feed.url)
            self._done(feed, await self.poller.poll(feed, state, plan))

    def _done(self, feed: Feed, state: FeedState) -> None:
        why = self._again.pop(feed.url, None)
        if feed.url in self.table.states:
            if why is not None:
                state = self.table.sooner(feed.url, state, self.context.now(), why)
            if feed.url in self._missed:
                state = self.poller.soon(feed, state, "a push of it was turned away")
            self.table.put(feed.url, state)
        self._missed.discard(feed.url)
        self.wake_publisher()

    async def _rest(self) -> None:
        """Wait a tick, or until a poll is done; raise what a poll raised."""
        if not self._running:
            await asyncio.sleep(TICK)
            return
        done, _ = await asyncio.wait(
            self._running.values(), timeout=TICK, return_when=asyncio.FIRST_COMPLETED
        )
        self._running = {url: task for url, task in self._running.items() if task not in done}
        for task in done:
            task.result()
