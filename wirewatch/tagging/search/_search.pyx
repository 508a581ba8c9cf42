# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Finds the texts of a `word_index.WordIndex` in a folded text: see there for how they are looked for.

First one pass over the letters, without a branch that a processor could guess wrong but at the end of a word:
what hints say of each word and of each of its beginnings is noted. Then the few that may be in a phrase are
looked up. All of it in C, holding the lock: it touches no Python object.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcmp

import daachorse
import msgspec
from cython import final

from wirewatch.tagging.search import word_index

cdef uint64_t FACTOR = word_index.FACTOR
cdef int HINTS = word_index.HINTS
cdef int STEM_HINTS = word_index.STEM_HINTS
cdef int START = word_index.START
cdef enum:
    SPACE = 32

# The records of the tables.
cdef struct Word:
    int begin
    int length
    int whole
    int node

cdef struct Step:
    int node
    int word
    int whole
    int after

cdef struct Stem:
    int node
    int begin
    int length
    int text

cdef struct Table:
    const void* records
    const unsigned char* hints
    int shift  # of a hash, to get its slot
    int hint_shift
    int mask

# What is known of the article's words.
cdef struct Here:
    int begin
    int end
    uint64_t hash
    int word  # its number; -1: in no phrase

cdef struct Beginning:
    int begin
    int end
    uint64_t hash

cdef struct Match:
    int start
    int end
    int text

cdef struct Matches:
    Match* met
    Py_ssize_t count
    Py_ssize_t room


def finder(index):
    """Return what finds the texts of an encoded `WordIndex`."""
    return Search(index).find


