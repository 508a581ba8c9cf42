"""What is said of a text that is not the language's: what is wrong, where, and what to write instead."""

import difflib
import re
from typing import Final

from lark import Token, UnexpectedCharacters

from wirewatch.watches.language.tree import FIELDS, Span

PREFIXES: Final = (*FIELDS, "title", "lead")
_ALMOST_OPERATORS: Final = {"AND", "OR", "NOT", "NEAR", "BEFORE", "OF"}
_SYMBOLS: Final = {"&": "AND", "|": "OR", "!": "NOT", "-": "NOT", "~": "NEAR/n", "+": "AND"}
_ENDS: Final = frozenset({"FIELD", "MODIFIER", "EXACT", "QUOTED", "REGEX", "WORD", "NO_FIELD", "RPAR"})
"""What a term, or what stands for one, can end with."""
_MODIFIERS: Final = "after an actor may stand @direct, @headline, @lead or +members, and nothing else"
_CHARACTERS: Final = {
    '"': "this quote is never closed",
    "/": "this /regular expression/ is never closed",
    "*": "a * ends a word of three letters or more, as in tanker*",
    "@": _MODIFIERS,
    "+": _MODIFIERS,
    ":": "a name and a colon go before what is meant, without blanks: actor:Iran",
    **dict.fromkeys("“”„«»", 'write quotes as on a keyboard: "…"'),
}
_EXAMPLES: Final = {
    "actor": "actor:Iran",
    "topic": "topic:diplomacy",
    "source": "source:example.com",
    "lang": "lang:en",
    "country": "country:DE",
    "tag": "tag:wire",
}


class LanguageError(ValueError):
    """A text of the language that makes no sense."""

    def __init__(self, what: str, span: Span) -> None:
        self.what = " ".join(what.split())
        super().__init__(self.what)
        self.span = span


def of_characters(text: str, error: UnexpectedCharacters) -> LanguageError:
    """Return what to say where no word of the language begins."""
    at = error.pos_in_stream or 0
    return LanguageError(_of_character(text, at), (at, at + 1))


def of_token(text: str, token: Token, before: Token | None) -> LanguageError:
    """Return what to say of a word of the language that has no business where it stands, after `before`."""
    complete = before is not None and before.type in _ENDS
    if token.type == "$END":
        return _unfinished(text, before, complete=complete)
    if before is not None and before.type == "WORD" and before.upper() in _ALMOST_OPERATORS:
        token, what = before, _almost(before.upper())
    elif complete:
        what = _after_term(text, token)
    else:
        what = _instead_of_term(token, before)
    return LanguageError(what, (token.start_pos or 0, token.end_pos or 0))


def no_field(written: str) -> str:
    """Return what to say of `written`, which looks like a field and is none."""
    name = written.partition(":")[0]
    if name in FIELDS:
        return f"{name}: names nothing; write what is meant right after it, as in {_EXAMPLES[name]}"
    close = difflib.get_close_matches(name.lower(), PREFIXES, n=1)
    hint = f"did you mean {close[0]}:?" if close else f"there are {', '.join(one + ':' for one in PREFIXES)}"
    return f"there is no {name}: in the language; {hint}"


def _of_character(text: str, at: int) -> str:
    found = text[at]
    if found in _CHARACTERS:
        return _CHARACTERS[found]
    if text[:at][-1:].isalnum():
        return f"words with a {found!r} go in quotes"
    meant = _SYMBOLS.get(found)
    return f"{found!r} is not of the language" + (f"; did you mean {meant}?" if meant else "")


def _instead_of_term(token: Token, before: Token | None) -> str:
    if before is not None and before.type == "COUNT":
        return f"after {before} goes a list in parentheses: {before} (a, b, c)"
    if token.type in {"RPAR", "COMMA"}:
        return f"something is missing before this {token}"
    if token.type == "MODIFIER":
        return f"{token} goes right after an actor, as in actor:Iran{token}"
    return f"{_shown(token)} has nothing before it to go with"


def _after_term(text: str, token: Token) -> str:
    start = token.start_pos or 0
    if token.type == "MODIFIER":
        return f"{token} goes right after an actor, as in actor:Iran{token}"
    if token.type == "RPAR":
        return "this parenthesis closes none"
    if token.type == "COMMA":
        return "a comma separates what stands in `2 OF (a, b, c)`; join these with AND or OR"
    if start and text[start - 1] == "*":
        return "a * stands at the end of a word only"
    if (almost := str(token).upper()) in _ALMOST_OPERATORS:
        return _almost(almost)
    return (
        f"nothing joins {_shown(token)} to what stands before it: write AND, OR, NOT or NEAR/10 between, "
        'or put words that follow each other in quotes: "oil tanker"'
    )


def _almost(operator: str) -> str:
    if operator in {"NEAR", "BEFORE"}:
        return f"{operator} says within how many words: {operator}/10"
    if operator == "OF":
        return "OF says how many: 2 OF (a, b, c)"
    return f"operators are in capitals: {operator}; a word that is meant goes in quotes"


def _unfinished(text: str, before: Token | None, *, complete: bool) -> LanguageError:
    if complete:
        at = _open_parenthesis(text)
        return LanguageError("this parenthesis is never closed", (at, at + 1))
    if before is None:
        return LanguageError("says nothing; write what an article must have, as in actor:Iran", (0, 0))
    return LanguageError(f"something is missing after {before}", (before.start_pos or 0, before.end_pos or 0))


def _open_parenthesis(text: str) -> int:
    """Return where the last parenthesis stands that is never closed."""
    still_open: list[int] = []
    for found in re.finditer(r'"(?:\\.|[^"\\])*"|/(?:\\.|[^/\\])+/|[()]', text):
        if found[0] == "(":
            still_open.append(found.start())
        elif found[0] == ")" and still_open:
            still_open.pop()
    return still_open[-1] if still_open else 0


def _shown(token: Token | str) -> str:
    text = str(token)
    return text if len(text) <= 40 else f"{text[:39]}…"
