# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Finds the texts of a `word_index.WordIndex` in a folded text: see there for how they are looked for.

A processor loses most time here where it guesses a branch wrong. So each pass does one thing to all words: where
they end, which they are, and, without a branch but for the few that a text may go on from, what is met. All of it
in C, holding the lock: it touches no Python object.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcmp, memcpy, memset

import sys

import daachorse
import msgspec
from cython import final

from wirewatch.tagging.search import word_index

cdef uint64_t FACTOR = word_index.FACTOR
cdef int START = word_index.START
cdef enum:
    SPACE = 32
    CHUNK = 8

# By a number of letters: the bits of a chunk that are theirs.
cdef uint64_t[CHUNK + 1] LETTERS_OF
for _n in range(CHUNK + 1):
    LETTERS_OF[_n] = int.from_bytes((b"\xff" * _n).ljust(CHUNK, b"\0"), sys.byteorder)

# The records of the tables.
cdef struct Word:
    uint64_t first
    int length
    int letters
    int whole
    int node
    int stems
    int begins_with_a_text

cdef struct Stem:
    int number  # as steps have it
    int length
    int text

cdef struct Step:
    int node
    int word
    int whole
    int after

cdef struct Hints:
    const unsigned char* bits
    int shift  # of a hash, to get its hint

