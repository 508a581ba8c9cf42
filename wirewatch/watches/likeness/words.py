"""The telling words of a whole text: what two reports of one event share, however each of them puts it.

Title and lead of two reports in wholly other words may have two names in common, as those of two events of
one day have; their whole texts share a dozen places, things and figures more.
"""

import struct
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from wirewatch.article import ActorTag
from wirewatch.watches.likeness.terms import ACTOR, Memo, plain_weight

MAX_WORDS: Final = 64
"""Most that are kept of a text: its actors, then the words of the lowest hashes. These are the same words of
any two texts, so what two samples share is a fair share of all (Cohen, Kaplan: bottom-k sketches, 2007)."""
MIN_WEIGHT: Final = 3
"""What a word must weigh (`wirewatch.watches.likeness.terms`): neither a common one nor a short one."""
SHORT: Final = 3  # letters, of one that weighs less
LOOKED_AT: Final = 180
"""Words of a text that are looked at: what was told first, some 1,000 characters."""
_SIZE: Final = 4  # bytes of one
_TELLS_NOTHING: Final = 0

# Marks that copies set differently: gone, or a space. ASCII ones as bytes, in one pass with small letters.
_MARKS = b"\"'`.,;:!?()[]"
_SMALL = bytes(b if b > 127 else ord(" ") if b == ord("-") else ord(chr(b).lower()) for b in range(256))
_TYPESET = tuple(dict.fromkeys("“”‘’„«»…", "").items()) + tuple(dict.fromkeys("–—\u00a0", " ").items())  # noqa: RUF001  # as typeset


def plain_words(text: str) -> list[str]:
    """Return the words of `text`, folded, without the marks that copies set differently."""
    if not text.isascii():
        for mark, instead in _TYPESET:
            text = text.replace(mark, instead)
        text = text.casefold()
    # Half a character, as broken JSON escapes leave it, becomes a question mark, and goes with those.
    return text.encode("utf-8", "replace").translate(_SMALL, _MARKS).decode().split()


def telling_words(words: Sequence[str], actors: Sequence[ActorTag]) -> bytes:
    """Return a 32-bit hash of each telling word and each actor of a text; odd ones are actors.

    Words that name a tagged actor count once, as that actor.
    """
    named = [actor for actor in actors if not actor.via and actor.mentions]
    found = set(map(_HASHES.__getitem__, words[:LOOKED_AT]))
    found.difference_update(*[_name_words(mention.text) for actor in named for mention in actor.mentions])
    found.discard(_TELLS_NOTHING)
    about = {_term_hash(ACTOR + actor.id) for actor in named}
    kept = [*sorted(about), *sorted(found)][:MAX_WORDS]
    return struct.pack(f"<{len(kept)}I", *kept)


def unpack(words: bytes) -> tuple[int, ...]:
    """Return the hashes that `telling_words` packed, in order."""
    return struct.unpack(f"<{len(words) // _SIZE}I", words)


def is_actor(hashed: int) -> bool:
    """Say whether a hash is an actor's."""
    return bool(hashed & 1)


def told_in(names: Iterable[str], words: Collection[int]) -> bool:
    """Return whether a text with these `words` has all of the `names`, terms of another's title.

    Short ones, which are not kept, do not count.
    """
    kept = [_term_hash(name) for name in names if len(name) > SHORT]
    return bool(kept) and all(hashed in words for hashed in kept)


@lru_cache(maxsize=10_000)
def _name_words(name: str) -> tuple[int, ...]:
    return tuple(map(_HASHES.__getitem__, plain_words(name)))


@lru_cache(maxsize=10_000)
def _term_hash(term: str) -> int:
    return _hash32(term) | 1 if term.startswith(ACTOR) else _hash32(term) & ~1


def _word_hash(word: str) -> int:
    """Return the hash of the word's term, or `_TELLS_NOTHING`."""
    term, weight = plain_weight(word)
    return _term_hash(term) if weight >= MIN_WEIGHT else _TELLS_NOTHING


_HASHES: Final = Memo(_word_hash)


def _hash32(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")
