"""What a backtest told, counted: by day, by watch, by story, and one version beside another."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from wirewatch.alert import Alert

MAX_BARS: Final = 62
"""Most bars of one picture; more days are counted by week, more weeks by 4 weeks, and so on."""
_SPANS: Final = (1, 7, 28, 364)


@dataclass
class StoryCount:
    """How many articles a story of a watch counted, told or not."""

    watch: str
    story: str
    title: str
    """Of the article that opened it."""
    first: datetime | None = None
    articles: int = 0
    sources: set[str] = field(default_factory=set)

    def add(self, time: datetime, source: str) -> None:
        """Count an article."""
        self.first = time if self.first is None else min(self.first, time)
        self.articles += 1
        self.sources.add(source)


@dataclass(frozen=True)
class Told:
    """What a backtest told."""

    articles: int
    """How many were read."""
    alerts: list[Alert]
    """In order of time."""
    stories: Sequence[StoryCount]

    def of(self, watches: Collection[str]) -> "Told":
        """Return what these watches told."""
        return replace(
            self,
            alerts=[alert for alert in self.alerts if alert.watch in watches],
            stories=[story for story in self.stories if story.watch in watches],
        )

    def noisiest(self, most: int) -> list[StoryCount]:
        """Return the stories with the most articles, at most `most`; none with a single one."""
        several = [story for story in self.stories if story.articles > 1]
        return sorted(several, key=lambda story: (-story.articles, story.watch, story.story))[:most]


class WatchCount(NamedTuple):
    """What one watch told."""

    watch: str
    met: int
    """Articles."""
    stories: int
    opened: int
    """Alerts, as the two that follow."""
    updated: int
    closed: int


def by_watch(told: Told, watches: Iterable[str]) -> list[WatchCount]:
    """Return the counts of `watches`, in that order, also of those that told nothing."""
    alerts = Counter((alert.watch, alert.status) for alert in told.alerts)
    stories = Counter(story.watch for story in told.stories)
    met: Counter[str] = Counter()
    for story in told.stories:
        met[story.watch] += story.articles
    return [
        WatchCount(
            watch=watch,
            met=met[watch],
            stories=stories[watch],
            opened=alerts[watch, "opened"],
            updated=alerts[watch, "updated"],
            closed=alerts[watch, "closed"],
        )
        for watch in watches
    ]


class Bar(NamedTuple):
    """The alerts of `days` days from `day` on (UTC)."""

    day: date
    days: int
    alerts: int


def bars(alerts: Sequence[Alert]) -> list[Bar]:
    """Return the alerts by day of their article, quiet days too; by longer spans when days are too many."""
    if not alerts:
        return []
    days = [alert.time.astimezone(UTC).date() for alert in alerts]
    first, last = min(days), max(days)
    long = (last - first).days + 1
    span = next((span for span in _SPANS if -(-long // span) <= MAX_BARS), -(-long // MAX_BARS))
    counts = Counter((day - first).days // span for day in days)
    return [Bar(first + timedelta(n * span), span, counts[n]) for n in range(-(-long // span))]


class Difference(NamedTuple):
    """Two versions of the watches over the same articles: the opening alerts that only one of them tells."""

    kept: int
    adds: list[Alert]
    """What the other version tells and this does not."""
    drops: list[Alert]
    """What this version tells and the other does not."""


def difference(this: Told, other: Told) -> Difference:
    """Return what `other` adds to `this` and drops of it, by watch and the article that opens."""
    ours, theirs = _openings(this), _openings(other)
    return Difference(
        kept=len(ours.keys() & theirs.keys()),
        adds=[alert for key, alert in theirs.items() if key not in ours],
        drops=[alert for key, alert in ours.items() if key not in theirs],
    )


def _openings(told: Told) -> dict[tuple[str, str | None], Alert]:
    return {(alert.watch, alert.article): alert for alert in told.alerts if alert.status == "opened"}
