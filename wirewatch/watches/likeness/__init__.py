"""How alike two articles are: a `fingerprint` is kept of a text, and two have a `similarity`.

`terms` are the words of title and lead (`opening`) that tell one event from another, `words` those of the
whole text; `particulars` tell two events apart that are told in the same words.
"""
