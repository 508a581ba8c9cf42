"""The words one space before and after a place in the plain text, which tell most of a name."""

from collections.abc import Callable
from typing import Final

from wirewatch.tagging.text import in_c

WINDOW: Final = 24
"""Code points either side that are looked at."""
QUOTES: Final = "\"'“”(["
ENDINGS: Final = QUOTES + ".,;:!?)]"


def word_before_in_python(text: str, start: int) -> str:
    """Return the word that ends one space before `start`, or an empty string."""
    if start < 2 or text[start - 1] != " ":
        return ""
    words = text[start - WINDOW if start > WINDOW else 0 : start - 1].rsplit(None, 1)
    return words[-1].lstrip(QUOTES) if words and text[start - 2] not in " \n" else ""


def word_after_in_python(text: str, end: int) -> str:
    """Return the word that begins one space after `end`, or an empty string."""
    if text[end : end + 1] != " ":
        return ""
    space = text.find(" ", end + 1, end + WINDOW)
    line = text[end + 1 : end + WINDOW if space < 0 else space].partition("\n")[0]
    return line.strip(ENDINGS).removesuffix("'s")


# The same, in C where that is compiled.
word_before: Callable[[str, int], str] = in_c.word_before if in_c else word_before_in_python
word_after: Callable[[str, int], str] = in_c.word_after if in_c else word_after_in_python
