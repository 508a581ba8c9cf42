# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""A text made ready to be searched, its words counted, words beside a place, and the way back to the article.

In C. What they give is said where Python does the same: `fold.read`, `counter.counter`, `beside.word_before` and
`origin.Origin`.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_1BYTE_KIND, PyUnicode_2BYTE_KIND, PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ, PyUnicode_Substring
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from bisect import bisect_left

from cython import final

from wirewatch.article import Mention, Place

cdef enum:
    SPACE = 32
    TO_SMALL = 32  # to be set in a capital of ASCII
    LAST_ASCII = 127
    CHARACTERS = 0x110000
    LETTERS = 8  # of a listed word, which is held as a number: of a longer one the last
    BLOCK = 64  # letters
    WINDOW = 24  # as `beside` has it

ctypedef fused Letter:
    uint8_t
    uint16_t
    uint32_t


@final
cdef class Folder:
    # By code point: the byte that stands for it, 0 where that was not asked for yet. What is never met of
    # it takes no memory.
    cdef unsigned char* _bytes
    cdef object _byte_of

    def __cinit__(self, byte_of):
        self._byte_of = byte_of
        self._bytes = <unsigned char*>calloc(CHARACTERS, 1)
        if self._bytes is NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self._bytes)

    def fold(self, str text not None):
        """Return `text` as it is searched, between spaces, and its characters that are not ASCII."""
        cdef Py_ssize_t size = len(text)
        cdef bytes folded = PyBytes_FromStringAndSize(NULL, size + 2)
        cdef unsigned char* to = <unsigned char*>PyBytes_AS_STRING(folded)
        cdef int kind = PyUnicode_KIND(text)
        cdef list beyond = []
        to[0] = to[size + 1] = SPACE
        if kind == PyUnicode_1BYTE_KIND:
            _fold(<const uint8_t*>PyUnicode_DATA(text), size, to + 1)
            if not text.isascii():
                self._fold_others(<const uint8_t*>PyUnicode_DATA(text), size, to + 1, beyond)
        elif kind == PyUnicode_2BYTE_KIND:
            _fold(<const uint16_t*>PyUnicode_DATA(text), size, to + 1)
            self._fold_others(<const uint16_t*>PyUnicode_DATA(text), size, to + 1, beyond)
        else:
            _fold(<const uint32_t*>PyUnicode_DATA(text), size, to + 1)
            self._fold_others(<const uint32_t*>PyUnicode_DATA(text), size, to + 1, beyond)
        return folded, "".join(beyond)

    cdef int _fold_others(self, const Letter* text, Py_ssize_t size, unsigned char* to, list beyond) except -1:
        """Put the bytes of all that is not ASCII right, and add it to `beyond`."""
        cdef Py_ssize_t n, begin, end
        cdef Py_UCS4 letter
        for begin in range(0, size, BLOCK):  # most have none
            end = min(begin + BLOCK, size)
            if _all_ascii(text, begin, end):
                continue
            for n in range(begin, end):
                if text[n] > LAST_ASCII:
                    letter = text[n]
                    beyond.append(letter)
                    if not self._bytes[letter]:
                        self._bytes[letter] = self._byte_of(letter)
                    to[n] = self._bytes[letter]
        return 0


cdef void _fold(const Letter* text, Py_ssize_t size, unsigned char* to) noexcept nogil:
    """Fold what is ASCII. Without a branch, so that a processor does many at once."""
    cdef Py_ssize_t n
    for n in range(size):
        to[n] = _small(<uint8_t>text[n])


cdef inline bint _all_ascii(const Letter* text, Py_ssize_t begin, Py_ssize_t end) noexcept nogil:
    """Tell it without a branch, too."""
    cdef Py_ssize_t n
    cdef Letter bits = 0
    for n in range(begin, end):
        bits |= text[n]
    return bits <= LAST_ASCII


cdef inline unsigned char _small(unsigned char letter) noexcept nogil:
    """Return an ASCII letter in lower case, a digit, or a space."""
    cdef unsigned char small = letter | TO_SMALL
    cdef bint is_letter = <unsigned char>(small - c"a") < 26
    cdef bint is_digit = <unsigned char>(letter - c"0") < 10
    return small if is_letter else letter if is_digit else SPACE


