# What C may take for granted of `resolver.py` where it is compiled: a class has there what stands here, no more.

cimport cython

from wirewatch.tagging.names.found cimport Found
from wirewatch.tagging.names.local cimport Beside, beside, capitalised
from wirewatch.tagging.names.meaning cimport Meaning
from wirewatch.tagging.names.sense cimport Sense
from wirewatch.tagging.text.dateline cimport dateline_of

cdef class Resolver:
    cdef object _senses
    cdef dict _meanings

    cdef Meaning _meaning(self, item)
    @cython.locals(document=_Document, meaning=Meaning, phase=Py_ssize_t)
    cpdef list resolve(self, str text, matches, context, day, rejected=*)

cdef class _Document:
    cdef readonly list found
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
    cdef Py_ssize_t _dateline_begin
    cdef Py_ssize_t _dateline_end

    cdef bint in_dateline(self, Py_ssize_t start)
    @cython.locals(sense=Sense)
    cpdef decide(self, match, senses)
    cdef tuple _verdict(self, match, Sense sense)
    cdef tuple _by_words_beside(self, match, Sense sense)
    cdef tuple _as_metonym(self, Beside mention, item, Sense sense)
    cdef tuple _in_context(self, item, Sense sense, Py_ssize_t support=*)
