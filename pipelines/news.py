"""What the news is about, counted for /metrics under names that stay few: sources, actors, topics."""

import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from prometheus_client import Counter

from connectors.gauges import ExactGauge
from pipelines import metrics
from pipelines.elements import TaggedRecord
from pipelines.top import TopNames
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


class News:
    """The tallies of this process. `clock` gives seconds since 1970; threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._top_sources = TopNames(TOP_SOURCES)
        self._top_actors = TopNames(TOP_ACTORS)
        self._heard: dict[str, float] = {}
        """Sources by when their last article came, longest ago first."""
        self._watches = ExactGauge(metrics.WATCHES)
        self._watch_sources = ExactGauge(metrics.WATCH_SOURCES)

    def count(self, articles: Sequence[TaggedRecord], snapshot: Snapshot) -> None:
        """Count a batch of tagged articles."""
        if not articles:
            return
        now = self._clock()
        sources = Tally(item.article.source for item in articles)
        actors = Tally(actor.name for item in articles for actor in item.tags.actors if not actor.via)
        topics = Tally(topic.name for item in articles for topic in item.tags.topics if not topic.via)
        watched = snapshot.watches.actors
        with self._lock:
            self._hear(sources, now)
            always = watched if len(watched) <= WATCHED_ACTORS else frozenset()
            _add(metrics.BY_SOURCE, self._top_sources, sources, now)
            _add(metrics.BY_ACTOR, self._top_actors, actors, now, always)
        for topic, number in topics.items():
            metrics.BY_TOPIC.labels(topic).inc(number)
        for origin in {item.article.origin for item in articles}:
            metrics.LAST_ARTICLE.labels(origin).set(now)

    def refresh(self, watches: Iterable[Watch]) -> None:
        """Say which watches there are, which sources are alive, and how many of those that a watch names."""
        since = self._clock() - ALIVE_SECONDS
        with self._lock:
            alive = [source for source, heard in self._heard.items() if heard >= since]
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


NEWS = News()
"""Of this process: its steps run on one thread, or on several that share it."""
