# What C may take for granted of `score.py` where it is compiled.

cimport cython

from wirewatch.tagging.names.found cimport Found
from wirewatch.tagging.text._text cimport Origin
from wirewatch.tagging.text.fold cimport Text

@cython.freelist(64)
cdef class _Met:
    cdef object actor
    cdef str id
    cdef Py_ssize_t first
    cdef bint headline
    cdef bint lead
    cdef bint named
    cdef double score
    cdef object salience
    cdef list mentions

    @cython.locals(count=Py_ssize_t, often=double, score=double)
    cdef _Met rated(self, Py_ssize_t length)
    cdef tag(self, list beneath)

cdef class ActorScorer:
    cdef object _actors
    cdef dict _ancestors
    cdef object _by_office

    @cython.locals(one=_Met, via=dict)
    cpdef tuple tags(self, Text text, found, day)
    cdef _rolled_up(self, str actor_id, list those, salience)
    cdef _ancestors_at(self, str actor_id, day)

@cython.locals(origin=Origin, one=Found, start=Py_ssize_t, lead=Py_ssize_t, body=Py_ssize_t, known=_Met)
cdef list _met(Text text, found)
@cython.locals(one=_Met, headline=bint, lead=bint, count=Py_ssize_t, score=double)
cdef _together(list those)
@cython.locals(one=_Met)
cdef tuple _ids(list those)
cdef list _most_salient_first(list ranked)
