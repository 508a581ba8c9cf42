"""How alike two articles are: a `fingerprint` is kept of a text, and two have a `similarity`.

`terms` are the words of title and lead that tell one event from another, `words` those of the whole text.
"""