@final
cdef class Search:
    cdef object _index  # holds the bytes that the tables point into
    cdef const unsigned char* _letters
    cdef Table _words
    cdef Table _steps
    cdef Table _stems
    cdef int _with_stems
    cdef object _find_within  # None: no text begins within a word
    cdef list _within

    def __init__(self, bytes index):
        self._index = found = msgspec.msgpack.decode(index, type=word_index.WordIndex)
        self._letters = <const unsigned char*>PyBytes_AS_STRING(found.letters)
        self._words = _table(found.words, found.word_hints, HINTS)
        self._steps = _table(found.steps, found.step_hints, HINTS)
        self._stems = _table(found.stems, found.stem_hints, STEM_HINTS)
        self._with_stems = found.with_stems
        self._within = [number for number, _ in found.within]
        texts = [text for _, text in found.within]
        self._find_within = daachorse.DoubleArrayAhoCorasick(texts).find_overlapping if texts else None

    def find(self, bytes folded not None):
        """Return all that is met: start, end and number of the text of each, as C's ints.

        They come by their starts, but those last that may begin within a word.
        """
        cdef Py_ssize_t size = PyBytes_GET_SIZE(folded)
        cdef const unsigned char* text = <const unsigned char*>PyBytes_AS_STRING(folded)
        cdef Matches matches = Matches(NULL, 0, 0)
        cdef Here* here = NULL
        cdef int* maybe = NULL
        cdef Beginning* stems = NULL
        cdef Py_ssize_t n, words = 0
        if size < 2 or text[0] != SPACE or text[size - 1] != SPACE:
            raise ValueError("a text to be searched has a space at either end")
        try:
            for n in range(size):
                words += text[n] == SPACE
            here = <Here*>malloc(words * sizeof(Here))
            maybe = <int*>malloc(words * sizeof(int))
            stems = <Beginning*>malloc(size * sizeof(Beginning))
            if here is NULL or maybe is NULL or stems is NULL or not _hold(&matches, size // 16 + 8):
                raise MemoryError
            if not self._find(text, size, here, maybe, stems, &matches):
                raise MemoryError
            if self._find_within is not None:
                self._add_within(folded, &matches)
            return PyBytes_FromStringAndSize(<char*>matches.met, matches.count * sizeof(Match))
        finally:
            free(here)
            free(maybe)
            free(stems)
            free(matches.met)

    cdef int _add_within(self, bytes folded, Matches* matches) except -1:
        cdef int start, end, n
        for start, end, n in self._find_within(folded):
            if not _add(matches, start, end, self._within[n]):
                raise MemoryError
        return 0

    cdef bint _find(
        self, const unsigned char* text, Py_ssize_t size, Here* here, int* maybe, Beginning* stems, Matches* matches
    ) noexcept nogil:
        cdef int n, k, begin = 1, words = 0, maybes = 0, beginnings = 0, stem = 0
        cdef uint64_t value = START
        cdef unsigned char letter
        for n in range(1, <int>size):
            letter = text[n]
            if letter != SPACE:
                value = _further(value, letter)
                stems[beginnings] = Beginning(begin, n + 1, value)
                beginnings += _hinted(&self._stems, value)
            else:
                here[words] = Here(begin, n, value, -1)
                maybe[maybes] = words
                maybes += _hinted(&self._words, value)
                words += 1
                value = START
                begin = n + 1
        for k in range(maybes):
            n = maybe[k]
            here[n].word = self._word(here[n].hash, text + here[n].begin, here[n].end - here[n].begin)
        for k in range(maybes):
            n = maybe[k]
            while stem < beginnings and stems[stem].begin <= here[n].begin:
                if not self._add_stem(text, &stems[stem], matches):
                    return False
                stem += 1
            if here[n].word >= 0 and not self._go_on(text, here, n, words, matches):
                return False
        for k in range(stem, beginnings):
            if not self._add_stem(text, &stems[k], matches):
                return False
        return True

    cdef int _word(self, uint64_t value, const unsigned char* letters, int length) noexcept nogil:
        """Return the number of a word; -1 for one in no phrase."""
        cdef const Word* words = <const Word*>self._words.records
        cdef int at = <int>(value >> self._words.shift)
        while words[at].begin >= 0:
            if words[at].length == length and memcmp(self._letters + words[at].begin, letters, length) == 0:
                return at
            at = (at + 1) & self._words.mask
        return -1

    cdef bint _add_stem(self, const unsigned char* text, Beginning* one, Matches* matches) noexcept nogil:
        cdef int number = self._stem(one.hash, START, text + one.begin, one.end - one.begin)
        return number < 0 or _add(matches, one.begin - 1, one.end, number)

    cdef int _stem(self, uint64_t value, int node, const unsigned char* letters, int length) noexcept nogil:
        """Return the number of the text that ends with these letters after a node; -1 for none."""
        cdef const Stem* stems = <const Stem*>self._stems.records
        cdef int at = <int>(value >> self._stems.shift)
        while stems[at].node >= 0:
            if (
                stems[at].node == node
                and stems[at].length == length
                and memcmp(self._letters + stems[at].begin, letters, length) == 0
            ):
                return stems[at].text
            at = (at + 1) & self._stems.mask
        return -1

    cdef bint _go_on(
        self, const unsigned char* text, Here* here, int n, int words, Matches* matches
    ) noexcept nogil:
        """Add the text that the word `n` is, and those that begin with it; tell whether there was memory."""
        cdef const Word* word = <const Word*>self._words.records + here[n].word
        cdef const Step* step
        cdef int start = here[n].begin - 1, node = word.node
        if word.whole >= 0 and not _add(matches, start, here[n].end + 1, word.whole):
            return False
        while node >= 0 and n + 1 < words:
            n += 1
            if node < self._with_stems and not self._add_stems_after(text, node, start, &here[n], matches):
                return False
            step = self._step(node, here[n].word) if here[n].word >= 0 else NULL
            if step is NULL:
                break
            if step.whole >= 0 and not _add(matches, start, here[n].end + 1, step.whole):
                return False
            node = step.after
        return True

    cdef bint _add_stems_after(
        self, const unsigned char* text, int node, int start, Here* word, Matches* matches
    ) noexcept nogil:
        cdef uint64_t value = node
        cdef int n, number
        for n in range(word.begin, word.end):
            value = _further(value, text[n])
            if _hinted(&self._stems, value):
                number = self._stem(value, node, text + word.begin, n + 1 - word.begin)
                if number >= 0 and not _add(matches, start, n + 1, number):
                    return False
        return True

    cdef const Step* _step(self, int node, int word) noexcept nogil:
        cdef const Step* steps = <const Step*>self._steps.records
        cdef uint64_t value = (<uint64_t>node << 32 | <uint64_t>word) * FACTOR
        cdef int at = <int>(value >> self._steps.shift)
        if _hinted(&self._steps, value):
            while steps[at].node >= 0:
                if steps[at].node == node and steps[at].word == word:
                    return &steps[at]
                at = (at + 1) & self._steps.mask
        return NULL


cdef inline uint64_t _further(uint64_t value, unsigned char letter) noexcept nogil:
    return (value ^ letter) * FACTOR


cdef inline bint _hinted(const Table* table, uint64_t value) noexcept nogil:
    cdef uint64_t hint = value >> table.hint_shift
    return table.hints[hint >> 3] >> (hint & 7) & 1


cdef Table _table(bytes records, bytes hints, int more):
    """Return a table of records of four ints, and of `more` hints as a power of two for each."""
    cdef int bits = (len(records) // <int>sizeof(Word)).bit_length() - 1
    return Table(
        <const void*>PyBytes_AS_STRING(records),
        <const unsigned char*>PyBytes_AS_STRING(hints),
        64 - bits,
        64 - bits - more,
        (1 << bits) - 1,
    )


cdef bint _hold(Matches* matches, Py_ssize_t most) noexcept nogil:
    """Have room for so many; tell whether there was memory."""
    cdef Match* met = <Match*>realloc(matches.met, most * sizeof(Match))
    if met is NULL:
        return False
    matches.met = met
    matches.room = most
    return True


cdef bint _add(Matches* matches, int start, int end, int text) noexcept nogil:
    if matches.count == matches.room and not _hold(matches, 2 * matches.room):
        return False
    matches.met[matches.count] = Match(start, end, text)
    matches.count += 1
    return True
