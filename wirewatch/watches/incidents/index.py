"""When a watch with a volume or a spike speaks. One index a watch.

The article at which the count crosses opens an incident. It is then silent until an article comes at which
the count is below again, or `expires_at` passes (the watch's story window after the crossing), which notify
enforces with its clock. All goes by the articles' own times, so articles that come late are judged by the
windows they fall into, and one dated far ahead moves nothing. What an index knows is a function of the log it
wrote.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from wirewatch.alert import Alert
from wirewatch.errors import START_OVER, StateRefusedError
from wirewatch.ids import digest
from wirewatch.watches.incidents.counted import CountedArticles
from wirewatch.watches.incidents.level import UNKNOWN, Level
from wirewatch.watches.incidents.log import (
    Basis,
    Began,
    Counted,
    Ended,
    Head,
    LogEntry,
    Slots,
    decode,
    encode,
)
from wirewatch.watches.incidents.spike import SpikeCounts, slot_of, slot_seconds, stored_slot_seconds
from wirewatch.watches.incidents.telling import closed, opened
from wirewatch.watches.incidents.volume import most_kept, volume_level
from wirewatch.watches.likeness.fingerprint import hash64
from wirewatch.watches.match import Match, StoryPolicy
from wirewatch.watches.stories.entries import to_micros

MAX_INCIDENTS: Final = 100
"""The latest incidents that are remembered: late articles of one open no other."""
SLACK: Final = 64
"""Entries the log may have beyond twice those that are needed."""
MAX_TITLE: Final = 300
"""Characters kept of a title."""
_SECOND: Final = 1_000_000  # µs


class IncidentOutcome(NamedTuple):
    """What follows from an article. When `rewrites`, clear the log before appending."""

    alert: Alert | None = None
    appends: tuple[bytes, ...] = ()
    rewrites: bool = False
    evicted: int = 0
    """Articles given up for want of room."""


class IncidentIndex:
    """The incidents of one watch, and what is counted for them."""

    def __init__(self) -> None:
        self._basis = ""
        self._slot_seconds = 0
        self._articles = CountedArticles()
        self._slots = SpikeCounts()
        self._incidents: dict[str, Began] = {}
        """By id, in the order of their beginning."""
        self._ended: dict[str, int] = {}
        """At which time, by id."""
        self._next = 0
        self._written = 0
        """Entries in the log."""
        self._fresh: list[LogEntry] = []

    @classmethod
    def load(cls, log: Iterable[bytes]) -> "IncidentIndex":
        """Return the index that wrote `log`, in any order. Raises StateRefusedError for what is no entry."""
        index = cls()
        try:
            entries = sorted((decode(data) for data in log), key=lambda entry: entry.n)
        except msgspec.DecodeError as error:
            raise StateRefusedError(f"the stored incidents cannot be read ({error}); {START_OVER}") from error
        for entry in entries:
            index._take(entry)
        return index

    def apply(self, match: Match, now: datetime) -> IncidentOutcome:
        """Count an article that met the watch, which has a volume or a spike, for the first time."""
        policy = match.policy
        self._fresh = []
        slot = slot_seconds(policy.spike)  # by another length, the same number is another time
        if policy.basis != self._basis or slot != self._slot_seconds:
            self._note(Basis(self._next, policy.basis, slot))
        counted = _counted(self._next, match)
        # What was given up comes back with a load, since its entries are still there: out with it first.
        self._articles.trim(most_kept(policy.volume))
        if counted.article in self._articles:
            return IncidentOutcome(appends=tuple(map(encode, self._fresh)))
        self._note(counted)
        evicted = self._articles.trim(most_kept(policy.volume))
        alert = self._decide(counted, match, now)
        return self._stored(alert, evicted if policy.volume is not None else 0)

    def _decide(self, counted: Counted, match: Match, now: datetime) -> Alert | None:
        policy = match.policy
        level = self._level(counted, policy)
        if level is None or level.threshold == UNKNOWN:
            return None
        covering = [one for one in self._incidents.values() if self._covers(one, counted.time, level)]
        if level.crossed and covering:
            self._stretch(covering[-1], level.first)
            return None
        if level.crossed:
            return self._open(counted, level, match, now)
        open_ = [one for one in covering if one.id not in self._ended and one.time <= counted.time]
        if not open_ or self._articles.after(counted.time) < self._articles.after(open_[-1].expires):
            return None  # none to close, or an article that came late: others say how it went on
        self._note(Ended(self._next, open_[-1].id, counted.time))
        whole = self._articles.between(open_[-1].first, counted.time - 1)
        return closed(open_[-1], whole, match, level, now)

    def _level(self, counted: Counted, policy: StoryPolicy) -> Level | None:
        if policy.volume is not None:
            return volume_level(self._articles, counted, policy.volume)
        return self._slots.level(counted.time, policy.spike) if policy.spike is not None else None

    def _covers(self, incident: Began, time: int, level: Level) -> bool:
        """Tell whether an article of `time`, or the window it is in, belongs to an incident."""
        end = self._ended.get(incident.id, incident.expires)
        return incident.first <= time <= end or incident.time <= level.last <= end

    def _stretch(self, incident: Began, first: int) -> None:
        """Let an incident begin earlier, for articles that came late."""
        if first < incident.first:
            self._note(msgspec.structs.replace(incident, n=self._next, first=first))

    def _open(self, counted: Counted, level: Level, match: Match, now: datetime) -> Alert:
        window = self._articles.between(level.first, level.last)
        began = Began(
            self._next,
            digest("incident", match.watch, match.article.id),
            counted.time,
            counted.time + int(match.policy.window * _SECOND),
            level.first,
            max(len(window), level.reached),
            len({one.source for one in window}),
            counted.head,
        )
        self._note(began)
        return opened(began, window, match, level, now)

    def _note(self, entry: LogEntry) -> None:
        self._take(entry)
        self._fresh.append(entry)

    def _take(self, entry: LogEntry) -> None:
        """Take in an entry, whether it is new or comes from the log."""
        self._next = max(self._next, entry.n + 1)
        self._written += 1
        match entry:
            case Counted():
                self._articles.add(entry)
                if entry.slot is not None:
                    if not self._slot_seconds:  # the log is older than what says it
                        self._slot_seconds = stored_slot_seconds(entry.time, entry.slot)
                    self._slots.add(entry.slot)
                    self._slots.trim()
            case Slots(since=since, counts=counts):
                self._slots.restore(since, dict(counts))
            case Basis(basis=basis, slot_seconds=slot):
                self._basis, self._slot_seconds = basis, slot
                self._articles, self._slots = CountedArticles(), SpikeCounts()
                self._incidents, self._ended = {}, {}
            case Began():
                self._incidents[entry.id] = entry
                while len(self._incidents) > MAX_INCIDENTS:
                    self._ended.pop(self._incidents.pop(next(iter(self._incidents))).id, None)
            case Ended(id=id_, time=time):
                if id_ in self._incidents:
                    self._ended[id_] = time

    def _stored(self, alert: Alert | None, evicted: int) -> IncidentOutcome:
        """Return the outcome with what the log needs: what is new, or all anew when it is mostly past."""
        needed = len(self._articles) + len(self._slots.counts) + 2 * len(self._incidents)
        if self._written <= 2 * needed + SLACK:
            return IncidentOutcome(alert, tuple(map(encode, self._fresh)), evicted=evicted)
        whole = self._whole()
        self._written = len(whole)
        return IncidentOutcome(alert, tuple(map(encode, whole)), rewrites=True, evicted=evicted)

    def _whole(self) -> list[LogEntry]:
        """Return the log that says all that is known, and no more."""
        entries: list[LogEntry] = [Basis(0, self._basis, self._slot_seconds)]
        entries += self._articles
        if self._slots.since is not None:
            entries.append(Slots(0, self._slots.since, tuple(sorted(self._slots.counts.items()))))
        for incident in self._incidents.values():
            entries.append(incident)
            if incident.id in self._ended:
                entries.append(Ended(0, incident.id, self._ended[incident.id]))
        self._next = len(entries)
        return [msgspec.structs.replace(entry, n=n) for n, entry in enumerate(entries)]


def _counted(n: int, match: Match) -> Counted:
    article, spike, time = match.article, match.policy.spike, to_micros(match.article.time)
    return Counted(
        n,
        time,
        hash64(article.id),
        hash64(article.source),
        None if spike is None else slot_of(time, spike),
        Head(article.id, article.title[:MAX_TITLE], article.url, article.source),
    )
