"""What stands for words as they were said: terms that headlines meet, near each other where they were."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from wirewatch.watches.language.terms import MIN_PREFIX
from wirewatch.watches.language.tree import Any, Link, Near, Node, Term

CAPITALS = re.compile(r"\b[A-Z][^\W_]*(?: [A-Z][^\W_]*)*")
# Of an English word, so that strike* stands for "strikes" and crash* for "crashes"; never of a short one.
PLURAL: Final = re.compile(r"(?<=\w{3})(?:ies|(?<=sh|ch|ss)es|(?<=[xz])es|(?<![siu])s)$")
_APART: Final = 5
"""Words between those said in a row: a leak in the main pipeline, for `pipeline leak`."""
_SHORT: Final = 4
"""Letters of a word that too many others begin with."""

_SAY_FOR: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("assassination",): ("assassinat",),
    ("bird flu", "avian flu", "H5N1", "h5n1"): ("bird flu", "avian flu", "avian influenza", "H5N"),
    ("bombing",): ("bomb",),
    ("ceasefire", "truce"): ("ceasefire", "cease-fire", "truce"),
    ("derailment",): ("derail",),
    ("earthquake", "quake"): ("earthquake", "quake", "tremor"),
    ("eruption",): ("erupt",),
    ("flooding",): ("flood",),
    ("invasion",): ("invasion", "invade", "invading"),
    ("layoff",): ("layoff", "lay-off", "job cut", "redundanc"),
    ("migration",): ("migration", "migrant", "immigra"),
    ("plane",): ("plane", "airliner", "aircraft", "jet"),
    ("violence",): ("violen",),
    ("wildfire",): ("wildfire", "bushfire", "forest fire"),
}
"""What headlines say for a word: how others that mean the same begin."""
_ALSO: Final = {word: said for words, said in _SAY_FOR.items() for word in words}

LITTLE_ABROAD: Final = frozenset({
    "am", "auf", "aus", "bei", "beim", "das", "dem", "den", "der", "des", "ein", "eine", "einer",
    "eines", "für", "gegen", "im", "mit", "nach", "über", "um", "vom", "von", "vor", "zu", "zum", "zur",
    "zwischen", "au", "aux", "avec", "dans", "de", "du", "en", "la", "le", "les", "par", "pour", "sous",
    "sur", "un", "une", "con", "del", "el", "las", "los", "por", "para",
})  # fmt: skip
"""Little words of German, French and Spanish that are no English ones."""

Known = Callable[[str], bool]
"""Tells whether words are often said together: `central bank`."""


def in_a_row(words: Sequence[str], known: Known, *, begins: bool = False) -> Node:
    """Return what words that follow each other stand for; where they begin, a plural may have a capital."""
    parts = list(dict.fromkeys(_parts(words, known, begins=begins)))
    if len(parts) > 1:
        return Near(tuple(parts), (Link(_APART),) * (len(parts) - 1))
    return parts[0][0] if len(parts[0]) == 1 else Any(parts[0])


def _parts(words: Sequence[str], known: Known, *, begins: bool) -> Iterator[tuple[Term, ...]]:
    at = 0
    while at < len(words):
        if words[at] in LITTLE_ABROAD and len(words) > 1:
            at += 1
            continue
        end = _end_of_name(words, at, begins=begins and at == 0) or _end_of_phrase(words, at, known)
        yield _part(words[at:end], begins=begins and at == 0)
        at = end


def _end_of_name(words: Sequence[str], at: int, *, begins: bool) -> int | None:
    """Return where the capitals that begin at `at` end; None where none do."""
    end = at
    while end < len(words) and words[end][0].isupper() and not (begins and end == at and _plain(words[at])):
        end += 1
    return end if end > at else None


def _end_of_phrase(words: Sequence[str], at: int, known: Known) -> int:
    ends = range(len(words), at + 1, -1)
    return next((end for end in ends if known(" ".join(words[at:end]))), at + 1)


def _part(words: Sequence[str], *, begins: bool) -> tuple[Term, ...]:
    """Return what stands for a phrase, a name or a word; of a short word both numbers: port* is Portugal."""
    last = words[-1]
    first = begins and len(words) == 1 and _plain(last)
    if also := _ALSO.get(" ".join((*words[:-1], PLURAL.sub("", last)))):
        return tuple(Term("text", word, prefix=True) for word in also)
    if not (last.isalpha() and (last.islower() or first) and len(last) > MIN_PREFIX):
        return (Term("text", " ".join(words)),)
    one = PLURAL.sub("", last)
    if len(words) == 1 and len(one) <= _SHORT:
        plural = f"{one}{'es' if one.endswith(('s', 'x', 'z', 'ch', 'sh')) else 's'}"
        return tuple(Term("text", word) for word in dict.fromkeys((one, last if last != one else plural)))
    return (Term("text", " ".join((*words[:-1], one)), prefix=True),)


def _plain(word: str) -> bool:
    """Tell whether a word with a capital is no name: `Floods`."""
    return word.istitle() and PLURAL.search(word) is not None
