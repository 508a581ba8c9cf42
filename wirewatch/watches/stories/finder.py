"""Finds the stories that an article could belong to without looking at every story."""

import math
import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, TypeVar

from wirewatch.watches.likeness.fingerprint import PERMUTATIONS, Fingerprint
from wirewatch.watches.likeness.terms import TITLE_WEIGHT
from wirewatch.watches.stories.story import Story

K = TypeVar("K")

MAX_POSTINGS: Final = 32
"""What more stories than this share tells no story from another, and is passed over."""
MAX_RETOLD: Final = 16
"""Stories that an article is compared with for telling the same in other words."""
MIN_SHARED: Final = 2
"""Terms of title and lead that a story must share to be one of these: strong ones, and rare others."""
RARE: Final = 8
"""Stories that may have a term that is not strong, for it to count as rare."""
BAND_ROWS: Final = 4
BANDS: Final = PERMUTATIONS // BAND_ROWS
"""16 bands of 4 rows: a pair of Jaccard similarity .5 meets with probability .64, of .7 with .99."""
DAY: Final = 86_400 * 1_000_000  # µs

_unpack_bands = struct.Struct(f"<{BANDS}Q").unpack
# Odd constants that keep equal values of two bands apart.
_SALTS: Final = tuple((2 * band + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF for band in range(BANDS))


class Postings(dict[K, Story | list[Story] | set[Story]]):
    """Which stories have a key.

    One story a key is the usual case, and kept without a list; so many that they are passed over, as a set:
    to take one out of it costs the same however many there are.
    """

    def add(self, keys: Iterable[K], story: Story) -> None:
        """Note that `story` has `keys`; at most once for each pair."""
        for key in keys:
            found = self.get(key)
            if found is None:
                self[key] = story
            elif isinstance(found, Story):
                self[key] = [found, story]
            elif isinstance(found, set):
                found.add(story)
            elif len(found) < MAX_POSTINGS:
                found.append(story)
            else:
                self[key] = {*found, story}

    def discard(self, keys: Iterable[K], story: Story) -> None:
        """Undo `add`."""
        for key in keys:
            found = self[key]
            if isinstance(found, Story):
                del self[key]
                continue
            found.remove(story)
            if len(found) == 1:
                (self[key],) = found

    def telling(self, keys: Iterable[K]) -> Iterator[Story]:
        """Yield the stories that have one of `keys`, once for each, save where too many have it."""
        for key in keys:
            found = self.get(key)
            if found is None:
                continue
            if isinstance(found, Story):
                yield found
            elif len(found) <= MAX_POSTINGS:
                yield from found


class _Keys(NamedTuple):
    """The keys under which a story is found."""

    copies: set[int]
    """Whole texts, paragraphs, MinHash bands: one in common makes an article worth comparing."""
    told: dict[int, set[str]]
    """Strong terms of title and lead, and all of the title, by day: two in common do."""
    terms: set[str]


class StoryFinder:
    """The stories of a watch by the keys of their articles."""

    def __init__(self) -> None:
        self._copies: Postings[int] = Postings()
        self._told: dict[int, Postings[str]] = {}
        """By day."""
        self._stories_with: dict[str, int] = {}
        """How many stories have a term."""
        self._stories = 0
        self._rarities: dict[int, float] = {}
        """The rarity of a term by how many stories have it, for as many stories as `_rarities_for`."""
        self._rarities_for = 0

    def add(self, story: Story) -> None:
        """Let `story` be found by articles like those it has."""
        self._stories += 1
        self._add(story, _keys(story.prints))

    def extend(self, story: Story) -> None:
        """Let `story` be found by the last of its prints as well, which is new."""
        before, after = _keys(story.prints[:-1]), _keys(story.prints[-1:])
        told = {day: terms - before.told.get(day, set()) for day, terms in after.told.items()}
        self._add(story, _Keys(after.copies - before.copies, told, after.terms - before.terms))

    def remove(self, story: Story) -> None:
        """Find `story` no more."""
        self._stories -= 1
        keys = _keys(story.prints)
        self._copies.discard(keys.copies, story)
        for day, terms in keys.told.items():
            postings = self._told[day]
            postings.discard(terms, story)
            if not postings:
                del self._told[day]
        counts = self._stories_with
        for term in keys.terms:
            if (left := counts[term] - 1) > 0:
                counts[term] = left
            else:
                del counts[term]

    def candidates(self, print_: Fingerprint, time: int) -> Iterable[Story]:
        """Return the stories worth comparing with an article, each once, in no particular order."""
        found = set(self._copies.telling(_copy_keys(print_)))
        found.update(self._retold(print_, time))
        return found

    def _retold(self, print_: Fingerprint, time: int) -> list[Story]:
        shared: dict[Story, int] = {}
        terms = self._searched(print_)
        today = time // DAY
        for day in (today - 1, today, today + 1):
            if (postings := self._told.get(day)) is not None:
                for story in postings.telling(terms):
                    shared[story] = shared.get(story, 0) + 1
        retold = [story for story, count in shared.items() if count >= MIN_SHARED]
        if len(retold) > MAX_RETOLD:
            retold.sort(key=lambda story: (shared[story], story.last, story.id), reverse=True)
        return retold[:MAX_RETOLD]

    def _searched(self, print_: Fingerprint) -> list[str]:
        """Return the terms of title and lead that a telling of the same is looked for by."""
        stories_with = self._stories_with.get
        return [term.term for term in print_.terms if term.strong or stories_with(term.term, 0) <= RARE]

    def rarity(self, term: str) -> float:
        """Return the squared inverse document frequency of `term` among the stories.

        Smoothed as if ten more stories without it were known, so that the first few do not decide alone.
        What no story has tells no more than what one has alone: that may be the very story told again.
        """
        if self._rarities_for != self._stories:
            self._rarities, self._rarities_for = {}, self._stories
        having = max(1, self._stories_with.get(term, 0))
        known = self._rarities.get(having)
        if known is None:
            known = self._rarities[having] = math.log(1 + (self._stories + 10) / (having + 1)) ** 2
        return known

    def _add(self, story: Story, keys: _Keys) -> None:
        self._copies.add(keys.copies, story)
        for day, terms in keys.told.items():
            if terms:
                self._told.setdefault(day, Postings()).add(terms, story)
        counts = self._stories_with
        for term in keys.terms:
            counts[term] = counts.get(term, 0) + 1


def _keys(prints: Iterable[tuple[int, Fingerprint]]) -> _Keys:
    keys = _Keys(set(), {}, set())
    for time, print_ in prints:
        keys.copies.update(_copy_keys(print_))
        told = [term.term for term in print_.terms if term.strong or term.weight >= TITLE_WEIGHT]
        if told:
            keys.told.setdefault(time // DAY, set()).update(told)
        keys.terms.update([term.term for term in print_.terms])
    return keys


def _copy_keys(print_: Fingerprint) -> list[int]:
    return [print_.text, *print_.paragraphs, *_bands(print_.minhash)]


def _bands(minhash: bytes) -> list[int]:
    """Return the keys of the bands of a MinHash (Leskovec et al., Mining of Massive Datasets, 3.4)."""
    if not minhash:
        return []
    return [value ^ salt for value, salt in zip(_unpack_bands(minhash), _SALTS, strict=True)]
