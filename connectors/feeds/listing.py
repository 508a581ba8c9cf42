"""`feeds list`: the feeds of feeds.yaml with what is known of each, read while the part runs or not."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.feeds.condition import TROUBLE, Condition, Finding, condition
from connectors.feeds.config import Feed, load_feeds
from connectors.feeds.state import FeedState
from connectors.feeds.store import DATABASE, FeedStore, open_database


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed, its record (None before its first poll) and how it is doing."""

    feed: Feed
    state: FeedState | None
    finding: Finding


def list_feeds(config_dir: Path, data_dir: Path, *, now: datetime) -> list[Listed]:
    """Return every feed of feeds.yaml: those in trouble first, switched off ones last.

    Raises ConfigError for feeds.yaml, StateRefusedError for feeds.db.
    """
    states = _states(data_dir)
    found = []
    for feed in load_feeds(config_dir, missing_ok=True):
        state = states.get(feed.url)
        record = state or FeedState(next_at=now)
        found.append(Listed(feed, state, condition(record, now, enabled=feed.enabled)))
    return sorted(found, key=_order)


def _states(data_dir: Path) -> dict[str, FeedState]:
    try:
        store = FeedStore(open_database(data_dir / DATABASE, read_only=True))
    except FileNotFoundError:
        return {}
    try:
        return store.states()
    finally:
        store.close()


def _order(listed: Listed) -> tuple[int, str, str]:
    found = listed.finding.condition
    rank = 0 if found in TROUBLE else 2 if found is Condition.OFF else 1
    return rank, listed.feed.source, listed.feed.url
