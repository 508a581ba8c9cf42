# What C may take for granted of `found.py` where it is compiled.

cimport cython

@cython.freelist(64)
@cython.no_gc  # an actor knows nothing of where it is found
cdef class Found:
    cdef readonly Py_ssize_t start
    cdef readonly Py_ssize_t end
    cdef readonly object actor
    cdef readonly str kind
    cdef readonly str rule
