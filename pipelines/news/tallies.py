"""What the news is about, counted for /metrics under names that stay few: sources, actors, topics."""

import math
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from prometheus_client import Counter

from connectors.gauges import ExactGauge
from pipelines import metrics
from pipelines.elements import TaggedRecord
from pipelines.news.top_names import TopNames
from wirewatch.snapshot import Snapshot
from wirewatch.watches.model import Watch
from wirewatch.watches.sources import domains

TOP_SOURCES: Final = 50
TOP_ACTORS: Final = 50
"""Besides those that watches name."""
WATCHED_ACTORS: Final = 200
"""Named by watches and so always counted by name; where watches name more, all must be frequent."""
ALIVE_SECONDS: Final = 24 * 3600.0
"""A source that gave no article for so long is silent."""
MAX_SOURCES: Final = 10_000
"""Of which it is known when they last gave one."""
TELL_SECONDS: Final = 1.0
"""Between changes of the metrics: names by the thousand are sorted into series once a second, not a batch."""


class Tallies:
    """The tallies of this process. `clock` gives seconds since 1970; threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._top_sources = TopNames(TOP_SOURCES)
        self._top_actors = TopNames(TOP_ACTORS)
        self._heard: dict[str, float] = {}
        """Sources by when their last article came, longest ago first."""
        self._sources: Tally[str] = Tally()
        self._actors: Tally[str] = Tally()
        self._topics: Tally[str] = Tally()
        self._watched: frozenset[str] = frozenset()
        """Actors that the watches in force name."""
        self._stories: dict[str, int] = {}
        self._widest: dict[str, int] = {}
        """By watch, also of those in no config any more: one that is put back goes on where it was."""
        self._told = -math.inf
        self._watches = ExactGauge(metrics.WATCHES)
        self._watch_sources = ExactGauge(metrics.WATCH_SOURCES)
        self._stories_open = ExactGauge(metrics.STORIES)
        self._story_sources = ExactGauge(metrics.WIDEST)

    def count(self, articles: Sequence[TaggedRecord], snapshot: Snapshot) -> None:
        """Count a batch of tagged articles: the metrics show it once a second, or at `refresh`."""
        if not articles:
            return
        now = self._clock()
        with self._lock:
            self._sources.update(item.article.source for item in articles)
            self._actors.update(
                actor.name for item in articles for actor in item.tags.actors if not actor.via
            )
            self._topics.update(
                topic.name for item in articles for topic in item.tags.topics if not topic.via
            )
            self._watched = snapshot.watches.actors
            if now - self._told >= TELL_SECONDS:
                self._tell(now)
        for origin in {item.article.origin for item in articles}:
            metrics.LAST_ARTICLE.labels(origin).set(now)

    def follow(self, watch: str, stories: int, widest: int | None) -> None:
        """Take in how many stories are kept of a watch, and the sources of the widest where it was looked at.

        The metrics show it at `refresh`.
        """
        with self._lock:
            self._stories[watch] = stories
            if widest is not None:
                self._widest[watch] = widest

    def refresh(self, watches: Iterable[Watch]) -> None:
        """Say which watches there are, what is followed of each, and which of its sources are alive."""
        now = self._clock()
        since = now - ALIVE_SECONDS
        with self._lock:
            self._tell(now)
            alive = [source for source, heard in self._heard.items() if heard >= since]
            stories, widest = self._stories.copy(), self._widest.copy()
        known = {domain for source in alive for domain in domains(source)}
        found: dict[tuple[str, ...], float] = {}
        listed: dict[tuple[str, ...], float] = {}
        for watch in watches:
            listed[watch.id, watch.severity] = 1
            named = [source for source in watch.only.sources if not source.startswith("-")]
            if named:
                lively = sum(source in known for source in named)
                found[watch.id, "alive"], found[watch.id, "silent"] = lively, len(named) - lively
        metrics.SOURCES_ALIVE.set(len(alive))
        self._watches.set(listed)
        self._watch_sources.set(found)
        in_force = {watch for watch, _ in listed}
        for gauge, of in ((self._stories_open, stories), (self._story_sources, widest)):
            gauge.set({(watch,): number for watch, number in of.items() if watch in in_force})

    def _tell(self, now: float) -> None:
        """Let the metrics show what was counted since the last time."""
        self._told = now
        self._hear(self._sources, now)
        always = self._watched if len(self._watched) <= WATCHED_ACTORS else frozenset()
        _add(metrics.BY_SOURCE, self._top_sources, self._sources, now)
        _add(metrics.BY_ACTOR, self._top_actors, self._actors, now, always)
        for topic, number in self._topics.items():
            metrics.BY_TOPIC.labels(topic).inc(number)
        for tally in (self._sources, self._actors, self._topics):
            tally.clear()

    def _hear(self, sources: Iterable[str], now: float) -> None:
        for source in sources:
            self._heard.pop(source, None)  # so that it stands last
            self._heard[source] = now
        while len(self._heard) > MAX_SOURCES:
            del self._heard[next(iter(self._heard))]


def _add(
    counter: Counter,
    top: TopNames,
    tally: Mapping[str, int],
    now: float,
    always: frozenset[str] = frozenset(),
) -> None:
    counted = top.count(tally, now, always=always)
    for name, number in counted.tally.items():
        counter.labels(name).inc(number)
    for name in counted.dropped:
        counter.remove(name)


NEWS = Tallies()
"""Of this process: its steps run on one thread, or on several that share it."""
