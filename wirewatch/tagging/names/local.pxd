# What C may take for granted of `local.py` where it is compiled. Functions asked of most names stand here; others
# are called as Python does.

cdef class Beside:
    cdef readonly str text
    cdef readonly Py_ssize_t start
    cdef readonly Py_ssize_t end
    cdef readonly str before
    cdef readonly str after

cpdef Beside beside(str text, Py_ssize_t start, Py_ssize_t end)
cpdef str word_after(str text, Py_ssize_t end)
cpdef str word_before(str text, Py_ssize_t start)
cpdef str two_before(Beside m)
cpdef str two_after(Beside m)
cpdef bint us_place(Beside m)
cpdef bint person(Beside m)
cpdef bint named_after_place(Beside m)
cpdef bint called(Beside m)
cpdef bint club(Beside m)
cpdef bint team(Beside m)
