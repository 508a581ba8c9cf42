"""All that is kept of a watch: its stories, and its incidents when it has a volume or a spike."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from wirewatch.alert import Alert
from wirewatch.watches.incidents import IncidentIndex, IncidentOutcome
from wirewatch.watches.match import Match
from wirewatch.watches.stories.index import StoryChange, StoryIndex

_NO_INCIDENT = IncidentOutcome()


class Decision(NamedTuple):
    """What follows from an article that met the watch."""

    alert: Alert | None
    stories: StoryChange
    incidents: IncidentOutcome


class WatchState:
    """One watch's state. What it knows is a function of what it had stored."""

    def __init__(self, stories: StoryIndex | None = None, incidents: IncidentIndex | None = None) -> None:
        self.stories = stories or StoryIndex()
        self.incidents = incidents or IncidentIndex()

    @classmethod
    def load(cls, entries: Iterable[bytes], log: Iterable[bytes]) -> "WatchState":
        """Return the state that stored `entries` of stories, and `log` of incidents.

        Raises StateRefusedError for what it cannot have stored.
        """
        return cls(StoryIndex.load(entries), IncidentIndex.load(log))

    def apply(self, match: Match, now: datetime) -> Decision:
        """Take in an article that met the watch; `now` is what an alert says as `alerted`.

        A watch with a volume or a spike tells of incidents alone: its stories are kept untold, until it has
        neither any more.
        """
        stories = self.stories.apply(match, now)
        if match.policy.tells_stories:
            return Decision(stories.alert, stories, _NO_INCIDENT)
        incidents = self.incidents.apply(match, now) if stories.counted else _NO_INCIDENT
        return Decision(incidents.alert, stories, incidents)
