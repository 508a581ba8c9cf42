# What C may take for granted of `meaning.py` where it is compiled.

cdef class Meaning:
    cdef readonly tuple certain
    cdef readonly tuple senses
    cdef readonly Py_ssize_t phase
