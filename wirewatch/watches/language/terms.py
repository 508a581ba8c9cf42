"""The terms of the language, each from the words that were written for it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from lark import Token

from wirewatch.watches.language.errors import LanguageError, UnquotedError
from wirewatch.watches.language.regex import RegexError, required_literal
from wirewatch.watches.language.tree import Kind, Span, Term
from wirewatch.watches.scripts import letters

MIN_PREFIX: Final = 3
"""Letters before a `*`; with fewer it stands for half a dictionary."""
MAX_VALUE: Final = 200
"""Characters of one term."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def unquoted(written: str) -> str:
    """Return what stands in quotes."""
    return _ESCAPED.sub(r"\1", written[1:-1])


def field(written: str, modifiers: Sequence[Token], span: Span) -> Term:
    """Return the term of `actor:Iran` with what follows it (`@direct`, `+members`). Raises LanguageError."""
    name, _, value = written.partition(":")
    value = value.strip()
    value = " ".join((unquoted(value) if value.startswith('"') else value).split())
    if not value:
        raise LanguageError(f"{name}: has no value", span)
    term = Term(kind=cast("Kind", name), value=_short(value, span), span=span)
    if name == "source" and value.startswith("-"):
        without = replace(term, value=value.lstrip("- ") or "example.com")
        raise LanguageError(f"source: takes a name; to exclude it write NOT {without}", span)
    for modifier in modifiers:
        term = _modified(term, modifier)
    return term


def _modified(term: Term, modifier: Token) -> Term:
    span = (modifier.start_pos or 0, modifier.end_pos or 0)
    if term.kind != "actor":
        scope = {"@headline": "title", "@lead": "lead"}.get(str(modifier))
        instead = f"; write {scope}:{term}" if scope and term.placed else ""
        raise LanguageError(f"{modifier} applies to actors, not to a {term.kind}{instead}", span)
    match str(modifier):
        case "@direct":
            return replace(term, direct=True)
        case "+members":
            return replace(term, members=True)
        case "@headline" | "@lead" if term.scope:
            raise LanguageError("@headline and @lead cannot be combined; join two terms with AND", span)
        case "@headline":
            return replace(term, scope="title")
        case "@lead":
            return replace(term, scope="lead")
        case _:
            raise LanguageError(
                f"there is no {modifier}; there are @direct, @headline, @lead and +members", span
            )


def word(written: str, span: Span) -> Term:
    """Return the term of a word without quotes. Raises LanguageError."""
    if (operator := written.upper()) in {"AND", "OR", "NOT", "NEAR", "BEFORE", "OF"}:
        raise UnquotedError(
            f"put {written} in quotes to search for the word; the operator is {operator}", span
        )
    return text(written, span)


def text(value: str, span: Span, *, exact: bool = False) -> Term:
    """Return the term of words to look for; after a `*` the last one may go on. Raises LanguageError."""
    prefix = value.endswith("*")
    words = " ".join(value.removesuffix("*").split())
    if not any(character.isalnum() for character in words):
        raise LanguageError("has no letter or digit to search for, so no article can match it", span)
    if "*" in words:
        raise LanguageError("a * may only stand at the end of the last word", span)
    if prefix and (value[-2:-1].isspace() or letters(words.split()[-1]) < MIN_PREFIX):
        raise LanguageError(f"a * must directly follow a word of at least {MIN_PREFIX} letters", span)
    return Term("text", _short(words, span), exact=exact, prefix=prefix, span=span)


def regex(written: str, span: Span) -> Term:
    """Return the term of `/pattern/` or `/pattern/i`. Raises LanguageError."""
    body, _, flag = written[1:].rpartition("/")
    try:
        required_literal(body)
    except RegexError as error:
        raise LanguageError(str(error), span) from None
    return Term("regex", _short(body, span), exact=flag != "i", span=span)


def _short(value: str, span: Span) -> str:
    if len(value) > MAX_VALUE:
        raise LanguageError(f"longer than {MAX_VALUE} characters", span)
    return value
