"""What /metrics says of all feeds together, and of those in trouble."""

import heapq
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from connectors.feeds import metrics
from connectors.feeds.condition import TROUBLE, FeedCondition, condition
from connectors.feeds.timetable import Timetable
from connectors.gauges import ExactGauge

EVERY = timedelta(seconds=10)
NAMED = 50
"""Feeds in trouble that /metrics names."""
EVER = datetime.min.replace(tzinfo=UTC)


class FeedGauges:
    """Shows how the feeds are, every ten seconds."""

    def __init__(self) -> None:
        self.shown: datetime | None = None
        """When they were last shown; None: they are at the next chance."""
        self._reading_since: datetime | None = None  # None while no feed is switched on
        self._trouble = ExactGauge(metrics.TROUBLE)

    def show(self, table: Timetable, now: datetime) -> None:
        """Show how the feeds are at `now`, if it is time."""
        if self.shown is not None and now - self.shown < EVERY:
            return
        self.shown = now
        found = {
            url: condition(table.states[url], now, enabled=feed.enabled).condition
            for url, feed in table.feeds.items()
        }
        counts = Counter(found.values())
        for state in FeedCondition:
            metrics.STATES.labels(state=state.value).set(counts[state])
        self._name_trouble(table, {url: each for url, each in found.items() if each in TROUBLE})
        # Of feeds that never had one it is not known how long they have been silent: since they are read.
        enabled = table.enabled()
        self._reading_since = (self._reading_since or now) if enabled else None
        times = (table.states[feed.url].last_new for feed in enabled)
        heard = [at for at in times if at is not None]
        metrics.LAST_ENTRY.set(max(heard, default=self._reading_since or now).timestamp())

    def _name_trouble(self, table: Timetable, found: Mapping[str, FeedCondition]) -> None:
        longest = heapq.nsmallest(NAMED, found, key=lambda url: table.states[url].last_ok or EVER)
        named = ((url, table.feeds[url].source, found[url].value) for url in longest)
        self._trouble.set(dict.fromkeys(named, 1))
