"""`feeds poll`: feeds asked now, since a person wants it, by the part that runs."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.feeds.config import Feed
from connectors.feeds.fetch.outcomes import FetchOutcome, kind
from connectors.feeds.listing import Listed, listed
from connectors.feeds.schedule import address
from connectors.feeds.state import FeedState
from connectors.feeds.store import DATABASE, FeedStore, open_database
from connectors.feeds.urls import host_of

PATIENCE = 60.0
"""Seconds that are waited for what comes of it: a busy host, or a slow one, takes some."""
_REST = 0.2


@dataclass(frozen=True, slots=True)
class Polled:
    """A feed that was to be asked, and how it is doing now."""

    listed: Listed
    asked: bool
    """Whether it was, while somebody waited for it; else it is as soon as it can be."""
    held_until: datetime | None = None
    """Until when its host wants to be left alone (Retry-After): it is asked then."""

    @property
    def read(self) -> bool:
        """Whether it was asked and gave what it should."""
        state = self.listed.state
        return self.asked and state is not None and kind(FetchOutcome(state.outcome)) == "good"


def poll_by_hand(
    feeds: Sequence[Feed],
    data_dir: Path,
    *,
    now: Callable[[], datetime],
    patience: float = PATIENCE,
) -> Iterator[Polled]:
    """Have the part that runs on `data_dir` ask these `feeds`; yield what came of each, as it comes.

    Raises FileNotFoundError where that part has never run, and as opening feeds.db does.
    """
    path = data_dir / DATABASE
    open_database(path, read_only=True).close()  # an older one is for the part to bring up to date
    store = FeedStore(open_database(path))
    try:
        yield from _poll(feeds, store, now, time.monotonic() + patience)
    finally:
        store.close()


def _poll(
    feeds: Sequence[Feed], store: FeedStore, now: Callable[[], datetime], until: float
) -> Iterator[Polled]:
    urls = [feed.url for feed in feeds]
    before = store.states(urls)
    store.ask(urls)
    waiting = list(feeds)
    while waiting:
        over = time.monotonic() >= until
        states, hosts = store.states(urls), store.held_hosts(now())
        for feed in list(waiting):
            asked = _last_try(states, feed) != _last_try(before, feed)
            held_until = None if asked else hosts.get(_host(states, feed))
            if asked or over or held_until is not None:
                waiting.remove(feed)
                yield Polled(listed(feed, states, now()), asked, held_until)
        if waiting:
            time.sleep(_REST)


def _last_try(states: Mapping[str, FeedState], feed: Feed) -> datetime | None:
    return states[feed.url].last_try if feed.url in states else None


def _host(states: Mapping[str, FeedState], feed: Feed) -> str:
    state = states.get(feed.url)
    return host_of(feed.url if state is None else address(feed.url, state))
