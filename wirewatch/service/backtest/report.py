"""What a backtest shows, whatever it is shown on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from wirewatch.alert import Alert
from wirewatch.service.backtest.counts import Bar, Judged, StoryCount, WatchCount, bars
from wirewatch.service.backtest.store import Told

MOST_STORIES = 10


class Side(NamedTuple):
    """What a watch told in this version, and in the other."""

    ours: WatchCount
    theirs: WatchCount


class Difference(NamedTuple):
    """Two versions over the same articles: by watch and article, the opening alerts that only one tells."""

    kept: int
    adds: int
    """What the other version tells and this does not."""
    drops: int
    """What this version tells and the other does not."""


@dataclass(frozen=True)
class Report:
    """What watches told, and what another version of them told of the same articles."""

    told: Told
    other: Told | None = None
    unreadable: int = field(default=0, kw_only=True)
    """Files or records that were no articles, whatever time is asked for: they have none."""

    @property
    def bars(self) -> list[Bar]:
        """The alerts by day."""
        return bars(self.told.by_day())

    @property
    def noisiest(self) -> list[StoryCount]:
        """The stories with the most articles."""
        return self.told.noisiest(MOST_STORIES)

    @property
    def counts(self) -> list[WatchCount]:
        """What each watch told."""
        return list(self.told.by_watch().values())

    @property
    def sides(self) -> list[Side]:
        """What each watch of either version told: here, and there."""
        ours = self.told.by_watch()
        theirs = self.other.by_watch() if self.other else {}
        return [
            Side(ours.get(watch, WatchCount(watch)), theirs.get(watch, WatchCount(watch)))
            for watch in dict.fromkeys((*ours, *theirs))
        ]

    @property
    def judged(self) -> list[tuple[Judged, Judged]]:
        """How right each watch was where somebody marked its alerts: here, and in the other version."""
        ours = {one.watch: one for one in self.told.judged()}
        theirs = {one.watch: one for one in self.other.judged()} if self.other else {}
        return [
            (ours.get(watch, Judged(watch)), theirs.get(watch, Judged(watch)))
            for watch in dict.fromkeys((*ours, *theirs))
        ]

    @property
    def difference(self) -> Difference | None:
        """What the other version adds and drops; None without one."""
        if self.other is None:
            return None
        kept = self.told.openings_kept(self.other)
        ours, theirs = (
            sum(count.opened for count in told.by_watch().values()) for told in (self.told, self.other)
        )
        return Difference(kept, theirs - kept, ours - kept)

    def adds(self) -> Iterator[Alert]:
        """Yield the opening alerts that only the other version tells."""
        return self.other.openings_lacking(self.told) if self.other else iter(())

    def drops(self) -> Iterator[Alert]:
        """Yield the opening alerts that only this version tells."""
        return self.told.openings_lacking(self.other) if self.other else iter(())
