"""Whether two articles tell the same story.

The thresholds were set on the pairs in tests/watches, and on one half of those in evaluation/stories.
"""

import math
from collections.abc import Callable, Collection, Iterable
from enum import IntEnum
from functools import cached_property
from typing import Final, NamedTuple

from wirewatch.watches.likeness.fingerprint import PERMUTATIONS, Fingerprint
from wirewatch.watches.likeness.particulars import Particulars
from wirewatch.watches.likeness.terms import Weighted
from wirewatch.watches.likeness.turns import opposite
from wirewatch.watches.likeness.words import is_actor, told_in, unpack

CONTAINED: Final = 0.6
"""Share of the shorter text's paragraphs that the longer one has too."""
COPIED: Final = 5
"""Paragraphs that are copied at least below a desk's own lead; what agencies put below one event after the
other, background and boilerplate, has fewer."""
NEAR_COPY: Final = 0.45
"""Jaccard similarity of 3-word shingles, as MinHash estimates it (standard error .06)."""
SAME_WORDS: Final = 0.2
"""The same of two texts of which one is made of the other, or both of one template; a retelling has .02."""
RETOLD: Final = 0.35
"""Cosine of the weighted terms of title and lead."""
RETOLD_UNLIKE: Final = 0.45
"""The same where each headline names what the other article does not: of a night's attacks by the same two,
another place each."""
RETOLD_ANOTHER_DAY: Final = 0.5
"""The same where each names a weekday that the other does not: in much the same words it is one event."""
RETOLD_SHARED: Final = 2
"""Actors, names and numbers that two tellings must share at least."""
COMMON: Final = 0.3
"""Cosine of the actors and telling words of two whole texts (Ochiai's coefficient: none weighs more)."""
COMMON_SHARED: Final = 10
"""Actors and telling words that two whole texts must share at least."""
COMMON_ACTORS: Final = 2
"""Actors among them."""
SHARED: Final = 2
"""Terms that titles and leads must share at least, whatever the texts have in common."""
COMMON_WITHIN: Final = 12 * 3600 * 1_000_000  # µs
"""A day later the same words tell what came of it: news, which must not be held back. The two thresholds
above are set so that they would hold back none of the labelled follow-ups, had these come on the same day."""
SETTLED_AFTER: Final = 12 * 3600 * 1_000_000  # µs
"""Until then a copy with other numbers is taken for a correction; later for the next of a daily report."""
RETOLD_WITHIN: Final = 24 * 3600 * 1_000_000  # µs
OVERNIGHT: Final = 6 * 3600 * 1_000_000  # µs
"""Until then, two weekdays are those of one night, or of two time zones; later they are two events'."""

_ONES = sum(1 << 16 * n for n in range(PERMUTATIONS))
_HIGH_BITS, _LOW_BITS = 0x8000 * _ONES, 0x7FFF * _ONES
"""Of 64 values of 16 bits."""


class Kind(IntEnum):
    """How an article belongs to a story; the higher, the surer."""

    RETOLD = 1
    NEAR_COPY = 2
    CONTAINED = 3
    SAME_TEXT = 4


class Likeness(NamedTuple):
    """Why two articles tell the same story, and how alike they are (0 to 1). Compares by sureness."""

    kind: Kind
    score: float


