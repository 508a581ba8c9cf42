# What C may take for granted of `fold.py` where it is compiled.

from wirewatch.tagging.text._text cimport Origin as OriginInC

cdef class Text:
    cdef readonly bytes folded
    cdef readonly frozenset beyond
    cdef readonly str plain
    cdef readonly OriginInC origin
