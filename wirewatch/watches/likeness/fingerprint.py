"""What is kept of an article's text, to know the same story when it comes again."""

import struct
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import msgspec
import rensa

from wirewatch.article import Article
from wirewatch.tagging.tagger import Tags
from wirewatch.watches.likeness.opening import Lead, lead_of
from wirewatch.watches.likeness.sides import sides_of
from wirewatch.watches.likeness.terms import Weighted, weigh_terms
from wirewatch.watches.likeness.turns import turns_of
from wirewatch.watches.likeness.words import plain_words, telling_words

PERMUTATIONS: Final = 64
SHINGLE: Final = 3  # words
MAX_CHARS: Final = 1500  # some 250 words: copies that differ only after those are copies
MAX_PARAGRAPHS: Final = 16
PARAGRAPH_CHARS: Final = 160
"""A paragraph is known by its beginning, so that one cut in its middle is still itself."""
MIN_PARAGRAPH_CHARS: Final = 60

_SEED = 20200109
_pack = struct.Struct(f"<{PERMUTATIONS}H").pack


class Fingerprint(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An article's text, for comparing."""

    text: int
    """Of the whole text."""
    paragraphs: tuple[int, ...]
    """Of each paragraph that is long enough to be told from others; the first 16."""
    minhash: bytes
    """64 little-endian 16-bit values over 3-word shingles (Broder 1997); empty for a text under 3 words."""
    terms: tuple[Weighted, ...]
    """Salient actors and telling words of title and lead, heaviest first."""
    words: bytes = b""
    """Actors and telling words of the whole text (`wirewatch.watches.likeness.words`)."""
    lead: int = 0
    """Of the paragraph that is the lead, as among `paragraphs`; 0 without one."""
    sides: tuple[str, ...] = ()
    """Who does it and who has it done, by the title (`wirewatch.watches.likeness.sides`); or empty."""
    turns: tuple[str, ...] = ()
    """What is on and what is off, by the title (`wirewatch.watches.likeness.turns`); or empty."""


def hash64(text: str) -> int:
    """Return a 64-bit hash of `text`, the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def fingerprint(article: Article, tags: Tags) -> Fingerprint:
    """Return the fingerprint of `article`, tagged with `tags`."""
    words = plain_words("\n".join((article.title, *article.paragraphs))[:MAX_CHARS])
    lead = lead_of(article)
    return Fingerprint(
        text=hash64(article.text_hash),
        paragraphs=_paragraphs(article.paragraphs, lead),
        minhash=_minhash(words),
        terms=weigh_terms(article, tags.actors, lead),
        words=telling_words(words, tags.actors),
        lead=0 if lead is None else _paragraph(lead.of(article)),
        sides=sides_of(article, tags),
        turns=turns_of(article, tags),
    )


def _paragraphs(paragraphs: tuple[str, ...], lead: Lead | None) -> tuple[int, ...]:
    hashes: dict[int, None] = {}
    for number, text in enumerate(paragraphs):
        # A dateline makes it no other paragraph.
        begin = lead.begin if lead is not None and number == lead.paragraph else 0
        if len(text) - begin < MIN_PARAGRAPH_CHARS:
            continue
        hashes[_paragraph(text[begin:])] = None
        if len(hashes) == MAX_PARAGRAPHS:
            break
    return tuple(hashes)


def _paragraph(text: str) -> int:
    return hash64(" ".join(plain_words(text[: PARAGRAPH_CHARS + 40]))[:PARAGRAPH_CHARS])


def _minhash(words: Sequence[str]) -> bytes:
    if len(words) < SHINGLE:
        return b""
    sketch = rensa.RMinHash(PERMUTATIONS, _SEED)
    sketch.update(list(map(" ".join, zip(words, words[1:], words[2:], strict=False))))
    return _pack(*[value & 0xFFFF for value in sketch.digest()])
