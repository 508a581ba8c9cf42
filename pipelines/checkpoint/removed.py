"""Watches that are in no config any more: what is kept of them goes once all of it is too old to matter.

A watch that is taken out and put back within that time goes on where it was, and tells nothing twice.
"""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import structlog

from pipelines.engines.embedded.keys import KeyedStore
from pipelines.steps.bags import CELL_NAMES, GENERATION
from wirewatch.watches.stories.entries import decode, to_micros
from wirewatch.watches.stories.index import MAX_AGE

log = structlog.get_logger(__name__)


def forget_removed(checkpoint: Path, watches: Collection[str], now: datetime) -> list[str]:
    """Drop the state of watches that are not among `watches` when nothing of it is alive; return which.

    That is when its latest article is 14 days older than the latest of all watches (or than `now`, should
    that one be dated ahead). Raises what opening the checkpoint raises.
    """
    if not checkpoint.exists():
        return []
    store = KeyedStore(checkpoint)
    try:
        kept = store.keys(GENERATION)
        removed = sorted(set(kept) - set(watches))
        if not removed:
            return []
        latest = {watch: _latest(store, transform, watch) for watch, transform in kept.items()}
        newest = min(max(latest.values()), to_micros(now))
        gone = [watch for watch in removed if newest - latest[watch] > MAX_AGE]
        for watch in gone:
            store.drop(kept[watch], watch)
    finally:
        store.close()
    if gone:
        log.info("removed_watches_forgotten", watches=gone)
    return gone


def _latest(store: KeyedStore, transform: str, watch: str) -> int:
    """Return the time of the latest article of a watch; 0 when its stories are all gone."""
    return max((decode(entry).last for entry in store.newest(transform, watch, CELL_NAMES)), default=0)
