# What C may take for granted of `local.py` where it is compiled. Functions asked of most names stand here; others
# are called as Python does.

cimport cython

from wirewatch.tagging.text._text cimport word_after, word_before

@cython.freelist(16)
cdef class Beside:
    cdef readonly str text
    cdef readonly Py_ssize_t start
    cdef readonly Py_ssize_t end
    cdef readonly str before
    cdef readonly str after

cpdef bint capitalised(str word)
cpdef Beside beside(str text, Py_ssize_t start, Py_ssize_t end)
cpdef str two_before(Beside m)
cpdef str two_after(Beside m)
cpdef bint us_place(Beside m)
cpdef bint person(Beside m)
cpdef bint named_after_place(Beside m)
cpdef bint called(Beside m)
cpdef bint club(Beside m)
cpdef bint team(Beside m)
cpdef bint named_after(Beside m)
cpdef bint among_capitals(Beside m)
cpdef bint capitals(Beside m)
cpdef bint language_or_food(Beside m)
cpdef bint source(Beside m)
cpdef bint given_name(Beside m)
cdef str _capital(Beside m)
cdef bint _aged(Beside m)
cdef bint _befallen(Beside m)
cdef bint _contest(Beside m)
cdef bint _of_the_state(Beside m)
cdef bint _traded(Beside m)
cdef bint _two_of_them(Beside m)
