"""Text as the automaton sees it: one string, one case, plain apostrophes; places lead back to the article."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import pairwise

from wirewatch.article import Article
from wirewatch.tagging.text import in_c
from wirewatch.tagging.text.origin import Origin

_SEPARATOR = "\n"
# Each is one code point for one: places do not move. 'İ' is the only character that lower() makes longer.
_SAME_LENGTH = {
    "\u2019": "'",
    "\u2018": "'",
    "\u02bc": "'",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2011": "-",
    "\u2010": "-",
}
_FANCY = frozenset(_SAME_LENGTH)
_GROWS = ("İ", "I")
_ENDS_A_WORD = ("\u03c2", "\u03c3")  # a sigma there is one too
_UNUSUAL = re.compile("[\u0300-\u036f\ud800-\udfff]")
"""Combining marks, and what stands below: rare, and slow to put right."""
_MOST_MARKS = 8  # on one letter: beyond, it is no writing, and normalising is quadratic
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, as broken JSON escapes leave it: it has no UTF-8 form, which the automaton needs."""

_ASCII = bytes(range(128))
_SPACED = bytes(b if b > 127 else ord(chr(b).lower()) if chr(b).isalnum() else 32 for b in range(256))
"""Of bytes: ASCII in lower case or a space, others as they are."""
_LAST_LATIN, _SHARED = 0xFF, 0x80
_SHARES = 32  # bytes from _SHARED on, which Latin-1 has no letters for
_MANY = 40  # characters beyond ASCII: one by one they would take longer than all at once


def plain(text: str) -> str:
    """Return `text` with typographic apostrophes, spaces and hyphens made plain; of the same length."""
    return text if text.isascii() else _plain(text, _FANCY)


def _plain(text: str, beyond: AbstractSet[str]) -> str:
    """Do what `plain` does: `beyond` has at least those characters of `text` that are not ASCII."""
    for fancy in _FANCY & beyond:
        text = text.replace(fancy, _SAME_LENGTH[fancy])
    return text


def fold(text: str) -> str:
    """Return `text` plain and in lower case; of the same length."""
    return text.lower() if text.isascii() else _lower(plain(text))


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else text.replace(*_GROWS).lower().replace(*_ENDS_A_WORD)


def spaced(text: str) -> bytes:
    """Return a plain `text` as the automaton reads it: in lower case, a byte for each code point.

    A space stands for what is no letter or digit. Letters beyond Latin-1 share a few bytes, so what has any
    must be looked at where it is found.
    """
    return _spaced(text, frozenset() if text.isascii() else set(beyond_ascii(text)))


def beyond_ascii(text: str) -> str:
    """Return the characters of `text` that are not ASCII."""
    if text.isascii():
        return ""
    data = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return data.decode("utf-8", "surrogatepass")


def _spaced(text: str, beyond: AbstractSet[str]) -> bytes:
    """Do what `spaced` does: `beyond` has at least those characters of `text` that are not ASCII.

    Each step is a pass in C; lower() alone takes longer as soon as one accent is there.
    """
    if len(beyond) > _MANY:
        text = text.translate({ord(c): _in_a_byte(c) for c in beyond})
    else:
        for c in sorted(beyond):  # Latin-1 comes first, before others become bytes of it
            text = text.replace(c, _in_a_byte(c))
    return text.encode("latin-1").translate(_SPACED)


@lru_cache(maxsize=4096)
def _in_a_byte(character: str) -> str:
    """Return the character up to U+00FF that stands for one beyond ASCII."""
    if not character.isalnum():
        return " "
    small = _lower(character)
    return small if ord(small) <= _LAST_LATIN else chr(_SHARED + ord(small) % _SHARES)


# Which Unicode takes not apart.
_STROKES = str.maketrans("øØđĐðÐłŁħĦıŧŦ", "oOdDdDlLhHitT")


def unaccented(text: str) -> str:
    """Return `text` without accents and strokes: `Erdoğan` as `Erdogan`, `Radosław` as `Radoslaw`."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text).translate(_STROKES)
    return "".join([c for c in letters if not unicodedata.combining(c)])


def composed(text: str) -> tuple[str, list[int]]:
    """Return `text` with letters and their combining marks joined, and where each code point came from."""
    starts = [i for i, c in enumerate(text) if i == 0 or not unicodedata.combining(c)]
    out: list[str] = []
    offsets: list[int] = []
    for start, end in pairwise((*starts, len(text))):
        cluster = text[start:end]
        if 1 < len(cluster) <= _MOST_MARKS:
            cluster = unicodedata.normalize("NFC", cluster)
        out.append(cluster)
        offsets.extend([start] * len(cluster) if len(cluster) <= _MOST_MARKS else range(start, end))
    offsets.append(len(text))
    return "".join(out), offsets


def read_in_python(text: str) -> tuple[bytes, str]:
    """Return `text` as the automaton is given it, and its characters that are not ASCII, in their order.

    The automaton reads it `spaced`, with a space more at either end; what stands at n in `text` is the byte
    n + 1 there.
    """
    beyond = beyond_ascii(text)
    distinct = frozenset(beyond)
    return b" %b " % _spaced(_plain(text, distinct), distinct), beyond


read: Callable[[str], tuple[bytes, str]] = (
    in_c.Folder(lambda c: _SPACED[ord(_in_a_byte(plain(c)))]).fold if in_c else read_in_python
)
"""The same, in C where that is compiled."""


class Text:
    """An article's title and paragraphs as one string, scanned once.

    `folded` is `plain` as the automaton is given it (`read`). `origin` leads from a span of `plain` back to
    the article. No Struct, so that it can be one of C's where it is compiled (`fold.pxd`).
    """

    __slots__ = ("beyond", "folded", "origin", "plain")

    def __init__(self, title: str, paragraphs: Sequence[str]) -> None:
        parts, offsets = (title, *paragraphs), None
        joined = _SEPARATOR.join([part.replace("\n", " ") for part in parts])
        folded, beyond = read(joined)
        if beyond and _UNUSUAL.search(beyond):
            joined, offsets = composed(_SURROGATE.sub("\ufffd", joined))
            folded, beyond = read(joined)
        self.folded = folded
        self.beyond = frozenset(beyond)
        """At least those characters of `plain` that are not ASCII."""
        self.plain = _plain(joined, self.beyond) if beyond else joined
        self.origin = Origin(parts, offsets)

    @classmethod
    def of(cls, article: Article) -> "Text":
        """Return the text of `article`."""
        return cls(article.title, article.paragraphs)
