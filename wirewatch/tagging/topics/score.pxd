# What C may take for granted of `score.py` where it is compiled.

cimport cython

from wirewatch.tagging.text._text cimport Origin
from wirewatch.tagging.text.fold cimport Text

cdef class TopicScorer:
    cdef object _topics
    cdef object _events
    cdef object _denials
    cdef Py_ssize_t _first_event
    cdef list _weights
    cdef list _company
    cdef object _weigher
    cdef dict _names
    cdef object _above
    cdef object _played
    cdef object _happens
    cdef object _of_denied
    cdef object _but_denied

    cdef list _told_events(self, Text text, scan, found)
    cdef list _all_events(self, Text text, found)
    cdef list _but_what_is_denied(self, Text text, scan, found)
    @cython.locals(origin=Origin, start=Py_ssize_t, end=Py_ssize_t)
    cdef list _tags(self, Text text, list told)
    cdef list _broader(self, list direct)

cdef list _best_first(list ranked)
