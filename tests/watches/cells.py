"""The ring of cells as an engine keeps it: bags that are appended to or cleared whole."""

import random

import msgspec

from tests.watches.world import CATALOGUE, NOW, TOPICS, tag
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.match import StoryPolicy
from wirewatch.watches.model import Watch
from wirewatch.watches.stories.entries import CELLS
from wirewatch.watches.stories.index import StoryIndex

WATCH = Watch(id="w", name="W", severity="high", when="news")
WATCHES = WatchSet([WATCH], CATALOGUE, TOPICS)


def matched(item, policy=None):
    """The match of `item`, which must hold the word `news`."""
    (match,) = WATCHES.match(item, tag(item, WATCHES.phrases))
    return match if policy is None else replaced(match, policy)


def replaced(match, policy):
    return msgspec.structs.replace(match, policy=policy)


class Cells:
    """State of one watch, with the live index beside it, as a pipeline keeps them."""

    def __init__(self, policy=None):
        self.cells = [[] for _ in range(CELLS)]
        self.index = StoryIndex()
        self.policy = policy or StoryPolicy(window=72 * 3600, update_at=(3, 10))
        self.evicted = 0

    def entries(self):
        return [entry for bag in self.cells for entry in bag]

    def loaded(self, shuffle=None):
        entries = self.entries()
        if shuffle is not None:
            random.Random(shuffle).shuffle(entries)
        return StoryIndex.load(entries)

    def take(self, item):
        """Apply `item` to the live index, store what follows, and return its outcome."""
        return self.apply(matched(item, self.policy))

    def apply(self, match):
        """Apply a match as it is."""
        outcome = self.index.apply(match, NOW)
        for cell in outcome.drops:
            self.cells[cell].clear()
        for cell, entry in outcome.appends:
            self.cells[cell].append(entry)
        self.evicted += outcome.evicted
        return outcome

    def told(self, *items):
        """The step of each alert that `items`, taken in order, raise; None for no alert."""
        return [alert.step if (alert := self.take(item).alert) else None for item in items]
