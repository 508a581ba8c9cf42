# What C may take for granted of `resolver.py` where it is compiled.

from wirewatch.tagging.names.local cimport Beside

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
    cdef set _ends
    cdef dict _bodies
    cdef object _states
    cdef set _places
    cdef bint _abroad
    cdef bint _led
    cdef set _people
    cdef dict _borne

    cpdef decide(self, match, senses)
    cdef tuple _verdict(self, match, sense)
    cdef tuple _by_words_beside(self, match, sense)
    cdef tuple _as_metonym(self, mention, item, sense)
    cdef tuple _in_context(self, item, sense, support=*)
