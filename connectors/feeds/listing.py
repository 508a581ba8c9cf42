"""`feeds list`: the feeds in force with what is known of each, read while the part runs or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from connectors.feeds.condition import TROUBLE, FeedCondition, FeedHealth, condition
from connectors.feeds.config import Feed, load_feeds, version
from connectors.feeds.state import FeedState
from connectors.feeds.store import DATABASE, FeedStore, open_database
from connectors.kept import read_in_force
from wirewatch.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed, its record (None before its first poll) and how it is doing."""

    feed: Feed
    state: FeedState | None
    health: FeedHealth
    since: datetime | None = None
    """When the incident began that tells of its trouble; None where none is open."""


def feeds_in_force(config_dir: Path, data_dir: Path) -> tuple[tuple[Feed, ...], str | None]:
    """Return the feeds that the part reads, and what is wrong with feeds.yaml when they are not those of it.

    While the file is broken or gone they are those of its last good copy (see kept). Where there is none:
    none for a file that is not there, ConfigError for a broken one.
    """
    try:
        return read_in_force(load_feeds, version, name="feeds", config_dir=config_dir, data_dir=data_dir)
    except ConfigError:
        return load_feeds(config_dir, missing_ok=True), None  # nobody needs a feeds.yaml that never was


def list_feeds(feeds: Iterable[Feed], data_dir: Path, *, now: datetime) -> list[Listed]:
    """Return `feeds` with their records: those in trouble first, switched off ones last.

    Raises StateRefusedError for feeds.db.
    """
    try:
        store = FeedStore(open_database(data_dir / DATABASE, read_only=True))
    except FileNotFoundError:
        return sorted((listed(feed, {}, now) for feed in feeds), key=_order)
    try:
        states, incidents = store.states(), store.incidents()
    finally:
        store.close()
    began = {url: alert.time for url, alert in incidents.items()}
    found = (replace(listed(feed, states, now), since=began.get(feed.url)) for feed in feeds)
    return sorted(found, key=_order)


def listed(feed: Feed, states: Mapping[str, FeedState], now: datetime) -> Listed:
    """Return how `feed` is doing by its record among `states` (by URL)."""
    state = states.get(feed.url)
    return Listed(feed, state, condition(state or FeedState(next_at=now), now, enabled=feed.enabled))


def _order(one: Listed) -> tuple[int, str, str]:
    found = one.health.condition
    rank = 0 if found in TROUBLE else 2 if found is FeedCondition.OFF else 1
    return rank, one.feed.source, one.feed.url
