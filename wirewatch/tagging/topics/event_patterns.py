"""Patterns of events, who does what to whom, as `config/topics.yaml` writes them: `<state> invades <state>`.

So event coders find them (KEDS, TABARI, PETRARCH): by verbs, and the sort of actor before and after. A
headline is matched with each actor's name written as the letter of its class, as often as it is long.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from wirewatch.tagging.text.fold import fold
from wirewatch.tagging.text.word_set import word_set
from wirewatch.tagging.text.words import SMALL_IN_HEADLINES

CLASSES: Final[Mapping[str, str]] = {
    name: chr(0xE000 + n)  # for private use: texts have none
    for n, name in enumerate(
        [
            "state",
            "capital",
            "place",
            "leader",
            "commander",
            "executive",
            "group",
            "organisation",
            "agency",
            "company",
        ]
    )
}
"""The letter of each class of actors: a commander is a person of an armed group, an executive of a
company, a leader any other; a capital is a place too."""
FEW: Final = 3
"""Words that `...` lets pass, at most."""

_GAP = rf"(?: [\w'{''.join(CLASSES.values())}-]+){{0,{FEW}}}?"
_NO_STOP = (
    r"(?!(?:about|after|against|ahead|amid|and|as|at|before|behind|but|by|during|for|from|how|in|into|no|of|off|on"
    r"|or|over|than|to|under|until|what|when|where|who|why|while|with|\w+ing)(?![\w'-]))"
)
_NEAR = rf"(?: {_NO_STOP}[\w'{''.join(CLASSES.values())}-]+){{0,{FEW}}}?"
CLAUSE_END: Final = r"(?=$|[,;:.?!]| [\u2013\u2014-])"
"""What `$` stands for."""
_WHOSE = "(?:'s?)?"
_ENDS = r"(?![\w-])"
_IN_EVERY_OTHER = word_set("a an and as at by for in of on or the to")
"""Words of so many headlines that a pattern is looked for by any other it has: `<head> and <head> meet`."""
_ELEMENT = re.compile(r"<([^<>()]*)>('s)?|\(([^<>()]*)\)|([^\s<>()]+)")


class EventPattern(msgspec.Struct, frozen=True):
    """As it is written, as a regular expression, and the words of which every match has one.

    The expression is for folded text and begins with the space before the first word.
    """

    text: str
    regex: str
    words: tuple[str, ...]


def event_pattern(text: str, lists: Mapping[str, Sequence[EventPattern]]) -> EventPattern:
    """Return the pattern that is written so; `lists` has what a name in it may stand for beside a class.

    Raises ValueError, saying what is wrong.
    """
    pattern = listed_pattern(text, lists)
    if not pattern.words:
        raise ValueError("needs a word that is always there, without a *: it is looked for by that")
    return pattern


def listed_pattern(text: str, lists: Mapping[str, Sequence[EventPattern]]) -> EventPattern:
    """Return what an entry of a list stands for, which may go without words. Raises ValueError."""
    regex = ""
    words: tuple[str, ...] = ()
    for one, those in _elements(text, lists):
        regex += one
        if those and _rarity(those) > _rarity(words):
            words = those
    return EventPattern(text, regex, words)


def any_of(patterns: Sequence[EventPattern], then: str = "") -> re.Pattern[str]:
    """Return what finds the first of these patterns, and `then`, in a text with a space before it."""
    return re.compile(f"(?:{'|'.join(dict.fromkeys(one.regex for one in patterns))}){_ENDS}{then}")


def _elements(
    text: str, lists: Mapping[str, Sequence[EventPattern]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the expression of each element, and the words of which it has one; () where it need not."""
    at = 0
    for found in _ELEMENT.finditer(text):
        if text[at : found.start()].strip():
            break
        at = found.end()
        named, whose, choice, word = found.groups()
        if named is not None:
            regex, words = _named(named, lists)
            yield regex + (_WHOSE if whose else ""), words
        elif choice is not None:
            yield _choice(choice.split("|"))
        elif word == "...":
            yield _GAP, ()
        elif word == "..":
            yield _NEAR, ()
        elif word == "$":
            yield CLAUSE_END, ()
        else:
            yield _choice([word])
    if text[at:].strip():
        raise ValueError("write an actor as <state>, a choice as (one|another), neither within the other")


def _rarity(words: Sequence[str]) -> tuple[int, int]:
    """Return how rare any of the words is: none that stands between others (`after`), long ones, and few."""
    told = [
        0 if word in SMALL_IN_HEADLINES else 1 if word in _IN_EVERY_OTHER else len(word) for word in words
    ]
    return min(told, default=0), -len(words)


def _named(names: str, lists: Mapping[str, Sequence[EventPattern]]) -> tuple[str, tuple[str, ...]]:
    letters = ""
    patterns: list[EventPattern] = []
    for name in map(str.strip, names.split("|")):
        if name in CLASSES:
            letters += CLASSES[name] + (CLASSES["capital"] if name == "place" else "")
        elif name in lists:
            patterns += lists[name]
        else:
            known = (*CLASSES, *lists)
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean <{close[0]}>?" if close else f"there are {', '.join(known)}"
            raise ValueError(f"<{name}> is neither a class of actors nor a list of words; {hint}")
    ways = ([f" (?:{'|'.join(f'{c}++' for c in letters)})"] if letters else []) + [p.regex for p in patterns]
    all_have = not letters and all(pattern.words for pattern in patterns)
    words = tuple(dict.fromkeys(word for p in patterns for word in p.words)) if all_have else ()
    return f"(?:{'|'.join(ways)})", words


def _choice(phrases: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return what a word, or any of a choice, stands for: "" among them may be left out."""
    several = [fold(" ".join(phrase.split())) for phrase in phrases]
    ways = "|".join(_phrase(phrase) for phrase in several if phrase)
    if not ways:
        raise ValueError("there is nothing to choose from in ()")
    if any("*" in phrase[:-1] for phrase in several):
        raise ValueError("a * stands at the end only")
    if "" in several:
        return f"(?:{ways})?", ()
    words = [
        max(
            (word for word in phrase.split() if not word.endswith("*") and "#" not in word),
            key=len,
            default="",
        )
        for phrase in several
    ]
    return f"(?:{ways})", tuple(dict.fromkeys(words)) if all(words) else ()


def _phrase(phrase: str) -> str:
    words = re.escape(phrase.removesuffix("*")).replace(r"\ ", " ").replace(r"\#", r"\d[\d,.]*")
    return f" {words}" + (r"[\w'-]*" if phrase.endswith("*") else r"(?![\w'-])")
