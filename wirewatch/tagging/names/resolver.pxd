# What C may take for granted of `resolver.py` where it is compiled: a class has there what stands here, no more.

from wirewatch.tagging.names.found cimport Found
from wirewatch.tagging.names.local cimport Beside, beside

cdef class _Document:
    cdef readonly list found
    cdef readonly object dateline
    cdef readonly set namesakes
    cdef str _text
    cdef object _ask_context
    cdef object _context
    cdef object _day
    cdef list _rejected
    cdef set _persons
    cdef dict _beside
    cdef dict _named
    cdef dict _bodies

    cpdef decide(self, match, senses)
    cdef tuple _verdict(self, match, sense)
    cdef tuple _by_words_beside(self, match, sense)
    cdef tuple _as_metonym(self, mention, item, sense)
    cdef tuple _in_context(self, item, sense, support=*)
