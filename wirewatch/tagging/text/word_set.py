"""Words as lists of them are written."""


def word_set(listed: str) -> frozenset[str]:
    """Return the words of `listed`, which blanks part."""
    return frozenset(listed.split())
