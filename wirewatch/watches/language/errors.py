"""What is said of a text that is not the language's: what is wrong, where, and what to write instead."""

import difflib
import re
from typing import Final, TypeAlias

from lark import Token, UnexpectedCharacters

from wirewatch.watches.language.tree import FIELDS, Span

PREFIXES: Final = (*FIELDS, "title", "lead")
_ALMOST_OPERATORS: Final = {"AND", "OR", "NOT", "NEAR", "BEFORE", "OF"}
_SYMBOLS: Final = {"&": "AND", "|": "OR", "!": "NOT", "-": "NOT", "~": "NEAR/n", "+": "AND"}
_SHOWN: Final = 40  # characters of what was written
_ENDS: Final = frozenset({"FIELD", "MODIFIER", "EXACT", "QUOTED", "REGEX", "WORD", "NO_FIELD", "RPAR"})
"""What a term, or what stands for one, can end with."""
_MODIFIERS: Final = "only @direct, @headline, @lead or +members may follow an actor"
_KNOWN_MODIFIERS: Final = ("@direct", "@headline", "@lead", "+members")
_IN_QUOTES: Final = 'put words that follow each other in double quotes: "…"'
_CHARACTERS: Final = {
    '"': "this quote is never closed",
    "/": "this /regular expression/ is never closed",
    "?": "? is not a wildcard; tanker* matches any ending, and /tankers?/ is a regular expression",
    "*": "a * ends a word of three letters or more, as in tanker*",
    "@": _MODIFIERS,
    "+": _MODIFIERS,
    ":": "write a name, a colon and a value, without spaces: actor:Iran",
    **dict.fromkeys("[]{}", "use round parentheses: (a OR b)"),
}
_FOR_QUOTES: Final = {
    "=": '= goes before quotes, to match words exactly as written: ="US"',
    **dict.fromkeys("“”„«»", 'use straight quotes: "…"'),
    **dict.fromkeys("'‘’", _IN_QUOTES),  # noqa: RUF001  # as typeset
}
_INNER: Final = re.compile(r"\*+((?=[\w-]*[^\W\d_]{3})\w[\w-]*)")
"""`*streik*`, meant for the end or the middle of a word, as German compounds are."""
_OTHER_TOOLS: Final = {
    **dict.fromkeys(("headline", "intitle", "subject"), "did you mean title:?"),
    **dict.fromkeys(("site", "domain", "url", "host", "publisher"), "did you mean source:?"),
    **dict.fromkeys(
        ("person", "org", "organisation", "organization", "company", "entity"), "did you mean actor:?"
    ),
    **dict.fromkeys(("body", "text", "content", "intext"), "a plain word is searched for everywhere"),
    **dict.fromkeys(
        ("date", "published", "since", "until", "before", "after"),
        "the age of an article is limited beside when:, by only: {published_within: 3d}",
    ),
    **dict.fromkeys(("http", "https"), "did you mean source:example.com?"),
}
"""Fields of other tools, and what is written here."""
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


class UnquotedError(LanguageError):
    """A text of the language that makes no sense until some of it is put in quotes."""


_Said: TypeAlias = tuple[type[LanguageError], str]


def of_characters(text: str, error: UnexpectedCharacters) -> LanguageError:
    """Return what to say where no word of the language begins."""
    at = error.pos_in_stream or 0
    kind, what = _of_character(text, at)
    return kind(what, (at, at + 1))


def of_token(text: str, token: Token, before: Token | None) -> LanguageError:
    """Return what to say of a word of the language that has no business where it stands, after `before`."""
    complete = before is not None and before.type in _ENDS
    if token.type == "$END":
        return _unfinished(text, before, complete=complete)
    if (
        before is not None
        and before.type == "WORD"
        and (almost := before.upper().lstrip("0123456789")) in _ALMOST_OPERATORS
    ):
        token, (kind, what) = before, _almost(almost)
    elif before is not None and complete:
        kind, what = _after_term(token, before)
    else:
        kind, what = _instead_of_term(token, before)
    return kind(what, (token.start_pos or 0, token.end_pos or 0))


def no_field(written: str) -> str:
    """Return what to say of `written`, which looks like a field and is none."""
    name = written.partition(":")[0]
    if name in FIELDS:
        return f"{name}: has no value; write it right after the colon, as in {_EXAMPLES[name]}"
    if meant := _OTHER_TOOLS.get(name.lower()):
        return f"there is no {name}: in the watch language; {meant}"
    close = difflib.get_close_matches(name.lower(), PREFIXES, n=1)
    hint = f"did you mean {close[0]}:?" if close else f"there are {', '.join(one + ':' for one in PREFIXES)}"
    return f"there is no {name}: in the watch language; {hint}"


