# What C may take for granted of `sense.py` where it is compiled.

cimport cython

@cython.no_gc  # an actor knows nothing of what its names may mean
cdef class Sense:
    cdef readonly object actor
    cdef readonly str kind
    cdef readonly frozenset forms
    cdef readonly frozenset needs
    cdef readonly frozenset unless
    cdef readonly bint contextual
    cdef readonly tuple local
    cdef readonly tuple titles
    cdef readonly tuple offices
    cdef readonly tuple all_offices
    cdef readonly bint common
    cdef readonly object told_by
    cdef readonly bint by_verb
