"""The table by which compiled tagging looks for phrases, word by word: made here, read by `_search.pyx`.

Texts begin with a space and so at a word. Each word of an article is looked up by its hash: nine in ten
stand in some text. A text is met by its first word, then step by step by the words after it; hints, small
enough for the processor's cache, tell of most words that no text goes on with the next one. A text may end
with a stem, within a word: which stems a word begins with stands with it, so only words in no text are
searched for them. An automaton follows each letter through megabytes, and takes twice as long over articles
that change.
"""

import sys
from array import array
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from struct import Struct
from typing import Final

import msgspec

FACTOR: Final = 0x9E3779B97F4A7C15
"""2**64 by the golden ratio (Knuth, The Art of Computer Programming, volume 3, 6.4)."""
NONE: Final = -1
START: Final = 0
"""The node at which every text begins."""
CHUNK: Final = 8
"""Letters of a word that are taken at once, as a number."""
HINTS: Final = 3
"""Hints by slot of a table, as a power of two: of what it does not have one is set by chance in 16 to 32."""
_64_BITS: Final = 2**64 - 1
_WORD: Final = Struct("Q6i")
_EMPTY: Final = _WORD.pack(0, NONE, NONE, NONE, NONE, NONE, 0)
_IN_NO_TEXT: Final = _WORD.pack(0, NONE, NONE, NONE, NONE, 0, 0)
_BEGINS_WITH_ONE: Final = _WORD.pack(0, NONE, NONE, NONE, NONE, 0, 1)

_Step = tuple[int, int, int, int]