class Comparison:
    """An article, to be compared with others."""

    def __init__(self, print_: Fingerprint, rarity: Callable[[str], float]) -> None:
        """Take the article, and what gives a term's inverse document frequency among the others."""
        self._print = print_
        self._rarity = rarity
        self._paragraphs = frozenset(print_.paragraphs)
        self._length: float | None = None

    @cached_property
    def _terms(self) -> dict[str, Weighted]:
        return {term.term: term for term in self._print.terms}

    @cached_property
    def _particulars(self) -> Particulars:
        return Particulars.of(self._print.terms)

    @cached_property
    def _words(self) -> frozenset[int]:
        return frozenset(unpack(self._print.words))

    @cached_property
    def _opposite(self) -> frozenset[str]:
        return opposite(self._print.turns)

    def belongs(self, told: Collection[tuple[int, Fingerprint]], time: int) -> Likeness | None:
        """Return why the article, of `time`, is one of the story `told` by these (time, print); else None.

        What one of a story's articles is turned by is none of it, however like another it is; nor is a
        retelling that names another day than they all do, unless in much the same words.
        """
        if any(self.turns(one) for _, one in told):
            return None
        likes = (self.likeness(one, apart=abs(time - when)) for when, one in told)
        best = max((like for like in likes if like is not None), default=None)
        if best is None or best >= (Kind.RETOLD, RETOLD_ANOTHER_DAY) or not self._another_day(told, time):
            return best
        return None

    def likeness(self, other: Fingerprint, *, apart: int) -> Likeness | None:
        """Return why the two, `apart` µs from each other, are alike enough for one story; else None.

        Whether an article belongs to a story takes more than that: `belongs`.
        """
        if self._print.text == other.text:
            return Likeness(Kind.SAME_TEXT, 1.0)
        contained, copied = self.containment(other), jaccard(self._print, other)
        of_a_form = contained >= CONTAINED or copied >= SAME_WORDS
        if of_a_form and self.of_another(other, apart=apart):
            return None
        if contained >= CONTAINED:
            return Likeness(Kind.CONTAINED, contained)
        if self.answers(other):
            return None
        if copied >= NEAR_COPY:
            return Likeness(Kind.NEAR_COPY, copied)
        retold = self._retold(other, apart)
        return Likeness(Kind.RETOLD, retold) if retold else None

    def answers(self, other: Fingerprint) -> bool:
        """Return whether who has it done in the one does it in the other."""
        return bool(other.sides) and self._print.sides == other.sides[::-1]

    def turns(self, other: Fingerprint) -> bool:
        """Return whether the headline of the one says is off what that of the other says is on.

        Not where the lead of the one stands in the other too: then it is the headline that says it otherwise.
        """
        if not other.turns or self._opposite.isdisjoint(other.turns):
            return False
        if not frozenset(self._print.turns).isdisjoint(other.turns):
            return False
        return not (self._print.lead in other.paragraphs or other.lead in self._paragraphs)

    def of_another(self, other: Fingerprint, *, apart: int) -> bool:
        """Return whether `other`, in the same words, tells of another event.

        Title and lead of the one must not name what those of the other lack, and the other way round; nor,
        once the figures of one event have settled, say another number or day. Only titles count where the
        lead of the one stands in the other too, or each desk wrote its own above all the rest. But for the
        latter, where titles and leads share next to nothing, what is copied is background, or one item of a
        roundup.
        """
        if self._print.terms == other.terms:  # most copies
            return False
        mine, theirs = self._particulars, Particulars.of(other.terms)
        if self._print.lead in other.paragraphs or other.lead in self._paragraphs:
            unlike = (
                mine.headed_alike(theirs)
                and mine.titled_unlike(theirs)
                and not self._both_tell(mine, other, theirs)
            ) or (self._shared_terms(other) < SHARED and not self._copied(other))
        elif not mine.worded_alike(theirs) and self._copied(other):
            unlike = mine.titled_unlike(theirs)
        else:
            unlike = mine.named_unlike(theirs) or self._shared_terms(other) < SHARED
        if unlike or apart <= SETTLED_AFTER:
            return unlike
        if mine.numbered_unlike(theirs):
            return True
        # Who edits a lead a day later changes words too; a form that is filled in daily has the same.
        return mine.dated_unlike(theirs) and not (mine.words != theirs.words and self._copied(other))

    def _retold(self, other: Fingerprint, apart: int) -> float:
        """Return how alike two tellings in other words are; 0 for those of two events."""
        retold = self.retelling(other) if apart <= RETOLD_WITHIN else 0.0
        whole = self.common(other) if retold < RETOLD_UNLIKE and apart <= COMMON_WITHIN else 0.0
        if not (retold or whole):
            return 0.0
        mine, theirs = self._particulars, Particulars.of(other.terms)
        if not mine.titled_unlike(theirs):
            return retold or whole
        if mine.headed_alike(theirs):  # "Drones hit Saratov refinery", "Drones hit Volgograd refinery"
            return 0.0
        return retold if retold >= RETOLD_UNLIKE else whole

    def _another_day(self, told: Iterable[tuple[int, Fingerprint]], time: int) -> bool:
        """Return whether the article and those `told` each name a weekday that the other lacks."""
        mine = self._particulars.days
        if not mine:
            return False
        theirs, settled = set[str](), False
        for when, one in told:
            if days := Particulars.of(one.terms).days:
                theirs |= days
                settled |= abs(time - when) > OVERNIGHT
        return settled and bool(mine - theirs and theirs - mine)

    def _copied(self, other: Fingerprint) -> bool:
        """Return whether all of the shorter text but one paragraph, its lead, is in the longer one too."""
        fewer = min(len(self._paragraphs), len(other.paragraphs))
        return len(self._paragraphs.intersection(other.paragraphs)) >= max(COPIED, fewer - 1)

    def _shared_terms(self, other: Fingerprint) -> int:
        return sum([term.weight > 0 and term.term in self._terms for term in other.terms])

    def _both_tell(self, mine: Particulars, other: Fingerprint, theirs: Particulars) -> bool:
        """Return whether the text of each has the names in the title of the other: it quotes both."""
        return told_in(mine.titled - theirs.terms, unpack(other.words)) and told_in(
            theirs.titled - mine.terms, self._words
        )

    def containment(self, other: Fingerprint) -> float:
        """Return the share of the shorter text's paragraphs that the longer one has too (0 to 1)."""
        fewer = min(len(self._paragraphs), len(other.paragraphs))
        return len(self._paragraphs.intersection(other.paragraphs)) / fewer if fewer else 0.0

    def retelling(self, other: Fingerprint) -> float:
        """Return the cosine of the two's weighted terms (0 to 1), or 0 when it is less than `RETOLD`.

        It is 0 when they share fewer than two actors, names or numbers: two events of one kind, told in the
        same words, differ in just these.
        """
        mine = self._terms
        shared = [term for term in other.terms if term.term in mine]
        if sum([term.strong and mine[term.term].strong for term in shared]) < RETOLD_SHARED:
            return 0.0
        if self._length is None:
            self._length = self._length_of(self._print.terms)
        dot = math.fsum([t.weight * mine[t.term].weight * self._rarity(t.term) for t in shared])
        # The other is at least as long as what they share; for most that settles it.
        if dot < RETOLD * self._length * self._length_of(shared):
            return 0.0
        cosine = dot / (self._length * self._length_of(other.terms))
        return cosine if cosine >= RETOLD else 0.0

    def common(self, other: Fingerprint) -> float:
        """Return the cosine of the two whole texts' actors and words (0 to 1), or 0 when less than `COMMON`.

        It is 0 when they share fewer than two actors, or fewer than two terms of title and lead, or a whole
        paragraph: where the background is copied, its words prove nothing.
        """
        theirs = unpack(other.words)
        shared = self._words.intersection(theirs)
        if (
            len(shared) < COMMON_SHARED
            or sum(map(is_actor, shared)) < COMMON_ACTORS
            or self._shared_terms(other) < SHARED
            or not self._paragraphs.isdisjoint(other.paragraphs)
        ):
            return 0.0
        cosine = len(shared) / math.sqrt(len(self._words) * len(theirs))
        return cosine if cosine >= COMMON else 0.0

    def _length_of(self, terms: Iterable[Weighted]) -> float:
        rarity = self._rarity
        return math.sqrt(math.fsum([term.weight * term.weight * rarity(term.term) for term in terms]))


def jaccard(a: Fingerprint, b: Fingerprint) -> float:
    """Return the estimated Jaccard similarity of the 3-word shingles of two texts (0 to 1)."""
    if not (a.minhash and b.minhash):
        return 0.0
    unequal = int.from_bytes(a.minhash, "little") ^ int.from_bytes(b.minhash, "little")
    # All 64 values at once: sets the high bit of each that is not 0 (Warren, Hacker's Delight, 6-1).
    marked = ((unequal & _LOW_BITS) + _LOW_BITS | unequal) & _HIGH_BITS
    return (PERMUTATIONS - marked.bit_count()) / PERMUTATIONS
