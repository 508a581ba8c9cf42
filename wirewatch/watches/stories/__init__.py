"""The stories of a watch: which article belongs to which, what is kept of them, and when one is told.

`index` decides, `finder` looks up what is worth comparing (see wirewatch.watches.likeness), `entries` is how
a story is stored.
"""
