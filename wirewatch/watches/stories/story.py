"""One story in memory."""

from wirewatch.watches.model import MAX_SOURCES
from wirewatch.watches.stories.entries import Joining, Opening, bucket, home

MAX_PRINTS = 4
"""Articles of a story that others are compared with: the first, and the first three that told it in other
words. No more, or a story would drift, telling by telling, to another event."""


class Story:
    """What is known of a story. Times in µs since 1970."""

    __slots__ = ("articles", "first", "home", "id", "last", "prints", "sources", "step")

    def __init__(self, entry: Opening) -> None:
        self.id = entry.story
        self.first = entry.first
        self.last = entry.last
        self.home = home(entry)
        """The bucket its entries stand in."""
        self.articles = entry.articles
        self.step = entry.step
        self.sources = set(entry.sources)
        self.prints = list(entry.prints)

    def joined(self, entry: Joining) -> None:
        """Take in an article that joined within the same bucket."""
        self.first, self.last, self.home = entry.first, entry.last, home(entry)
        self.articles, self.step = entry.articles, entry.step
        if entry.source is not None:
            self.sources.add(entry.source)
        if entry.print is not None:
            self.prints.append(entry.print)

    def new_source(self, source: int) -> int | None:
        """Return `source` when it counts as another one."""
        return None if source in self.sources or len(self.sources) >= MAX_SOURCES else source

    def whole(self, article: int) -> Opening:
        """Return the story as an entry that needs none before it."""
        return Opening(
            last=self.last,
            first=self.first,
            story=self.id,
            articles=self.articles,
            step=self.step,
            sources=tuple(sorted(self.sources)),
            prints=tuple(self.prints),
            article=article,
            at=self.at,
        )

    @property
    def at(self) -> int:
        """What its entries say as `at`."""
        return self.home if self.home > bucket(self.last) else 0
