# What compiled modules may call in C.

cpdef str word_before(str text, Py_ssize_t start)
cpdef str word_after(str text, Py_ssize_t end)
