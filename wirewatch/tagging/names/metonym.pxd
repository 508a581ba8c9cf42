# What C may take for granted of `metonym.py` where it is compiled.

from wirewatch.tagging.names.local cimport Beside, among_capitals, beside, capitalised, two_before

cpdef metonym(Beside m)
cdef _metonym(Beside m)
cdef bint _together(Beside m)
cdef bint _dealt_with(Beside m)
cdef bint _of_a_player(Beside m, str dealing)
cdef bint _owned_by_a_state(Beside m)
