"""Text as people read it: lines without what must not reach a terminal, and numbers with their noun."""

import re
import unicodedata

_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cs"})
_BREAKS = dict.fromkeys(map(ord, "\n\r\t\u2028\u2029"), " ")
_SPACE = re.compile(r"\s+")


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one blank, and no control characters.

    Nor soft hyphens and blanks of no width: they are there for typesetting, and would part a name or phrase.
    Articles end up on terminals; an escape sequence in a headline must not.
    """
    line = _SPACE.sub(" ", text.replace("\u00ad", "").replace("\u200b", ""))
    if not line.isprintable():
        line = "".join(c for c in line if unicodedata.category(c) != "Cc")
    return line.strip()


def printable(text: str, *, keep: str = "") -> str:
    """Return `text` without control, format and surrogate characters, but those of `keep`: for what shows it.

    Format characters turn text round or hide it; in an article's own text they stay: some scripts need them.
    """
    if text.isprintable():
        return text
    return "".join(c for c in text if c in keep or unicodedata.category(c) not in _NEVER_SHOWN)


def printable_line(text: str) -> str:
    """Return `text` on one line and printable, the blanks in it kept: for what shows it."""
    return printable(text.translate(_BREAKS))


def count(number: float, what: str) -> str:
    """Return `number` with `what` in the singular or the plural."""
    return f"{number:,.0f} {what}{'' if number == 1 else 's'}"