class WordIndex(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Hash tables with room for twice what they hold. Numbers stand in them as C has them, most as ints.

    `whole` is the number of the text that ends with a word, `node` what stands before those that go on.
    """

    letters: bytes
    """Of all words; stems are among them."""
    words: bytes
    """The first chunk of its letters (64 bits), its length, where in `letters` it begins, whole, node, where
    in `stems` its own begin (-1: it has none), 1 if one of those is a text. A word's number is its place.

    An empty one has the length -1. So have the last two, for words in no text: the first begins with none.
    """
    stems: bytes
    """Those that each word begins with, the longest first, and after them one without letters: its number in
    `steps`, its length, the text that it is by itself."""
    steps: bytes
    """Node, number of the next word or stem, whole, node after it. Stems are numbered on from the words."""
    step_hints: bytes
    stem_hints: bytes
    longest_stem: int
    """Letters."""
    with_stems: int
    """Nodes below have stems."""
    within: list[tuple[int, bytes]]
    """The texts that may begin within a word, by number: of watches, and few."""


def word_index(texts: Sequence[bytes]) -> bytes:
    """Return a `WordIndex` of distinct texts, encoded."""
    steps: dict[tuple[int, bytes], list[int]] = {}
    stems: dict[tuple[int, bytes], int] = {}
    within: list[tuple[int, bytes]] = []
    nodes = 1
    for number, text in enumerate(texts):
        if not text.startswith(b" ") or text == b" ":
            within.append((number, text))
            continue
        *whole, last = text[1:].split(b" ")
        node = START
        for n, word in enumerate(whole, 1):
            step = steps.setdefault((node, word), [NONE, NONE])
            if n == len(whole) and not last:
                step[0] = number
            else:
                if step[1] == NONE:
                    step[1], nodes = nodes, nodes + 1
                node = step[1]
        if last:
            stems[node, last] = number
    return msgspec.msgpack.encode(_flat(steps, stems, nodes, within))


def _flat(
    steps: Mapping[tuple[int, bytes], Sequence[int]],
    stems: Mapping[tuple[int, bytes], int],
    nodes: int,
    within: list[tuple[int, bytes]],
) -> WordIndex:
    with_stems = {node for node, _ in stems} | {START}
    order = sorted(range(nodes), key=lambda node: (node not in with_stems, node))
    numbers = {old: new for new, old in enumerate(order)} | {NONE: NONE}
    all_stems = dict.fromkeys(stem for _, stem in stems)
    words = dict.fromkeys(chain((word for _, word in steps), all_stems))
    places, slots = _places([hash_of(word) for word in words])
    place_of = dict(zip(words, places, strict=True))
    table = [*[_EMPTY] * slots, _IN_NO_TEXT, _BEGINS_WITH_ONE]
    stem_number = {stem: len(table) + place_of[stem] for stem in all_stems}
    stem_table = array("i")
    at = 0
    for word, place in place_of.items():
        whole, node = steps.get((START, word), (NONE, NONE))
        own = [stem for end in range(len(word), 0, -1) if (stem := word[:end]) in all_stems]
        begin = len(stem_table) // 3 if own else NONE
        is_text = any((START, stem) in stems for stem in own)
        table[place] = _WORD.pack(_chunks(word)[0], len(word), at, whole, numbers[node], begin, is_text)
        for stem in own:
            stem_table.extend((stem_number[stem], len(stem), stems.get((START, stem), NONE)))
        if own:
            stem_table.extend((NONE, 0, NONE))
        at += len(word)
    after_words = [
        (numbers[node], place_of[word], whole, numbers[after])
        for (node, word), (whole, after) in steps.items()
    ]
    after_words += [(numbers[node], stem_number[stem], text, NONE) for (node, stem), text in stems.items()]
    step_table, step_hints = _step_table([step for step in after_words if step[0] != numbers[START]])
    return WordIndex(
        letters=b"".join(words),
        words=b"".join(table),
        stems=stem_table.tobytes(),
        steps=step_table,
        step_hints=step_hints,
        stem_hints=_hints([hash_of_stem(numbers[node], stem) for node, stem in stems]),
        longest_stem=max(map(len, all_stems), default=0),
        with_stems=len(with_stems),
        within=within,
    )


def _step_table(steps: Sequence[_Step]) -> tuple[bytes, bytes]:
    hashes = [hash_of_step(node, word) for node, word, _, _ in steps]
    places, slots = _places(hashes)
    table: list[_Step] = [(NONE, NONE, NONE, NONE)] * slots
    for place, step in zip(places, steps, strict=True):
        table[place] = step
    return array("i", chain.from_iterable(table)).tobytes(), _hints(hashes)


def hash_of(word: bytes) -> int:
    """Return the hash by which a word is looked for."""
    value = 0
    for chunk in _chunks(word):
        value = (value ^ value >> 32 ^ chunk) * FACTOR & _64_BITS
    return value


def _chunks(word: bytes) -> list[int]:
    """Return the letters of a word as numbers of eight each, zeros after the last."""
    chunks = (word[at : at + CHUNK] for at in range(0, len(word) or 1, CHUNK))
    return [int.from_bytes(chunk.ljust(CHUNK, b"\0"), sys.byteorder) for chunk in chunks]


def hash_of_stem(node: int, stem: bytes) -> int:
    """Return the hash of which a hint is set where a stem stands after a node."""
    return hash_of(stem) ^ node * FACTOR & _64_BITS


def hash_of_step(node: int, word: int) -> int:
    """Return the hash by which a step is looked for."""
    return (node << 32 | word) * FACTOR & _64_BITS


def _places(hashes: Collection[int]) -> tuple[list[int], int]:
    """Return where each of these stands in a table, and how many could."""
    bits = _bits(hashes)
    taken = bytearray(1 << bits)
    places: list[int] = []
    for value in hashes:
        at = value >> (64 - bits)
        while taken[at]:
            at = (at + 1) % len(taken)
        taken[at] = True
        places.append(at)
    return places, len(taken)


def _hints(hashes: Collection[int]) -> bytes:
    """Return bits by the hash: those of these are set."""
    bits = _bits(hashes) + HINTS
    hints = bytearray(1 << (bits - 3))
    for value in hashes:
        hint = value >> (64 - bits)
        hints[hint >> 3] |= 1 << (hint & 7)
    return bytes(hints)


def _bits(hashes: Collection[int]) -> int:
    return max(3, (2 * len(hashes)).bit_length())
