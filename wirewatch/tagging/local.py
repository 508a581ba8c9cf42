"""Local rules: what the words beside a mention say about it. Each looks at a few words only."""

import re
from collections.abc import Callable

from wirewatch.tagging import words
from wirewatch.tagging.actors import Actor, Alias

LocalRule = Callable[[str, int, int], str | None]
"""Takes the plain text and a span; returns the name of the reason that rules the mention out, or None."""

_WINDOW = 40  # code points either side: the longest word of the lists, twice
_BEFORE = re.compile(r"([\w.'-]+) $")
_AFTER = re.compile(r" ([\w'-]+)")
_AFTER_COMMA = re.compile(r", ([\w]+)")
_INITIAL = re.compile(r"^[A-Z]\.$")


def word_before(text: str, start: int) -> str:
    """Return the word that ends one space before `start`, or an empty string."""
    if start < 2 or text[start - 1] != " ":
        return ""
    match = _BEFORE.search(text[max(0, start - _WINDOW) : start])
    return match.group(1) if match else ""


def word_after(text: str, end: int) -> str:
    """Return the word that begins one space after `end`, or an empty string."""
    match = _AFTER.match(text, end)
    return match.group(1) if match else ""


def us_place(text: str, _start: int, end: int) -> str | None:
    """`Lebanon, Pa.`, `Peru, Ind.`: a town named after the country."""
    if not text.startswith(", ", end):
        return None
    match = _AFTER_COMMA.match(text, end)
    if match and match.group(1) in words.US_STATES:
        return "us_place"
    return "us_place" if text.startswith(words.US_STATES_OF_TWO_WORDS, end + 2) else None


def person(text: str, start: int, end: int) -> str | None:
    """`Michael Jordan`, `Mr. Holland`, `Chad Johnson`: a person who bears the name."""
    before = word_before(text, start)
    if before and (before in words.GIVEN_NAMES or before in words.HONORIFICS or _INITIAL.match(before)):
        return "person"
    if text[start:end] in words.NAMES_ALSO_GIVEN:
        after = word_after(text, end)
        if after[:1].isupper() and not after.isupper() and after.rstrip(".") not in words.ROLE_WORDS:
            return "person"
    return None


def capitals(text: str, start: int, end: int) -> str | None:
    """`TELL US MORE`: a short acronym among capitals may be an ordinary word."""
    around = text[max(0, start - 24) : start] + text[end : end + 24]
    letters = [c for c in around if c.isalpha()]
    return "capitals" if len(letters) > 3 and all(c.isupper() for c in letters) else None


def language_or_food(text: str, start: int, end: int) -> str | None:
    """`French fries`, `an English teacher`, `spoke only Greek`: not the people."""
    if word_after(text, end) in words.LANGUAGE_OR_FOOD:
        return "language_or_food"
    before = word_before(text, start)
    if before == "only":
        before = word_before(text, start - len("only "))
    return "language_or_food" if before in words.SPEAKING else None


def named_after(text: str, _start: int, end: int) -> str | None:
    """`Guernsey County`, `Malta Road`, `the Greek Grill`: something that bears the name."""
    return "named_after" if word_after(text, end) in words.NAMED_AFTER else None


def source(text: str, start: int, end: int) -> str | None:
    """`told Reuters`, `(Reuters)`, `Reuters reported`: who says it, not who it is about."""
    if text[start - 1 : start] == "(" or text[end : end + 1] == ")":
        return "source"
    if word_before(text, start).lower() in words.BEFORE_SOURCE:
        return "source"
    return "source" if word_after(text, end).lower() in words.AFTER_SOURCE else None


def rules_for(actor: Actor, alias: Alias) -> tuple[LocalRule, ...]:
    """Return the local rules that an alias of an actor must pass."""
    rules: list[LocalRule] = []
    letters = alias.text.replace(".", "")
    if len(letters) <= 3 and letters.isupper() and "." not in alias.text:
        rules.append(capitals)
    if actor.type in ("country", "territory", "place"):
        if alias.kind == "demonym":
            rules += [named_after, language_or_food]
        elif alias.kind in ("name", "capital"):
            rules += [named_after, us_place, person]
    if actor.source:
        rules.append(source)
    return tuple(rules)
