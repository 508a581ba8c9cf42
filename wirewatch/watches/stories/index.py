"""Which story an article belongs to, and whether that is worth an alert. One index a watch.

An article joins the story it is most surely like: the same text, a copy cut short, a near copy, or a
retelling (`wirewatch.watches.likeness.similarity`), if it is no more than the watch's window away from the
story, and the story does not grow older than 14 days. Otherwise it opens a story, and an alert is told; once
more when as many distinct sources have joined as a step of the watch says. What a watch kept while it told of
incidents is told with the next article that joins. What an index knows is a function of the entries it wrote:
loaded from them, in any order, it decides as if it had never been away.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from wirewatch.alert import SPREAD_TO, Alert, AlertStatus
from wirewatch.alert import Story as StoryRef
from wirewatch.errors import START_OVER, StateRefusedError
from wirewatch.ids import story_id
from wirewatch.watches.alerting import alert_of
from wirewatch.watches.likeness.fingerprint import hash64
from wirewatch.watches.likeness.similarity import Comparison, Kind, Likeness
from wirewatch.watches.match import MAX_STORIES, Match, StoryPolicy
from wirewatch.watches.stories.entries import (
    BUCKET,
    UNTOLD,
    Entry,
    Joining,
    Opening,
    bucket,
    cell,
    decode,
    encode,
    from_micros,
    home,
    to_micros,
)
from wirewatch.watches.stories.finder import StoryFinder
from wirewatch.watches.stories.story import MAX_PRINTS, Story

MAX_AGE: Final = 14 * 86400 * 1_000_000
"""µs a story may last from its first article to its last."""
LIFE: Final = MAX_AGE // BUCKET
"""Buckets that a story is kept behind the latest articles."""
SUPPORT: Final = 3
"""Entries it takes, within `LIFE`, to be the latest: one article dated years ahead must age no story."""
CROWD: Final = 5_000
"""Whenever a bucket has taken as many entries more, it is seen whether half of them can go."""
_SECOND: Final = 1_000_000
_NO_ARTICLE: Final = 0


class StoryChange(NamedTuple):
    """What follows from an article. Clear the cells in `drops` first, then append."""

    alert: Alert | None = None
    appends: tuple[tuple[int, bytes], ...] = ()
    """(cell, entry)."""
    drops: tuple[int, ...] = ()
    """Cells to clear whole."""
    evicted: int = 0
    """Stories given up for want of room."""
    counted: bool = False
    """Whether the article had not been counted before."""
    story: str | None = None
    """The story that counts it, when it had not been counted before."""


class _Coming(NamedTuple):
    """A match, with what is asked of it again and again."""

    match: Match
    article: int
    """A hash of its id."""
    time: int
    source: int
    """A hash of it."""
    now: datetime


class StoryIndex:
    """The stories of one watch."""

    def __init__(self) -> None:
        self._stories: dict[str, Story] = {}
        self._finder = StoryFinder()
        self._oldest: list[tuple[int, int, str]] = []
        """A heap of (home, last, story); what is out of date in it is skipped.

        By their buckets first: given up is then what stands before all that is kept, and goes when these go.
        """
        self._articles: set[int] = set()
        self._buckets: dict[int, list[int]] = {}
        """The buckets that hold entries, with the articles these tell of."""
        self._latest: int | None = None
        """The latest bucket that enough entries support; only current while not `_stale`."""
        self._stale = True
        self._ahead = False
        """Whether a bucket is later than `_latest`: one entry more anywhere may support it."""
        self._expired_to = 0
        """The floor that what is kept was last held against."""

    def __len__(self) -> int:
        """Return how many stories are kept."""
        return len(self._stories)

    def widest(self) -> int:
        """Return the distinct sources of the kept story that most sources tell; 0 without stories."""
        return max((len(story.sources) for story in self._stories.values()), default=0)

    @classmethod
    def load(cls, entries: Iterable[bytes]) -> "StoryIndex":
        """Return the index that wrote `entries` (those of all cells, in any order).

        Raises StateRefusedError when one is not an entry, or a story's beginning is missing.
        """
        index = cls()
        by_story: dict[str, list[Entry]] = defaultdict(list)
        for data in entries:
            entry = _decoded(data)
            by_story[entry.story].append(entry)
            index._note(entry)
        floor = index._floor()
        for history in _latest(by_story.values()):
            story = _replayed(history)
            if story.home >= floor:
                index._keep(story)
        return index

    def apply(self, match: Match, now: datetime) -> StoryChange:
        """Take in an article that met the watch; `now` is what an alert says as `alerted`.

        An article that was counted before, also as an earlier revision, changes nothing.
        """
        # What was given up comes back with a load, since its entries are still there: out with it first.
        _, cells = self._trim(match.policy.max_stories)
        article = hash64(match.article.id)
        opened = story_id(match.watch, match.article.id)
        if article in self._articles or opened in self._stories:
            return StoryChange(appends=self._rewritten(cells, None), drops=tuple(sorted(cells)))
        coming = _Coming(match, article, to_micros(match.article.time), hash64(match.article.source), now)
        found = self._find(match, coming.time)
        alert, entry = self._open(coming, opened) if found is None else self._join(coming, *found)
        evicted, more = self._trim(match.policy.max_stories)
        cells |= more
        kept = entry if entry.story in self._stories else None
        if kept is not None:
            self._note(kept)
            cells |= self._expire() | self._crowded(kept)
        return StoryChange(
            alert=alert,
            appends=self._rewritten(cells, kept),
            drops=tuple(sorted(cells)),
            evicted=evicted,
            counted=True,
            story=entry.story,
        )

    def _find(self, match: Match, time: int) -> tuple[Story, Likeness] | None:
        window = int(match.policy.window * _SECOND)
        comparison = Comparison(match.fingerprint, self._finder.rarity)
        best: tuple[Likeness, int, str] | None = None
        for story in self._finder.candidates(match.fingerprint, time):
            if not _within(story, time, window):
                continue
            like = comparison.belongs(story.prints, time)
            if like is not None:
                # Equally alike: the story that is going on, then any, but always the same one.
                this = (like, story.last, story.id)
                best = this if best is None else max(best, this)
        return None if best is None else (self._stories[best[2]], best[0])

    def _open(self, coming: _Coming, id_: str) -> tuple[Alert | None, Entry]:
        tells = coming.match.policy.tells_stories
        entry = Opening(
            last=coming.time,
            first=coming.time,
            story=id_,
            articles=1,
            step=0 if tells else UNTOLD,
            sources=(coming.source,),
            prints=((coming.time, coming.match.fingerprint),),
            article=coming.article,
            at=self._late(coming.time),
        )
        story = Story(entry)
        self._keep(story)
        return _alert(coming, story, status="opened", step="opened") if tells else None, entry

    def _join(self, coming: _Coming, story: Story, like: Likeness) -> tuple[Alert | None, Entry]:
        source = story.new_source(coming.source)
        told = story.step
        step = _step(coming.match.policy, len(story.sources) + (source is not None), told=told)
        keeps_print = like.kind is Kind.RETOLD and len(story.prints) < MAX_PRINTS
        before, left = story.last, story.home
        last = max(before, coming.time)
        stands = max(self._late(last), left)  # never earlier: its older entries stay where they are
        entry = Joining(
            last=last,
            first=min(story.first, coming.time),
            story=story.id,
            articles=story.articles + 1,
            step=told if step is None else step,
            source=source,
            print=(coming.time, coming.match.fingerprint) if keeps_print else None,
            article=coming.article,
            at=stands if stands > bucket(last) else 0,
        )
        story.joined(entry)
        if keeps_print:
            self._finder.extend(story)
        if (story.home, story.last) != (left, before):
            self._push(story)
        alert = None
        if step is not None:
            opens = told == UNTOLD
            alert = _alert(
                coming,
                story,
                status="opened" if opens else "updated",
                step="opened" if opens else f"{SPREAD_TO}{step}",
            )
        return alert, story.whole(coming.article) if story.home != left else entry

    def _late(self, last: int) -> int:
        """Return the bucket that a story stands in whose `last` is older than what is kept; 0 for any other.

        Else each article of an archive read after today's news would open a story of its own.
        """
        floor = self._floor()
        return floor + LIFE if bucket(last) < floor else 0

    def _keep(self, story: Story) -> None:
        self._stories[story.id] = story
        self._finder.add(story)
        self._push(story)

    def _push(self, story: Story) -> None:
        if len(self._oldest) > 4 * len(self._stories) + 64:
            self._oldest = [(kept.home, kept.last, kept.id) for kept in self._stories.values()]
            heapq.heapify(self._oldest)
        heapq.heappush(self._oldest, (story.home, story.last, story.id))

    def _note(self, entry: Entry) -> None:
        self._articles.add(entry.article)
        number = home(entry)
        # Anywhere else it changes nothing that `_latest` goes by.
        self._stale |= number not in self._buckets or self._latest is None or self._ahead
        self._buckets.setdefault(number, []).append(entry.article)

    def _crowded(self, latest: Entry) -> set[int]:
        """Return the cell of `latest`, just noted, if writing it anew is worth it: as its stories alone.

        Without this, a busy watch would keep every article of six hours, and each story given up for want
        of room. Forgotten are which articles were counted; should one come again, the story it joins counts
        it again, and tells nothing.
        """
        number = home(latest)
        entries = self._buckets[number]
        if len(entries) % CROWD:
            return set()
        alive = sum(story.home == number for story in self._stories.values())
        return {cell(number)} if len(entries) > 2 * alive else set()

    def _rewritten(self, cells: Collection[int], latest: Entry | None) -> tuple[tuple[int, bytes], ...]:
        """Return what is to be appended once `cells` are cleared: `latest`, and what is alive in them.

        A cell holds more than one bucket only while one article is dated far from all others.
        """
        whole: list[Entry] = []
        if alive := {number for number in self._buckets if cell(number) in cells}:
            for number in alive:
                self._drop(number)
            here = [story for story in self._stories.values() if story.home in alive]
            for story in sorted(here, key=lambda story: story.id):
                mine = latest is not None and story.id == latest.story
                whole.append(story.whole(latest.article if latest is not None and mine else _NO_ARTICLE))
            for entry in whole:
                self._note(entry)
        if latest is not None and cell(home(latest)) not in cells:
            whole.insert(0, latest)
        return tuple((cell(home(one)), encode(one)) for one in whole)

    def _floor(self) -> int:
        """The oldest bucket that can hold anything alive."""
        if self._stale:
            self._latest, self._stale = self._supported(), False
            self._ahead = self._latest is not None and max(self._buckets) > self._latest
        return 0 if self._latest is None else self._latest - LIFE

    def _supported(self) -> int | None:
        for number in sorted(self._buckets, reverse=True):
            near = (len(entries) for other, entries in self._buckets.items() if 0 <= number - other <= LIFE)
            if sum(near) >= SUPPORT:
                return number
        return None

    def _expire(self) -> set[int]:
        """Give up the stories that are too old by now; return the cells of their buckets."""
        before, floor = self._expired_to, self._floor()
        self._expired_to = floor
        if floor <= before:
            return set()
        for story in [story for story in self._stories.values() if story.home < floor]:
            self._give_up(story)
        return self._forget(floor)

    def _trim(self, most: int) -> tuple[int, set[int]]:
        """Give up the oldest stories beyond `most`; return how many, and the cells to clear for it."""
        evicted, cells = 0, set[int]()
        while len(self._stories) > most and (story := self._eldest()) is not None:
            self._give_up(story)
            evicted += 1
            # Nothing that is kept stands in an earlier bucket.
            cells |= self._forget(story.home)
        return evicted, cells

    def _eldest(self) -> Story | None:
        while self._oldest:
            home_, last, id_ = self._oldest[0]
            story = self._stories.get(id_)
            if story is not None and (story.home, story.last) == (home_, last):
                return story
            heapq.heappop(self._oldest)
        return None

    def _give_up(self, story: Story) -> None:
        del self._stories[story.id]
        self._finder.remove(story)

    def _forget(self, floor: int) -> set[int]:
        """Forget the buckets before `floor`; return their cells."""
        dead = [number for number in self._buckets if number < floor]
        for number in dead:
            self._drop(number)
        return {cell(number) for number in dead}

    def _drop(self, number: int) -> None:
        self._articles.difference_update(self._buckets.pop(number))
        self._stale = True


def _decoded(data: bytes) -> Entry:
    try:
        return decode(data)
    except ValueError as error:  # what msgspec's errors are
        raise StateRefusedError(f"the stored stories cannot be read ({error}); {START_OVER}") from error


def _latest(histories: Collection[list[Entry]]) -> Collection[list[Entry]]:
    """Return those of the stories that stand last, as many as may be kept: the others were given up."""
    if len(histories) <= MAX_STORIES:
        return histories

    def stands(history: list[Entry]) -> tuple[int, int, str]:
        return max(map(home, history)), max(one.last for one in history), history[0].story

    return heapq.nlargest(MAX_STORIES, histories, key=stands)


def _replayed(history: list[Entry]) -> Story:
    """Return the story that wrote `history`, in any order: from its latest full entry on."""
    # Time first: what was given up and opened anew, by the same article, begins to count from 1 again.
    history.sort(key=lambda entry: (home(entry), entry.last, entry.articles))
    start = max((n for n, entry in enumerate(history) if isinstance(entry, Opening)), default=None)
    if start is None:
        raise StateRefusedError(f"the stored story {history[0].story} has no beginning; {START_OVER}")
    opening = history[start]
    assert isinstance(opening, Opening)
    story = Story(opening)
    for entry in history[start + 1 :]:
        assert isinstance(entry, Joining)
        story.joined(entry)
    return story


def _within(story: Story, time: int, window: int) -> bool:
    """Tell whether an article of `time` is near enough to join, and leaves the story young enough."""
    if max(story.last, time) - min(story.first, time) > MAX_AGE:
        return False
    return story.first - window <= time <= story.last + window


def _step(policy: StoryPolicy, sources: int, *, told: int) -> int | None:
    """Return the highest step that `sources` reaches when it is to be told now, 0 for the opening; else None.

    An opening that comes late tells of all sources so far: their steps need not follow.
    """
    if not policy.tells_stories:
        return None
    reached = max((step for step in policy.update_at if told < step <= sources), default=0)
    return reached if reached or told == UNTOLD else None


def _alert(coming: _Coming, story: Story, *, status: AlertStatus, step: str) -> Alert:
    last = from_micros(story.last)
    ref = StoryRef(
        id=story.id,
        first=from_micros(story.first),
        last=last,
        articles=story.articles,
        sources=len(story.sources),
    )
    expires_at = last + timedelta(seconds=coming.match.policy.window)
    return alert_of(coming.match, ref, status=status, step=step, now=coming.now, expires_at=expires_at)
