"""Words as watches compare them: neither case nor accents count, nor whether letters are set as one."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from wirewatch.tagging.text.fold import Text, composed, fold, plain, read, unaccented

_LAST_ACCENTED: Final = "\u2000"  # beyond stand no accents, but the marks that make other letters of kana
_MARKS: Final = re.compile("[\u0300-\u036f]")
_SPELLED: Final = {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}


def bare(text: str) -> str:
    """Return what all spellings of the words of `text` have in common.

    In lower case by Unicode's full case folding (CaseFolding.txt, C and F: ß and SS are ss, ﬁ is fi, either
    small sigma is one); Latin, Greek and Cyrillic letters without accents (NFD, its marks left out) and
    strokes (ø is o); æ and œ as ae and oe; apostrophes, spaces and hyphens plain. I and i, with a dot or
    without, are one letter: Turkish names are spelled either way. `bare(a + b)` is `bare(a) + bare(b)` but
    for marks that begin `b`.
    """
    text = plain(composed(text)[0])
    return fold(text if text.isascii() else "".join(map(_letters, text)))


@lru_cache(maxsize=4096)
def _letters(character: str) -> str:
    """Return what stands for a character, which may be several or none; in any case where that is one."""
    if _MARKS.match(character):
        return ""  # it made no letter with the one before it
    letter = unicodedata.normalize("NFC", character)  # of Kelvin and Angstrom
    base = unaccented(letter) if letter < _LAST_ACCENTED else letter
    base = "".join(_SPELLED.get(each, each) for each in base or letter)
    return base if base.lower() == base.casefold() else unaccented(base.casefold())


class BareText:
    """A `Text` in which words stand as `bare` has them, in any case; `span` leads back to the text."""

    __slots__ = ("_ends", "_origins", "folded", "plain")

    def __init__(self, text: Text, letters: dict[str, str]) -> None:
        self.plain = text.plain
        for character, instead in letters.items():
            self.plain = self.plain.replace(character, instead)
        self.folded, _ = read(self.plain)
        # Behind each character that is no longer one: where that is here, and in the text.
        self._ends: list[int] = []
        self._origins: list[int] = []
        if changing := [c for c, instead in letters.items() if len(instead) != 1]:
            self._note(text.plain, changing, letters)

    @classmethod
    def of(cls, text: Text) -> "BareText | None":
        """Return `text` so; None when it is so already, as most English ones are."""
        letters = {c: instead for c in text.beyond if (instead := _letters(c)) != c and c in text.plain}
        return cls(text, letters) if letters else None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the text's `plain` that stands which is at `plain[start:end]` here.

        What begins or ends within a letter has all of it, and the marks behind it.
        """
        if not self._ends:
            return start, end
        return self._origin(start), max(self._origin(end), self._origin(end - 1) + 1)

    def _note(self, text: str, changing: Iterable[str], letters: dict[str, str]) -> None:
        moved = 0
        for found in re.finditer(f"[{''.join(changing)}]", text):  # beyond ASCII: none means something there
            at = found.start()
            moved += len(letters[text[at]]) - 1
            self._ends.append(at + 1 + moved)
            self._origins.append(at + 1)

    def _origin(self, at: int) -> int:
        before = bisect_right(self._ends, at)
        origin = at if before == 0 else self._origins[before - 1] + at - self._ends[before - 1]
        return min(origin, self._origins[before] - 1) if before < len(self._ends) else origin
