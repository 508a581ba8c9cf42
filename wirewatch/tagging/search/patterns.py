"""The phrases an automaton looks for, and how they become its tables."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from wirewatch.tagging.text.fold import spaced


class Family(IntEnum):
    """Whose phrase it is. Families never hide one another's matches."""

    ACTOR = 0
    CONTEXT = 1
    TOPIC = 2
    PHRASE = 3
    TITLE = 4


SEVERAL = 2 * len(Family)
"""Beyond the kinds of patterns, which are two a family: the kind of a text that several share."""


class Spelling(msgspec.Struct, frozen=True, gc=False):
    """How a phrase must be written to count: as one of `forms`, or in capitals where that counts too."""

    forms: tuple[str, ...]
    capitals: bool


class Pattern(msgspec.Struct, frozen=True, gc=False):
    """A folded phrase of a family. `item`: the family's own number.

    `prefix`: the word may go on after it. `inside`: it may begin and end within words.
    `spelling`: how it is written, when case counts.
    """

    text: str
    prefix: bool
    family: Family
    item: int
    spelling: Spelling | None = None
    inside: bool = False


class Look(IntEnum):
    """What of the words that stand there has to be looked at."""

    NOTHING = 0
    WORDS = 1
    """What is no letter or digit, and letters that share a byte."""
    FORM = 2
    """They are as written."""
    FORM_OR_CAPITALS = 3


class Shape(NamedTuple):
    """What to do with a match, the same for many patterns."""

    before: int
    """Code points of the match before the words, less the one that the text has at its start."""
    after: int
    goes_on: bool
    """The words end where the word does in which the pattern ends."""
    look: Look


USUAL = Shape(before=0, after=2, goes_on=False, look=Look.NOTHING)
"""A word by itself, a space on either side, in any case: every other match is of one."""


class Tables(msgspec.Struct, frozen=True, gc=False):
    """What finds distinct texts, and by the number of a pattern all that a match of it needs.

    Patterns are numbered as their texts are; of texts that several share, `of_text` has their
    numbers, the further ones beyond all texts. Flat: a match touches few cache lines, and a hundred thousand
    patterns take little and are read from a file at once. Numbers stand in them as `array` has them.
    """

    index: bytes
    """What the texts are searched with: of the loops that it was made for."""
    kinds_of_texts: bytes
    of_text: dict[int, list[int]]
    kinds: bytes
    """Twice the family, and one more for the usual shape."""
    shapes: list[Shape]
    shape_of: bytes
    items: bytes
    written: str
    """How the patterns are written, one after the other."""
    ends: bytes
    """Where each begins in `written`, and where the last one ends."""


def tables_of(given: Iterable[Pattern], index: Callable[[Sequence[bytes]], bytes]) -> Tables:
    """Return the tables of these patterns; `index` makes of texts what they are searched with."""
    # A phrase that counts in several spellings is as many patterns; they can't match in one place.
    by_text: dict[bytes, list[tuple[Pattern, Shape]]] = {}
    for pattern in (one for several in given for one in _each_form(several)):
        text, shape = _bounded(pattern)
        by_text.setdefault(text, []).append((pattern, shape))
    numbered = [patterns[0] for patterns in by_text.values()]
    of_text: dict[int, list[int]] = {}
    for number, patterns in enumerate(by_text.values()):
        if len(patterns) > 1:
            more = range(len(numbered), len(numbered) + len(patterns) - 1)
            of_text[number] = [number, *more]
            numbered += patterns[1:]
    shapes: dict[Shape, int] = {}
    kinds = bytes(2 * pattern.family + (shape == USUAL) for pattern, shape in numbered)
    written = [p.spelling.forms[0] if p.spelling else p.text for p, _ in numbered]
    ends = array("I", [0])
    for form in written:
        ends.append(ends[-1] + len(form))
    return Tables(
        index=index(list(by_text)),
        kinds_of_texts=bytes(
            SEVERAL if number in of_text else kind for number, kind in enumerate(kinds[: len(by_text)])
        ),
        of_text=of_text,
        kinds=kinds,
        shape_of=array("H", (shapes.setdefault(shape, len(shapes)) for _, shape in numbered)).tobytes(),
        shapes=list(shapes),
        items=array("i", (pattern.item for pattern, _ in numbered)).tobytes(),
        written="".join(written),
        ends=ends.tobytes(),
    )


def _each_form(pattern: Pattern) -> Iterable[Pattern]:
    if pattern.spelling is None or len(pattern.spelling.forms) == 1:
        return (pattern,)
    first, *others = pattern.spelling.forms
    return (
        replace(pattern, spelling=Spelling((first,), pattern.spelling.capitals)),
        *(replace(pattern, spelling=Spelling((form,), capitals=False)) for form in others),
    )


def _bounded(pattern: Pattern) -> tuple[bytes, Shape]:
    """Return what the automaton looks for, and what to do with it where it stands.

    A boundary is needed only beside a letter or digit.
    """
    text, prefix, inside = pattern.text, pattern.prefix, pattern.inside
    before = text[0].isalnum() and not inside
    word_last = text[-1].isalnum()
    after = word_last and not (prefix or inside)
    shape = Shape(before - 1, after + 1, prefix and word_last, _look(pattern))
    return b"%b%b%b" % (b" " if before else b"", spaced(text), b" " if after else b""), shape


def _look(pattern: Pattern) -> Look:
    if pattern.spelling:
        return Look.FORM_OR_CAPITALS if pattern.spelling.capitals else Look.FORM
    return Look.NOTHING if pattern.text.isalnum() and pattern.text.isascii() else Look.WORDS
