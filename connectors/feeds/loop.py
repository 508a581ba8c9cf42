"""The loop over all feeds: which are due, no more at once than there is room for, config that changes."""

import asyncio
import heapq
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import structlog

from connectors.feeds import metrics
from connectors.feeds.condition import TROUBLE, Condition, condition
from connectors.feeds.config import FEEDS_FILE, Feed, FeedConfig, load_feeds, version
from connectors.feeds.fetch.hosts import CONNECTIONS
from connectors.feeds.fetch.uplink import UNANSWERED
from connectors.feeds.poll import Poller
from connectors.feeds.schedule import FARTHEST, address, sooner
from connectors.feeds.state import FeedState
from connectors.feeds.urls import host_of
from connectors.gauges import ExactGauge
from connectors.reload import LOOK_SECONDS, Reloader
from connectors.set_back import SetBack
from wirewatch.part import PartContext

AT_ONCE = 50
"""Polls under way at once."""
TICK = 0.5
"""Seconds between looks at what is due."""
SETTLE = 0.01
"""Seconds until the loop has seen that a poll is done."""
GAUGE_EVERY = timedelta(seconds=10)
NAMED = 50
"""Feeds in trouble that /metrics names."""
EVER = datetime.min.replace(tzinfo=UTC)
TIDY_EVERY = timedelta(days=1)
START_GAP = timedelta(milliseconds=50)
"""Between the polls of feeds that are overdue at the start, so that a restart is no stampede."""

log = structlog.get_logger(__name__)


