"""Finds the stories that an article could belong to without looking at every story."""

import math
import struct
from collections.abc import Sequence
from itertools import chain
from typing import Final, Generic, NamedTuple, TypeVar

from wirewatch.watches.fingerprint import PERMUTATIONS, Fingerprint
from wirewatch.watches.story import Story

T = TypeVar("T")

MAX_POSTINGS: Final = 64
"""What more stories than this share tells no story from another, and is passed over."""
BAND_ROWS: Final = 4
BANDS: Final = PERMUTATIONS // BAND_ROWS
"""16 bands of 4 rows: a pair of Jaccard similarity .5 meets with probability .64, of .7 with .99."""

_unpack_bands = struct.Struct(f"<{BANDS}Q").unpack
# Odd constants that keep equal values of two bands apart.
_SALTS: Final = tuple((2 * band + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF for band in range(BANDS))


class Postings(Generic[T]):
    """Which items have a key. One item a key is the usual case and kept in a tuple of one."""

    def __init__(self) -> None:
        self._items: dict[int | str, Sequence[T]] = {}

    def get(self, key: int | str) -> Sequence[T]:
        """Return the items that have `key`."""
        return self._items.get(key, ())

    def add(self, key: int | str, item: T) -> None:
        """Note that `item` has `key`; at most once for each pair."""
        found = self._items.get(key)
        if found is None:
            self._items[key] = (item,)
        elif isinstance(found, list):
            found.append(item)
        else:
            self._items[key] = [*found, item]

    def remove(self, key: int | str, item: T) -> None:
        """Undo `add`."""
        found = self._items[key]
        if len(found) == 1:
            del self._items[key]
        else:
            assert isinstance(found, list)
            found.remove(item)


class Keys(NamedTuple):
    """The keys under which an article is found."""

    copies: tuple[int, ...]
    """Its whole text, its paragraphs, its MinHash bands: one in common makes two articles worth comparing."""
    terms: tuple[str, ...]
    """Its telling terms: two in common do."""


def keys_of(print_: Fingerprint) -> Keys:
    """Return the keys of an article."""
    return Keys(
        (print_.text, *print_.paragraphs, *bands(print_.minhash)), tuple(term for term, _ in print_.terms)
    )


def bands(minhash: bytes) -> tuple[int, ...]:
    """Return the keys of the bands of a MinHash (Leskovec et al., Mining of Massive Datasets, 3.4)."""
    if not minhash:
        return ()
    return tuple(value ^ salt for value, salt in zip(_unpack_bands(minhash), _SALTS, strict=True))


class StoryFinder:
    """The stories of a watch by the keys of their articles."""

    def __init__(self) -> None:
        self._postings: Postings[Story] = Postings()
        self._keys: dict[str, set[int | str]] = {}

    def add(self, story: Story, print_: Fingerprint) -> None:
        """Let `story` be found by an article like `print_`."""
        copies, terms = keys_of(print_)
        known = self._keys.setdefault(story.id, set())
        for key in chain[int | str](copies, terms):
            if key not in known:
                known.add(key)
                self._postings.add(key, story)

    def remove(self, story: Story) -> None:
        """Find `story` no more."""
        for key in self._keys.pop(story.id):
            self._postings.remove(key, story)

    def candidates(self, print_: Fingerprint) -> list[Story]:
        """Return the stories worth comparing with an article, in no particular order."""
        copies, terms = keys_of(print_)
        found: dict[str, Story] = {}
        for key in copies:
            stories = self._postings.get(key)
            if len(stories) <= MAX_POSTINGS:
                found.update((story.id, story) for story in stories)
        once: set[str] = set()
        for term in terms:
            stories = self._postings.get(term)
            if len(stories) <= MAX_POSTINGS:
                for story in stories:
                    if story.id in once:
                        found[story.id] = story
                    once.add(story.id)
        return list(found.values())

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of `term` among the stories.

        Smoothed as if ten more stories without it were known, so that the first few do not decide alone.
        """
        return math.log(1 + (len(self._keys) + 10) / (len(self._postings.get(term)) + 1))
