"""So many sources or articles within so long."""

from collections import Counter
from typing import Final

from wirewatch.watches.incidents.counted import CountedArticles
from wirewatch.watches.incidents.level import Level
from wirewatch.watches.incidents.log import Counted
from wirewatch.watches.match import VolumePolicy

_SECOND: Final = 1_000_000  # µs
MIN_KEPT: Final = 2_000


def most_kept(policy: VolumePolicy | None) -> int:
    """Return how many articles are looked back at, at most: twice what makes an incident, and 2,000 at least.

    A source that writes more than that within the window hides others: what is given up is counted.
    """
    return MIN_KEPT if policy is None else max(MIN_KEPT, 2 * policy.at_least)


def volume_level(articles: CountedArticles, counted: Counted, policy: VolumePolicy) -> Level | None:
    """Return the level of the fullest window that holds `counted`, in whatever order the articles came.

    None when it was given up for want of room. A window ends at an article, and reaches back less than
    `within`.
    """
    at = articles.place(counted)
    if at is None:
        return None
    within = int(policy.within * _SECOND)
    count = _Sources(articles) if policy.distinct == "sources" else _All(articles)
    low = articles.after(counted.time - within)
    for n in range(low, at + 1) if policy.distinct == "sources" else ():
        count.enter(n)
    best = (count.value(low, at), low, at)
    for high in range(at + 1, articles.after(counted.time + within - 1)):
        count.enter(high)
        while articles.time(low) <= articles.time(high) - within:
            count.leave(low)
            low += 1
        best = max(best, (count.value(low, high), low, high), key=lambda found: found[0])
    return Level(best[0], policy.at_least, articles.time(best[1]), articles.time(best[2]))


class _All:
    """Counts articles: the places tell."""

    def __init__(self, _articles: CountedArticles) -> None:
        pass

    def enter(self, _n: int) -> None:
        """Do nothing."""

    def leave(self, _n: int) -> None:
        """Do nothing."""

    def value(self, low: int, high: int) -> int:
        """Return the count from `low` to `high`."""
        return high - low + 1


class _Sources:
    """Counts the distinct sources of the articles that entered and did not leave."""

    def __init__(self, articles: CountedArticles) -> None:
        self._source = articles.source
        self._counts: Counter[int] = Counter()

    def enter(self, n: int) -> None:
        """Take in the article at `n`."""
        self._counts[self._source(n)] += 1

    def leave(self, n: int) -> None:
        """Let go of it."""
        source = self._source(n)
        self._counts[source] -= 1
        if not self._counts[source]:
            del self._counts[source]

    def value(self, _low: int, _high: int) -> int:
        """Return how many there are."""
        return len(self._counts)
