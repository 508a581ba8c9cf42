# What C may take for granted of `cut.py` where it is compiled.

cimport cython

from wirewatch.tagging.names.found cimport Found

cdef class CutNames:
    cdef dict _others
    cdef frozenset _paired

    @cython.locals(one=Found)
    cpdef list resolve(self, str text, found)
