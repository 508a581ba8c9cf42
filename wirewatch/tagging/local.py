"""Local rules: what the words beside a mention say about it. Each looks at a few words only."""

import re
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from wirewatch.tagging import words
from wirewatch.tagging.actors import Actor, Alias

_WINDOW = 24  # code points either side that are looked at
_QUOTES = "\"'“”(["
_ENDINGS = _QUOTES + ".,;:!?)]"
_AFTER_COMMA = re.compile(r", (\w+)")


class Beside(msgspec.Struct, frozen=True, gc=False):
    """A mention and the words one space before and after it; empty when there is none."""

    text: str
    start: int
    end: int
    before: str
    after: str


LocalRule: TypeAlias = Callable[[Beside], bool]
"""Tells whether the words beside a mention rule it out; the function's name is the reason given."""


def beside(text: str, start: int, end: int) -> Beside:
    """Return the mention at `start`:`end` of the plain text with its neighbours."""
    after = ""
    if text[end : end + 1] == " ":
        space = text.find(" ", end + 1, end + _WINDOW)
        after = text[end + 1 : end + _WINDOW if space < 0 else space].strip(_ENDINGS).removesuffix("'s")
    return Beside(text, start, end, word_before(text, start), after)


def word_before(text: str, start: int) -> str:
    """Return the word that ends one space before `start`, or an empty string."""
    if start < 2 or text[start - 1] != " ":
        return ""
    begin = start - _WINDOW if start > _WINDOW else 0
    space = text.rfind(" ", begin, start - 1)
    return text[begin if space < 0 else space + 1 : start - 1].lstrip(_QUOTES)


def us_place(m: Beside) -> bool:
    """`Lebanon, Pa.`, `Peru, Ind.`: a town named after the country."""
    if not m.text.startswith(", ", m.end):
        return False
    match = _AFTER_COMMA.match(m.text, m.end)
    if match and match.group(1) in words.US_STATES:
        return True
    return m.text.startswith(words.US_STATES_OF_TWO_WORDS, m.end + 2)


def person(m: Beside) -> bool:
    """`Michael Jordan`, `Mr. Holland`, `Chad Johnson`: a person who bears the name."""
    before, after = m.before, m.after
    if before in words.BEFORE_SURNAME:
        return True
    if len(before) == 2 and before[1] == "." and before[0].isupper():
        return True
    if not after[:1].isupper() or after.isupper() or after in words.ROLE_WORDS:
        return False
    return m.text[m.start : m.end] in words.NAMES_ALSO_GIVEN


def capitals(m: Beside) -> bool:
    """`TELL US MORE`: a short acronym among capitals may be an ordinary word."""
    around = m.text[max(0, m.start - _WINDOW) : m.start] + m.text[m.end : m.end + _WINDOW]
    return around.isupper() and sum(map(str.isalpha, around)) > 3


def language_or_food(m: Beside) -> bool:
    """`French fries`, `an English teacher`, `spoke only Greek`: not the people."""
    if m.after in words.LANGUAGE_OR_FOOD:
        return True
    before = word_before(m.text, m.start - len("only ")) if m.before == "only" else m.before
    return before in words.SPEAKING


def named_after(m: Beside) -> bool:
    """`Guernsey County`, `Malta Road`, `the Greek Grill`: something that bears the name."""
    return m.after in words.NAMED_AFTER


def source(m: Beside) -> bool:
    """`told Reuters`, `(Reuters)`, `Reuters reported`: who says it, not who it is about."""
    if m.text[m.start - 1 : m.start] == "(" or m.text[m.end : m.end + 1] == ")":
        return True
    return m.before.lower() in words.BEFORE_SOURCE or m.after.lower() in words.AFTER_SOURCE


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
