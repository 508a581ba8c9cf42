"""The table by which compiled tagging looks for phrases, word by word: made here, read by `_search.pyx`.

Texts begin with a space and so at a word. A text is met by the hash of its first word, then step by step by
the words after it; one that ends within a word (a stem) by the hash of each beginning of the word. Most words
of an article are in no phrase: hints, small enough for the processor's cache, tell so without a look at the
tables. An automaton follows each letter through megabytes, and takes twice as long over articles that change.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

import msgspec

FACTOR: Final = 0x9E3779B97F4A7C15
"""2**64 by the golden ratio (Knuth, The Art of Computer Programming, volume 3, 6.4)."""
NONE: Final = -1
START: Final = 0
"""The node at which every text begins."""
HINTS: Final = 3
"""Hints by slot of a table, as a power of two: of a word in no phrase one is set by chance in 16 to 32."""
STEM_HINTS: Final = 4
"""As above; looked at for each letter rather than each word."""
_64_BITS: Final = 2**64 - 1
_EMPTY: Final = (NONE, NONE, NONE, NONE)

_Record = tuple[int, int, int, int]


class WordIndex(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Hash tables with room for twice what they hold, of records of four C ints: an empty one begins with -1.

    `whole` is the number of the text that ends with the word, `node` what stands before those that go on.
    """

    letters: bytes
    """Of all words and stems."""
    words: bytes
    """Where in `letters` it begins, its length, whole, node. A word's number is its place here."""
    word_hints: bytes
    steps: bytes
    """Node, number of the next word, whole, node after it."""
    step_hints: bytes
    stems: bytes
    """Node, where in `letters` it begins, its length, number of the text."""
    stem_hints: bytes
    with_stems: int
    """Nodes below have stems."""
    within: list[tuple[int, bytes]]
    """The texts that may begin within a word, by number: of watches, and few."""


def word_index(texts: Sequence[bytes]) -> bytes:
    """Return a `WordIndex` of distinct texts, encoded."""
    words: dict[bytes, int] = {}
    steps: dict[tuple[int, int], list[int]] = {}
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
            step = steps.setdefault((node, words.setdefault(word, len(words))), [NONE, NONE])
            if n == len(whole) and not last:
                step[0] = number
            else:
                if step[1] == NONE:
                    step[1], nodes = nodes, nodes + 1
                node = step[1]
        if last:
            stems[node, last] = number
    return msgspec.msgpack.encode(_flat(words, steps, stems, nodes, within))


def _flat(
    words: Mapping[bytes, int],
    steps: Mapping[tuple[int, int], Sequence[int]],
    stems: Mapping[tuple[int, bytes], int],
    nodes: int,
    within: list[tuple[int, bytes]],
) -> WordIndex:
    with_stems = {node for node, _ in stems} | {START}
    order = sorted(range(nodes), key=lambda node: (node not in with_stems, node))
    numbers = {old: new for new, old in enumerate(order)} | {NONE: NONE}
    begins: list[int] = []
    at = 0
    for word in chain(words, (stem for _, stem in stems)):
        begins.append(at)
        at += len(word)
    firsts = (steps.get((START, n), (NONE, NONE)) for n in range(len(words)))
    places, word_table, word_hints = _table(
        [
            (hash_of(word), (begin, len(word), whole, numbers[node]))
            for word, begin, (whole, node) in zip(words, begins, firsts, strict=False)
        ],
        HINTS,
    )
    _, step_table, step_hints = _table(
        [
            (hash_of_step(numbers[node], places[word]), (numbers[node], places[word], whole, numbers[after]))
            for (node, word), (whole, after) in steps.items()
            if node != START
        ],
        HINTS,
    )
    _, stem_table, stem_hints = _table(
        [
            (hash_of(stem, numbers[node]), (numbers[node], begin, len(stem), number))
            for ((node, stem), number), begin in zip(stems.items(), begins[len(words) :], strict=True)
        ],
        STEM_HINTS,
    )
    letters = b"".join(chain(words, (stem for _, stem in stems)))
    return WordIndex(
        letters=letters,
        words=word_table,
        word_hints=word_hints,
        steps=step_table,
        step_hints=step_hints,
        stems=stem_table,
        stem_hints=stem_hints,
        with_stems=len(with_stems),
        within=within,
    )


def hash_of(letters: bytes, node: int = START) -> int:
    """Return the hash of what is looked for at a node: of each beginning of a word it takes one step."""
    value = node
    for letter in letters:
        value = (value ^ letter) * FACTOR & _64_BITS
    return value


def hash_of_step(node: int, word: int) -> int:
    """Return the hash by which a step is looked for."""
    return (node << 32 | word) * FACTOR & _64_BITS


def _table(records: Iterable[tuple[int, _Record]], hints: int) -> tuple[list[int], bytes, bytes]:
    """Return where each of `records` (hash, record) stands, the table, and its hints: bits by the hash."""
    records = list(records)
    bits = max(3, (2 * len(records)).bit_length())
    slots: list[_Record] = [_EMPTY] * (1 << bits)
    hinted = bytearray(1 << (bits + hints - 3))
    places: list[int] = []
    for value, record in records:
        at = value >> (64 - bits)
        while slots[at] is not _EMPTY:
            at = (at + 1) % len(slots)
        slots[at] = record
        places.append(at)
        hint = value >> (64 - bits - hints)
        hinted[hint >> 3] |= 1 << (hint & 7)
    return places, array("i", chain.from_iterable(slots)).tobytes(), bytes(hinted)