@final
cdef class Counter:
    cdef uint64_t* _words  # 0: none
    cdef int _bits  # of a hash, which tell the slot: more than twice as many as words

    def __cinit__(self, words):
        cdef uint64_t number
        self._bits = max(3, (2 * len(words)).bit_length())
        self._words = <uint64_t*>calloc(1 << self._bits, sizeof(uint64_t))
        if self._words is NULL:
            raise MemoryError
        for word in words:
            number = int.from_bytes(word[-LETTERS:], "big")
            self._words[self._slot(number)] = number

    def __dealloc__(self):
        free(self._words)

    def count(self, bytes text not None):
        """Return how many words `text` has, and how many of those are listed."""
        cdef const unsigned char* letters = <const unsigned char*>PyBytes_AS_STRING(text)
        cdef Py_ssize_t n, size = PyBytes_GET_SIZE(text)
        cdef int words = 0, listed = 0
        cdef uint64_t word = 0  # its last letters
        for n in range(size + 1):
            if n < size and letters[n] != SPACE:
                word = word << 8 | letters[n]
            elif word:
                words += 1
                listed += self._words[self._slot(word)] == word
                word = 0
        return words, listed

    cdef inline int _slot(self, uint64_t word) noexcept nogil:
        """Return where `word` stands, or where it would."""
        cdef int at = <int>(word * <uint64_t>0x9E3779B97F4A7C15 >> (64 - self._bits))
        while self._words[at] and self._words[at] != word:
            at = (at + 1) & ((1 << self._bits) - 1)
        return at


cpdef str word_before(str text, Py_ssize_t start):
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* letters = PyUnicode_DATA(text)
    cdef Py_ssize_t least = max(0, start - WINDOW), begin, end = start - 1
    if not 2 <= start <= len(text) or PyUnicode_READ(kind, letters, end) != SPACE:
        return ""
    if PyUnicode_READ(kind, letters, end - 1) in u" \n":
        return ""
    while end > least and PyUnicode_READ(kind, letters, end - 1).isspace():
        end -= 1
    begin = end
    while begin > least and not PyUnicode_READ(kind, letters, begin - 1).isspace():
        begin -= 1
    while begin < end and _is_quote(PyUnicode_READ(kind, letters, begin)):
        begin += 1
    return PyUnicode_Substring(text, begin, end)


cpdef str word_after(str text, Py_ssize_t end):
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* letters = PyUnicode_DATA(text)
    cdef Py_ssize_t begin = end + 1, most = min(end + WINDOW, len(text))
    if not 0 <= end < len(text) or PyUnicode_READ(kind, letters, end) != SPACE:
        return ""
    end = begin
    while end < most and PyUnicode_READ(kind, letters, end) not in u" \n":
        end += 1
    while begin < end and _is_ending(PyUnicode_READ(kind, letters, begin)):
        begin += 1
    while begin < end and _is_ending(PyUnicode_READ(kind, letters, end - 1)):
        end -= 1
    if (
        end - begin > 1
        and PyUnicode_READ(kind, letters, end - 2) == u"'"
        and PyUnicode_READ(kind, letters, end - 1) == u"s"
    ):
        end -= 2
    return PyUnicode_Substring(text, begin, end)


cdef inline bint _is_quote(Py_UCS4 letter) noexcept nogil:
    return letter in u"\"'“”(["


cdef inline bint _is_ending(Py_UCS4 letter) noexcept nogil:
    return _is_quote(letter) or letter in u".,;:!?)]"


@final
cdef class Origin:
    def __cinit__(self, tuple parts not None, offsets=None):
        cdef Py_ssize_t n, at = 0
        self._parts = parts
        self._offsets = offsets
        self._count = len(parts)
        self._starts = <Py_ssize_t*>malloc((self._count + 1) * sizeof(Py_ssize_t))
        if self._starts is NULL:
            raise MemoryError
        for n in range(self._count):
            self._starts[n] = at
            at += len(<str?>parts[n]) + 1
        self._starts[self._count] = at

    def __dealloc__(self):
        free(self._starts)

    cpdef Py_ssize_t start(self, Py_ssize_t part):
        cdef Py_ssize_t start = self._starts[min(part, self._count)]
        return start if self._offsets is None else bisect_left(self._offsets, start)

    def place(self, Py_ssize_t start, Py_ssize_t end):
        cdef Py_ssize_t n = self._part(&start, &end)
        return _place(n, start, end), PyUnicode_Substring(self._parts[n], start, end)

    cpdef mention(self, Py_ssize_t start, Py_ssize_t end, str kind, str rule):
        cdef Py_ssize_t n = self._part(&start, &end)
        words = PyUnicode_Substring(self._parts[n], start, end)
        return Mention(place=_place(n, start, end), text=words, kind=kind, rule=rule)

    cdef Py_ssize_t _part(self, Py_ssize_t* start, Py_ssize_t* end) except -1:
        """Return the part in which a span of the text stands; make the span one of that part."""
        cdef Py_ssize_t first = 0, last = self._count, middle
        if self._offsets is not None:
            start[0], end[0] = self._offsets[start[0]], self._offsets[end[0]]
        while last - first > 1:
            middle = (first + last) // 2
            if self._starts[middle] <= start[0]:
                first = middle
            else:
                last = middle
        start[0] -= self._starts[first]
        end[0] -= self._starts[first]
        return first


cdef inline object _place(Py_ssize_t part, Py_ssize_t start, Py_ssize_t end):
    return Place(part - 1 if part else None, start, end)
