"""What a backtest told, counted: by day, by watch, by story, and against what people said of its alerts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

MAX_BARS: Final = 62
"""Most bars of one picture; more days are counted by week, more weeks by 4 weeks, and so on."""
_SPANS: Final = (1, 7, 28, 364)


class StoryCount(NamedTuple):
    """How many articles a story of a watch counted, told or not."""

    watch: str
    story: str
    title: str
    """Of the article that opened it."""
    articles: int
    sources: int


class WatchCount(NamedTuple):
    """What one watch told."""

    watch: str
    met: int = 0
    """Articles."""
    stories: int = 0
    opened: int = 0
    """Alerts, as the two that follow."""
    updated: int = 0
    closed: int = 0

    def a_day(self, days: int) -> float:
        """Return how many alerts that was a day."""
        return (self.opened + self.updated + self.closed) / days if days else 0.0


class Judged(NamedTuple):
    """How right a watch was, as far as somebody marked its alerts."""

    watch: str
    true: int = 0
    """Alerts told of articles that were marked true for this watch."""
    false: int = 0
    missed: int = 0
    """Articles marked true, read here, which do not meet the watch (any more)."""

    @property
    def precision(self) -> float | None:
        """Right ones among the marked, 0 to 1; None when none of what is told was marked."""
        return self.true / (self.true + self.false) if self.true or self.false else None


class Bar(NamedTuple):
    """The alerts of `days` days from `day` on (UTC)."""

    day: date
    days: int
    alerts: int


def bars(alerts: Mapping[date, int]) -> list[Bar]:
    """Return the alerts by day of their article, quiet days too; by longer spans when days are too many."""
    if not alerts:
        return []
    first, last = min(alerts), max(alerts)
    long = (last - first).days + 1
    span = next((span for span in _SPANS if -(-long // span) <= MAX_BARS), -(-long // MAX_BARS))
    counts = [0] * -(-long // span)
    for day, count in alerts.items():
        counts[(day - first).days // span] += count
    return [Bar(first + timedelta(n * span), span, count) for n, count in enumerate(counts)]
