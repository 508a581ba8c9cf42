"""What is kept of an article's text, to know the same story when it comes again."""

import struct
from hashlib import blake2b
from typing import Final

import msgspec
import rensa

from wirewatch.article import Article
from wirewatch.tagging.tagger import Tags
from wirewatch.watches.terms import Weighted, weigh_terms

PERMUTATIONS: Final = 64
SHINGLE: Final = 3  # words
MAX_SHINGLED_CHARS: Final = 1500  # some 250 words: copies that differ only after those are copies
MAX_PARAGRAPHS: Final = 16
PARAGRAPH_CHARS: Final = 160
"""A paragraph is known by its beginning, so that one cut in its middle is still itself."""
MIN_PARAGRAPH_CHARS: Final = 60

_SEED = 20200109
_pack = struct.Struct(f"<{PERMUTATIONS}H").pack
# Marks that copies set differently: gone, or a space. ASCII ones as bytes, in one pass with small letters.
_MARKS = b"\"'`.,;:!?()[]"
_SMALL = bytes(b if b > 127 else ord(" ") if b == ord("-") else ord(chr(b).lower()) for b in range(256))
_TYPESET = tuple(dict.fromkeys("“”‘’„«»…", "").items()) + tuple(dict.fromkeys("–—\u00a0", " ").items())  # noqa: RUF001  # as typeset


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


def hash64(text: str) -> int:
    """Return a 64-bit hash of `text`, the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def fingerprint(article: Article, tags: Tags) -> Fingerprint:
    """Return the fingerprint of `article`, tagged with `tags`."""
    return Fingerprint(
        text=hash64(article.text_hash),
        paragraphs=_paragraphs(article.paragraphs),
        minhash=_minhash(article),
        terms=weigh_terms(article, tags.actors),
    )


def _paragraphs(paragraphs: tuple[str, ...]) -> tuple[int, ...]:
    hashes: dict[int, None] = {}
    for paragraph in paragraphs:
        if len(paragraph) < MIN_PARAGRAPH_CHARS:
            continue
        words = _words(paragraph[: PARAGRAPH_CHARS + 40])
        hashes[hash64(" ".join(words)[:PARAGRAPH_CHARS])] = None
        if len(hashes) == MAX_PARAGRAPHS:
            break
    return tuple(hashes)


def _minhash(article: Article) -> bytes:
    words = _words("\n".join((article.title, *article.paragraphs))[:MAX_SHINGLED_CHARS])
    if len(words) < SHINGLE:
        return b""
    sketch = rensa.RMinHash(PERMUTATIONS, _SEED)
    sketch.update([f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)])
    return _pack(*[value & 0xFFFF for value in sketch.digest()])


def _words(text: str) -> list[str]:
    """Return the words of `text`, folded, without the marks that copies set differently."""
    if not text.isascii():
        for mark, instead in _TYPESET:
            text = text.replace(mark, instead)
        text = text.casefold()
    # Half a character, as broken JSON escapes leave it, becomes a question mark, and goes with those.
    return text.encode("utf-8", "replace").translate(_SMALL, _MARKS).decode().split()
