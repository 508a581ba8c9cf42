# What C may take for granted of `titles.py` where it is compiled.

cimport cython

from wirewatch.tagging.names.found cimport Found
from wirewatch.tagging.text._text cimport word_after, word_before

cdef class TitleResolver:
    cdef object _offices
    cdef readonly object phrases

    @cython.locals(one=Found, body=Found)
    cpdef list resolve(self, str text, matches, found, day, rejected=*)
    cdef _holder(self, str text, Found body, str title, day)

cdef Found _body_before(str text, Py_ssize_t start, dict ends)
cdef Found _body_after(str text, Py_ssize_t end, dict starts)