def _of_character(text: str, at: int) -> _Said:
    found, before = text[at], text[:at].rstrip("*")[-1:]
    if distance := re.search(r"\b(?:NEAR|BEFORE)/\d+$", text[:at]):
        return LanguageError, f"the distance must be a whole number of words: {distance[0]}"
    if before.isalnum() and found not in '"*@:?' and not before.isspace():
        return UnquotedError, f"put words that contain {found!r} in quotes{_quoted(text, at)}"
    if found in _CHARACTERS:
        inner = _INNER.match(text, at) if found == "*" else None
        more = f"; to match it inside or at the end of a word, write /{inner[1]}/i" if inner else ""
        return LanguageError, _CHARACTERS[found] + more
    if found in _FOR_QUOTES:
        return UnquotedError, _FOR_QUOTES[found]
    if meant := _SYMBOLS.get(found):
        return LanguageError, f"{found!r} is not part of the watch language; did you mean {meant}?"
    comment = "; a comment goes above when:" if found == "#" else ""
    instead = f"put words that contain it in quotes{_quoted(text, at)}{comment}"
    return UnquotedError, f"{found!r} is not part of the watch language; {instead}"


def _quoted(text: str, at: int) -> str:
    """Return, for the end of a sentence, what stands round `at` as it would be written in quotes."""
    start = max(text.rfind(blank, 0, at) for blank in " \t\n(,:") + 1
    (word,) = re.findall(r"[^\s(),\"]*", text[start:])[:1]
    return f': "{word}"' if len(word) <= _SHOWN and any(map(str.isalnum, word)) else ""


def _instead_of_term(token: Token, before: Token | None) -> _Said:
    if before is not None and before.type == "COUNT":
        return LanguageError, f"{before} must be followed by a list in parentheses: {before} (a, b, c)"
    if token.type in {"RPAR", "COMMA"}:
        return LanguageError, f"something is missing before this {token}"
    if token.type == "MODIFIER":
        return _modifier(token)
    return LanguageError, f"{_shown(token)} has nothing before it to combine with"


def _modifier(token: Token) -> _Said:
    if token in _KNOWN_MODIFIERS:
        return LanguageError, f"{token} goes right after an actor, as in actor:Iran{token}"
    if token.startswith("+"):
        return LanguageError, "'+' is not part of the watch language; did you mean AND?"
    return UnquotedError, f'put words that contain {token[0]!r} in quotes: "{token}"'


def _after_term(token: Token, before: Token) -> _Said:
    if token.type == "MODIFIER":
        return _modifier(token)
    if token.type == "RPAR":
        return LanguageError, "this parenthesis was never opened"
    if token.type == "COMMA":
        what = "commas are only for lists such as `2 OF (a, b, c)`; join these with AND or OR"
        return LanguageError, what
    if (almost := str(token).upper()) in _ALMOST_OPERATORS:
        return _almost(almost)
    return _unjoined(token, before)


def _unjoined(token: Token, before: Token) -> _Said:
    """Return what to say of a term that stands beside another."""
    adjacent = before.end_pos == token.start_pos
    if adjacent and before.endswith("*"):
        return LanguageError, "a * may only stand at the end of a word"
    if adjacent and before.type == "REGEX":
        return LanguageError, "only i (ignore case) may follow a /regular expression/"
    if before.type == "FIELD" and token.type == "WORD" and '"' not in before:
        name, _, value = before.partition(":")
        whole = f'{name}:"{value.strip()} {_shown(token)}"'
        return UnquotedError, f"put a name of several words in quotes: {whole}; or join them with AND"
    return UnquotedError, (
        f"nothing joins {_shown(token)} to what comes before it: write AND, OR, NOT or NEAR/10 between, "
        'or put words that follow each other in quotes: "oil tanker"'
    )


def _almost(operator: str) -> _Said:
    if operator in {"NEAR", "BEFORE"}:
        return LanguageError, f"{operator} needs a number of words: {operator}/10"
    if operator == "OF":
        return LanguageError, "OF needs a number: 2 OF (a, b, c)"
    return (
        UnquotedError,
        f"operators are written in capitals: {operator}; put it in quotes to search for the word",
    )


def _unfinished(text: str, before: Token | None, *, complete: bool) -> LanguageError:
    if complete:
        at = _open_parenthesis(text)
        return LanguageError("this parenthesis is never closed", (at, at + 1))
    if before is None:
        return LanguageError("is empty; write what an article must contain, as in actor:Iran", (0, 0))
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
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