@dataclass
class FeedLoop:
    """Polls every enabled feed when it is due. One event loop; the store is read and written in threads."""

    context: PartContext
    poller: Poller
    wake_publisher: Callable[[], None]
    feeds: dict[str, Feed] = field(default_factory=dict)
    states: dict[str, FeedState] = field(default_factory=dict)
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _again: dict[str, str] = field(default_factory=dict)
    """Feeds whose settings changed while they were polled, and why they are due: that poll was as before."""
    _missed: set[str] = field(default_factory=set)
    """Feeds of which a push was turned away while they were polled, or another push of them stored."""
    _config: Reloader[tuple[Feed, ...]] | None = None
    _looked: datetime | None = None
    _tidied: datetime | None = None
    _gauged: datetime | None = None
    _reading_since: datetime | None = None
    """Since when a feed is switched on; None while none is."""
    _paused: bool = False
    _was_down: bool = False
    """Nobody could be reached at the last look."""
    _trouble: ExactGauge = field(default_factory=lambda: ExactGauge(metrics.TROUBLE))
    _counted: float = -1.0
    """When the backlog was last looked at, in the event loop's seconds."""
    _queue: list[tuple[datetime, str]] = field(default_factory=list)
    """A heap of what is due when; entries that a poll or a change has outdated are passed over."""

    async def run(self) -> None:
        """Poll until `context.stop` is set. Raises what a poll ran into that no poll should."""
        await self.load()
        self._spread()
        clock = SetBack(self.context.now, time.monotonic)
        while not self.context.stop.is_set():
            if back := clock.look():
                self._set_back(back)
            await self._reload()
            self._look_up()
            await self._tidy()
            if not await self._pause():
                self._start_due()
            if self.poller.subscriber is not None:
                self.poller.subscriber.start_due(self.feeds)
            await self._rest()
        await self.cancel()

    async def once(self) -> None:
        """Poll every enabled feed once, but for those that are gone; or until `context.stop` is set."""
        await self.load()
        waiting = [feed for feed in reversed(self._enabled()) if not self.states[feed.url].gone]
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

    def is_read(self, url: str) -> bool:
        """Tell whether `url` is a feed that is read."""
        feed = self.feeds.get(url)
        return feed is not None and feed.enabled

    def _enabled(self) -> list[Feed]:
        return [feed for feed in self.feeds.values() if feed.enabled]

    async def _take(self, feeds: tuple[Feed, ...]) -> None:
        stored = {**await asyncio.to_thread(self.poller.store.states), **self.states}
        now, before = self.context.now(), self.feeds
        self.feeds = {feed.url: feed for feed in feeds}
        states = {feed.url: stored.get(feed.url) or FeedState(next_at=now) for feed in feeds}
        # Switching a feed off and on, or taking it out and back, asks a publisher again who had said that it
        # is gone, over a restart too.
        again = {url: FeedState(next_at=now) for url, s in stored.items() if s.gone and not self.is_read(url)}
        self.states = {url: again.get(url, state) for url, state in states.items()}
        common = before.keys() & self.feeds.keys()
        changed = {url for url in common if _own(before[url]) != _own(self.feeds[url])}
        under_way = {url for url, task in self._running.items() if not task.done()}
        why = "its settings have changed"
        self._ask_soon(changed, why)
        self._again |= dict.fromkeys(changed & under_way, why)
        enabled = len(self._enabled())
        self.poller.asker.uplink.among(len({host_of(feed.url) for feed in self._enabled()}))
        log.info("feeds_loaded", feeds=len(feeds), enabled=enabled)
        if not enabled:
            path = self.context.config_dir / FEEDS_FILE
            log.warning("no_feed_enabled", file=str(path), hint="nothing is read; set `enabled: true`")
        await asyncio.to_thread(self.poller.store.record_all, again)

    def _ask_soon(self, urls: Iterable[str], why: str) -> None:
        """Make feeds due, one after another; the plan of a poll that is under way goes before this."""
        now = self.context.now()
        for place, url in enumerate(sorted(urls)):
            self.states[url] = self._sooner(url, self.states[url], now + place * START_GAP, why)
        self._line_up()

    def _sooner(self, url: str, state: FeedState, at: datetime, why: str) -> FeedState:
        return sooner(state, at, why, held_until=self.poller.asker.held_until(address(url, state)))

    def _look_up(self) -> None:
        """Ask again, once somebody answers, whoever gave no answer: that was our own network's doing."""
        was_down, self._was_down = self._was_down, self.poller.asker.uplink.down
        if was_down and not self._was_down:
            self.poller.asker.robots.forget_unanswered()
            silent = [url for url, state in self.states.items() if state.outcome in UNANSWERED]
            self._ask_soon(silent, "others answer again")

    async def _reload(self) -> None:
        now = self.context.now()
        if self._looked is not None and (now - self._looked).total_seconds() < LOOK_SECONDS:
            return
        self._looked = now
        if self._config is not None and await asyncio.to_thread(self._config.look):
            await self._take(self._config.current)
            self._config.in_force()

    async def _tidy(self) -> None:
        """Close incidents of feeds that are not read any more; forget feeds that have long been gone."""
        for url in [u for u in self.poller.incidents if not self.is_read(u) and u not in self._running]:
            await self.poller.end_incident(url)
        now = self.context.now()
        if self._tidied is not None and now - self._tidied < TIDY_EVERY:
            return
        self._tidied = now
        before = now - self.poller.keep
        await asyncio.to_thread(self.poller.store.forget_feeds, set(self.feeds), before=before)

    def _spread(self) -> None:
        """Give feeds that are overdue a time each, longest overdue first.

        A time farther away than any plan was made by a clock that was wrong: such a feed is due too.
        """
        now = self.context.now()
        due = ((s.next_at, url) for url, s in self.states.items() if not now < s.next_at <= now + FARTHEST)
        overdue = sorted(due)
        for place, (_, url) in enumerate(overdue):
            self.states[url] = msgspec.structs.replace(self.states[url], next_at=now + place * START_GAP)
        self._line_up()

    def _set_back(self, by: timedelta) -> None:
        """Move what was planned by a jump of the wall clock: else all would stand still for as long."""
        log.warning("clock_set_back", seconds=by.total_seconds())
        replace = msgspec.structs.replace
        self.states = {url: replace(state, next_at=state.next_at - by) for url, state in self.states.items()}
        self._looked = self._tidied = self._gauged = None
        self._line_up()

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
        self._gauge(now)
        busy = Counter(host_of(url) for url in self._running)
        later = []
        while self._queue and self._queue[0][0] <= now and len(self._running) < AT_ONCE:
            at, url = heapq.heappop(self._queue)
            if not self._is_due(at, url):
                continue  # of before a change of feeds.yaml
            host = host_of(url)
            # It would wait for its turn at the host, and hold up others; or a push of it is being stored.
            if busy[host] >= CONNECTIONS or url in self._running:
                later.append((at, url))
                continue
            busy[host] += 1
            self._start(self.feeds[url])
        for each in later:
            heapq.heappush(self._queue, each)
        first = self._queue[0][0] if self._queue else now
        metrics.LATE.set(max(0.0, (now - first).total_seconds()))

    def _is_due(self, at: datetime, url: str) -> bool:
        feed, state = self.feeds.get(url), self.states.get(url)
        return (
            feed is not None and state is not None and feed.enabled and not state.gone and state.next_at == at
        )

    def _line_up(self) -> None:
        """Make the queue anew, after a change of feeds or times."""
        self._queue = [(state.next_at, url) for url, state in self.states.items() if self.is_read(url)]
        heapq.heapify(self._queue)

    def _gauge(self, now: datetime) -> None:
        if self._gauged is not None and now - self._gauged < GAUGE_EVERY:
            return
        self._gauged = now
        found = {
            url: condition(self.states[url], now, enabled=feed.enabled).condition
            for url, feed in self.feeds.items()
        }
        counts = Counter(found.values())
        for state in Condition:
            metrics.STATES.labels(state=state.value).set(counts[state])
        self._name_trouble({url: each for url, each in found.items() if each in TROUBLE})
        # Of feeds that never had one it is not known how long they have been silent: since they are read.
        self._reading_since = (self._reading_since or now) if self._enabled() else None
        times = (self.states[feed.url].last_new for feed in self._enabled())
        heard = [at for at in times if at is not None]
        metrics.LAST_ENTRY.set(max(heard, default=self._reading_since or now).timestamp())

    def _name_trouble(self, found: Mapping[str, Condition]) -> None:
        longest = heapq.nsmallest(NAMED, found, key=lambda url: self.states[url].last_ok or EVER)
        named = ((url, self.feeds[url].source, found[url].value) for url in longest)
        self._trouble.set(dict.fromkeys(named, 1))

    def _start(self, feed: Feed) -> None:
        self._running[feed.url] = asyncio.create_task(self._poll(feed))

    async def push(self, url: str, body: bytes, content_type: str) -> bool:
        """Store what a hub sent for the feed `url`, after a poll of it that is under way.

        Return False while reading pauses: the hub sends it again. Raises sqlite3.Error.
        """
        while url in self._running:
            await asyncio.wait([self._running[url]])
            await asyncio.sleep(SETTLE)
        feed = self.feeds.get(url)
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
        elif url in self.feeds:
            state = self.poller.soon(self.feeds[url], self.states[url], "a push of it was turned away")
            self.states[url] = state
            heapq.heappush(self._queue, (state.next_at, url))

    async def _pushed(self, feed: Feed, body: bytes, content_type: str) -> None:
        self._done(feed, await self.poller.push(feed, self.states[feed.url], body, content_type))

    async def _poll(self, feed: Feed) -> None:
        with metrics.FETCH_SECONDS.time():
            self._done(feed, await self.poller.poll(feed, self.states[feed.url]))

    def _done(self, feed: Feed, state: FeedState) -> None:
        why = self._again.pop(feed.url, None)
        if feed.url in self.states:
            if why is not None:
                state = self._sooner(feed.url, state, self.context.now(), why)
            if feed.url in self._missed:
                state = self.poller.soon(feed, state, "a push of it was turned away")
            self.states[feed.url] = state
            heapq.heappush(self._queue, (state.next_at, feed.url))
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


def _own(feed: Feed) -> list[object]:
    """Return what feeds.yaml says of the feed itself, not of its source."""
    return [getattr(feed, name) for name in FeedConfig.model_fields]
