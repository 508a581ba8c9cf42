# What C may take for granted of `dateline.py` where it is compiled.

cpdef dateline_of(str text)
cdef _with_agency(str text, Py_ssize_t start)
