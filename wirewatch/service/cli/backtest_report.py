"""What a backtest shows, whatever it is shown on."""

from collections.abc import Sequence
from dataclasses import dataclass

from wirewatch.watches.tally import Bar, Difference, StoryCount, Told, WatchCount, bars, by_watch, difference

MOST_STORIES = 10


@dataclass(frozen=True)
class Report:
    """What watches told, and what another version of them told of the same articles."""

    watches: Sequence[str]
    told: Told
    other_watches: Sequence[str] = ()
    other: Told | None = None

    @property
    def bars(self) -> list[Bar]:
        """The alerts by day."""
        return bars(self.told.alerts)

    @property
    def noisiest(self) -> list[StoryCount]:
        """The stories with the most articles."""
        return self.told.noisiest(MOST_STORIES)

    @property
    def counts(self) -> list[WatchCount]:
        """What each watch told."""
        return by_watch(self.told, self.watches)

    @property
    def sides(self) -> list[tuple[WatchCount, WatchCount]]:
        """What each watch of either version told: here, and there."""
        both = list(dict.fromkeys((*self.watches, *self.other_watches)))
        other = self.other or Told(0, [], [])
        return list(zip(by_watch(self.told, both), by_watch(other, both), strict=True))

    @property
    def difference(self) -> Difference | None:
        """What the other version adds and drops; None without one."""
        return None if self.other is None else difference(self.told, self.other)
