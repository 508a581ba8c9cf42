# What compiled modules may call in C.

cdef class Origin:
    cdef tuple _parts
    cdef object _offsets
    cdef Py_ssize_t* _starts  # of the parts, and one past the text
    cdef Py_ssize_t _count

    cpdef Py_ssize_t start(self, Py_ssize_t part)
    cpdef mention(self, Py_ssize_t start, Py_ssize_t end, str kind, str rule)
    cdef Py_ssize_t _part(self, Py_ssize_t* start, Py_ssize_t* end) except -1

cpdef str word_before(str text, Py_ssize_t start)
cpdef str word_after(str text, Py_ssize_t end)