# What is known of the article's words.
cdef struct Here:
    int begin
    int end
    int word  # its number

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
    cdef const Word* _words
    cdef const Stem* _stems
    cdef const Step* _steps
    cdef Hints _step_hints
    cdef Hints _stem_hints
    cdef int _word_bits
    cdef int _step_bits
    cdef int _unknown  # the number of a word in no text; one more: of one that may begin with one
    cdef int _longest_stem
    cdef int _with_stems
    cdef object _find_within  # None: no text begins within a word
    cdef list _within

    def __init__(self, bytes index):
        self._index = found = msgspec.msgpack.decode(index, type=word_index.WordIndex)
        self._letters = <const unsigned char*>PyBytes_AS_STRING(found.letters)
        self._words = <const Word*>PyBytes_AS_STRING(found.words)
        self._stems = <const Stem*>PyBytes_AS_STRING(found.stems)
        self._steps = <const Step*>PyBytes_AS_STRING(found.steps)
        self._unknown = len(found.words) // sizeof(Word) - 2
        self._word_bits = self._unknown.bit_length() - 1
        self._step_bits = (len(found.steps) // sizeof(Step)).bit_length() - 1
        self._step_hints = _hints(found.step_hints)
        self._stem_hints = _hints(found.stem_hints)
        self._with_stems = found.with_stems
        self._longest_stem = found.longest_stem
        self._within = [number for number, _ in found.within]
        texts = [text for _, text in found.within]
        self._find_within = daachorse.DoubleArrayAhoCorasick(texts).find_overlapping if texts else None

    def find(self, bytes folded not None):
        """Return all that is met: start, end and number of the text of each, as C's ints.

        They come by their starts, but those last that may begin within a word.
        """
        cdef Py_ssize_t size = PyBytes_GET_SIZE(folded)
        cdef const unsigned char* given = <const unsigned char*>PyBytes_AS_STRING(folded)
        cdef unsigned char* text = NULL
        cdef Matches matches = Matches(NULL, 0, 0)
        cdef Here* here = NULL
        if size < 2 or given[0] != SPACE or given[size - 1] != SPACE:
            raise ValueError("a text to be searched has a space at either end")
        try:
            text = <unsigned char*>malloc(size + CHUNK)
            here = <Here*>malloc(size * sizeof(Here))  # at most: what no word needs is never touched
            if text is NULL or here is NULL or not _hold(&matches, size // 16 + 8):
                raise MemoryError
            memcpy(text, given, size)
            memset(text + size, SPACE, CHUNK)  # so that a chunk may be read at the last letter
            if not self._find(text, size, here, &matches):
                raise MemoryError
            if self._find_within is not None:
                self._add_within(folded, &matches)
            return PyBytes_FromStringAndSize(<char*>matches.met, matches.count * sizeof(Match))
        finally:
            free(text)
            free(here)
            free(matches.met)

    cdef int _add_within(self, bytes folded, Matches* matches) except -1:
        cdef int start, end, n
        for start, end, n in self._find_within(folded):
            if not _add(matches, start, end, self._within[n]):
                raise MemoryError
        return 0

    cdef bint _find(
        self, const unsigned char* text, Py_ssize_t size, Here* here, Matches* matches
    ) noexcept nogil:
        """Add all that begins with a word; tell whether there was memory."""
        cdef const Word* word
        cdef int n, begin = 1, words = 0
        for n in range(1, <int>size):
            here[words].end = n
            words += text[n] == SPACE
        for n in range(words):
            here[n].begin = begin
            here[n].word = self._word(text + begin, here[n].end - begin)
            begin = here[n].end + 1
        here[words].word = self._unknown
        for n in range(words):
            word = self._words + here[n].word
            if not _add(matches, here[n].begin - 1, here[n].end + 1, word.whole):
                return False
            matches.count -= word.whole < 0  # taken back
            if self._goes_on(word, here[n + 1].word) and not self._go_on(text, here, n, words, matches):
                return False
        return True

    cdef inline int _word(self, const unsigned char* letters, int length) noexcept nogil:
        """Return the number of a word."""
        cdef uint64_t first = _chunk(letters, length)
        cdef int at = <int>(_hash_of(letters, length) >> (64 - self._word_bits))
        while self._words[at].length >= 0:
            if (
                self._words[at].first == first
                and self._words[at].length == length
                and (length <= CHUNK or memcmp(self._letters + self._words[at].letters, letters, length) == 0)
            ):
                return at
            at = (at + 1) & (self._unknown - 1)
        return self._unknown + self._begins_with_a_text(first, length)

    cdef inline bint _begins_with_a_text(self, uint64_t first, int length) noexcept nogil:
        """Tell whether a word may begin with a stem that is a text by itself, without a branch."""
        cdef bint may = length > CHUNK
        cdef int n
        for n in range(1, CHUNK + 1):
            may |= _hinted(&self._stem_hints, _hash_of_stem(START, (first & LETTERS_OF[n]) * FACTOR))
        return may

    cdef inline bint _goes_on(self, const Word* word, int next_number) noexcept nogil:
        """Tell whether more may be met from a word on than the word, without a branch."""
        cdef bint step = _hinted(&self._step_hints, _hash_of_step(word.node, next_number))
        cdef bint stem = (word.node < self._with_stems) & (self._words[next_number].stems >= 0)
        return word.begins_with_a_text | ((word.node >= 0) & (step | stem))

    cdef bint _go_on(
        self, const unsigned char* text, const Here* here, int n, int words, Matches* matches
    ) noexcept nogil:
        """Add the texts that begin with the word `n` but end elsewhere; tell whether there was memory."""
        cdef const Word* word = self._words + here[n].word
        cdef const Step* step
        cdef int start = here[n].begin - 1, node = word.node
        if word.begins_with_a_text and not self._add_stems(text, START, start, &here[n], matches):
            return False
        while node >= 0 and n + 1 < words:
            n += 1
            if node < self._with_stems and not self._add_stems(text, node, start, &here[n], matches):
                return False
            step = self._step(node, here[n].word)
            if step is NULL:
                break
            if step.whole >= 0 and not _add(matches, start, here[n].end + 1, step.whole):
                return False
            node = step.after
        return True

    cdef bint _add_stems(
        self, const unsigned char* text, int node, int start, const Here* word, Matches* matches
    ) noexcept nogil:
        """Add the texts that end, after a node, with a stem that the word begins with."""
        cdef const unsigned char* letters = text + word.begin
        cdef int number, length, stem = self._words[word.word].stems
        if word.word < self._unknown:
            while stem >= 0 and self._stems[stem].length:
                if not self._add_stem(node, start, word.begin, &self._stems[stem], matches):
                    return False
                stem += 1
            return True
        for length in range(1, min(word.end - word.begin, self._longest_stem) + 1):
            if _hinted(&self._stem_hints, _hash_of_stem(node, _hash_of(letters, length))):
                number = self._word(letters, length)
                stem = self._words[number].stems if number < self._unknown else -1
                if (
                    stem >= 0
                    and self._stems[stem].length == length
                    and not self._add_stem(node, start, word.begin, &self._stems[stem], matches)
                ):
                    return False
        return True

    cdef bint _add_stem(self, int node, int start, int begin, const Stem* stem, Matches* matches) noexcept nogil:
        cdef int text = stem.text
        cdef const Step* step
        if node != START:
            step = self._step(node, stem.number)
            text = -1 if step is NULL else step.whole
        return text < 0 or _add(matches, start, begin + stem.length, text)

    cdef const Step* _step(self, int node, int word) noexcept nogil:
        cdef uint64_t value = _hash_of_step(node, word)
        cdef int at = <int>(value >> (64 - self._step_bits))
        if _hinted(&self._step_hints, value):
            while self._steps[at].node >= 0:
                if self._steps[at].node == node and self._steps[at].word == word:
                    return &self._steps[at]
                at = (at + 1) & ((1 << self._step_bits) - 1)
        return NULL


cdef inline uint64_t _chunk(const unsigned char* letters, int length) noexcept nogil:
    """Return the first letters of so many, as a number."""
    cdef uint64_t chunk
    memcpy(&chunk, letters, CHUNK)
    return chunk & LETTERS_OF[length if length < CHUNK else CHUNK]


cdef inline uint64_t _hash_of(const unsigned char* letters, int length) noexcept nogil:
    cdef uint64_t value = _chunk(letters, length) * FACTOR
    cdef int at = CHUNK
    while at < length:
        value = (value ^ value >> 32 ^ _chunk(letters + at, length - at)) * FACTOR
        at += CHUNK
    return value


cdef inline uint64_t _hash_of_stem(int node, uint64_t stem) noexcept nogil:
    return stem ^ node * FACTOR


cdef inline uint64_t _hash_of_step(int node, int word) noexcept nogil:
    return (<uint64_t>node << 32 | <uint64_t>word) * FACTOR


cdef inline bint _hinted(const Hints* hints, uint64_t value) noexcept nogil:
    cdef uint64_t hint = value >> hints.shift
    return hints.bits[hint >> 3] >> (hint & 7) & 1


cdef Hints _hints(bytes bits):
    return Hints(<const unsigned char*>PyBytes_AS_STRING(bits), 64 - (8 * len(bits)).bit_length() + 1)


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
