# What C may take for granted of `holders.py` where it is compiled: a class has there what stands here, no more.

cdef class Holders:
    cdef str _text
    cdef object _day
    cdef object _bodies
    cdef object _waiting
    cdef set _others
    cdef set _met
    cdef set _states
    cdef set _starts
    cdef set _places
    cdef set _seats
    cdef bint _abroad
    cdef set _headed
    cdef bint _official_met
    cdef set _ends
    cdef set _people
    cdef dict _borne
    cdef dict _said
    cdef object _match
