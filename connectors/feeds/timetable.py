"""Which feed is polled when. Pure: the clock is passed in."""

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from connectors.feeds.config import Feed, FeedConfig
from connectors.feeds.fetch.hosts import CONNECTIONS
from connectors.feeds.schedule import FARTHEST, Plan, address, sooner
from connectors.feeds.state import FeedState
from connectors.feeds.urls import host_of

START_GAP = timedelta(milliseconds=50)
"""Between the polls of feeds that become due together, so that a restart is no stampede."""


class Taken(NamedTuple):
    """What a new feeds.yaml changed."""

    changed: frozenset[str]
    """Feeds that were there before, with other settings."""
    again: dict[str, FeedState]
    """New records of feeds that had been gone."""


class Timetable:
    """The feeds, what is known of each, and a heap of what is due when.

    Entries of the heap that a poll or a change has outdated are passed over.
    """

    def __init__(self, held_until: Callable[[str], datetime | None]) -> None:
        """`held_until` returns until when the host of a URL asked to be left alone; None when it did not."""
        self.feeds: dict[str, Feed] = {}
        self.states: dict[str, FeedState] = {}
        self._plans: dict[str, Plan] = {}  # of feeds that are asked for by hand
        self._held_until = held_until
        self._queue: list[tuple[datetime, str]] = []

    def is_read(self, url: str) -> bool:
        """Tell whether `url` is a feed that is read."""
        feed = self.feeds.get(url)
        return feed is not None and feed.enabled

    def enabled(self) -> list[Feed]:
        """Return the feeds that are read."""
        return [feed for feed in self.feeds.values() if feed.enabled]

    def take(self, feeds: Iterable[Feed], stored: Mapping[str, FeedState], now: datetime) -> Taken:
        """Go by `feeds` from now on, with the records that are `stored` where there is no newer one."""
        known = {**stored, **self.states}
        before, self.feeds = self.feeds, {feed.url: feed for feed in feeds}
        # Switching a feed off and on, or taking it out and back, asks a publisher again who had said that it
        # is gone, over a restart too.
        again = {url: FeedState(next_at=now) for url, s in known.items() if s.gone and not self.is_read(url)}
        states = {url: known.get(url) or FeedState(next_at=now) for url in self.feeds}
        self.states = {url: again.get(url, state) for url, state in states.items()}
        self._line_up()
        common = before.keys() & self.feeds.keys()
        return Taken(frozenset(url for url in common if _own(before[url]) != _own(self.feeds[url])), again)

    def put(self, url: str, state: FeedState) -> None:
        """Keep `state` as the record of a feed, which is due when it says."""
        self.states[url] = state
        self._plans.pop(url, None)
        heapq.heappush(self._queue, (state.next_at, url))

    def plan(self, url: str) -> Plan | None:
        """Return when `url` would be polled if nobody had asked for it by hand; None when nobody has."""
        return self._plans.get(url)

    def sooner(self, url: str, state: FeedState, at: datetime, why: str) -> FeedState:
        """Return `state` with the next poll at `at`, unless that is later or its host is to be left alone."""
        return sooner(state, at, why, held_until=self._held_until(address(url, state)))

    def ask_soon(self, urls: Iterable[str], why: str, now: datetime) -> None:
        """Make feeds due, one after another; the plan of a poll that is under way goes before this."""
        for place, url in enumerate(sorted(urls)):
            self.states[url] = self.sooner(url, self.states[url], now + place * START_GAP, why)
            self._plans.pop(url, None)
        self._line_up()

    def ask_by_hand(self, urls: Iterable[str], now: datetime) -> None:
        """Make feeds due that a person wants asked; one that is gone too: who asks may know better."""
        read = [url for url in urls if self.is_read(url)]
        plans = {}
        for url in read:
            state = self.states[url]
            if state.gone:
                self.states[url] = msgspec.structs.replace(state, gone=False)
            else:  # asked twice, it is the plan before the first
                plans[url] = self._plans.get(url) or Plan(state.next_at, state.why)
        self.ask_soon(read, "asked for by hand", now)
        self._plans |= plans

    def spread(self, now: datetime) -> None:
        """Give feeds that are overdue a time each, longest overdue first.

        A time farther away than any plan was made by a clock that was wrong: such a feed is due too.
        """
        due = ((s.next_at, url) for url, s in self.states.items() if not now < s.next_at <= now + FARTHEST)
        overdue = sorted(due)
        for place, (_, url) in enumerate(overdue):
            self.states[url] = msgspec.structs.replace(self.states[url], next_at=now + place * START_GAP)
        self._line_up()

    def set_back(self, by: timedelta) -> None:
        """Move what was planned by a jump of the wall clock: else all would stand still for as long."""
        replace = msgspec.structs.replace
        self.states = {url: replace(state, next_at=state.next_at - by) for url, state in self.states.items()}
        self._plans = {url: Plan(plan.at - by, plan.why) for url, plan in self._plans.items()}
        self._line_up()

    def due(self, now: datetime, under_way: Collection[str], *, at_once: int) -> list[Feed]:
        """Take out the feeds to poll now, beside those `under_way`: `at_once` in all, CONNECTIONS a host.

        What is taken out is due again once it is `put`.
        """
        busy, taken = Counter(map(host_of, under_way)), set(under_way)
        feeds, later = [], []
        while self._queue and self._queue[0][0] <= now and len(taken) < at_once:
            at, url = heapq.heappop(self._queue)
            if not self._is_due(at, url):
                continue  # of before a change of feeds.yaml
            host = host_of(url)
            # It would wait for its turn at the host, and hold up others; or a push of it is being stored.
            if busy[host] >= CONNECTIONS or url in taken:
                later.append((at, url))
                continue
            busy[host] += 1
            taken.add(url)
            feeds.append(self.feeds[url])
        for each in later:
            heapq.heappush(self._queue, each)
        return feeds

    def late(self, now: datetime) -> timedelta:
        """Return for how long the feed that is due first has been."""
        return max(now - self._queue[0][0], timedelta()) if self._queue else timedelta()

    def _is_due(self, at: datetime, url: str) -> bool:
        state = self.states.get(url)
        return self.is_read(url) and state is not None and not state.gone and state.next_at == at

    def _line_up(self) -> None:
        """Make the queue anew, after a change of feeds or times."""
        self._queue = [(state.next_at, url) for url, state in self.states.items() if self.is_read(url)]
        heapq.heapify(self._queue)


def _own(feed: Feed) -> list[object]:
    """Return what feeds.yaml says of the feed itself, not of its source."""
    return [getattr(feed, name) for name in FeedConfig.model_fields]
