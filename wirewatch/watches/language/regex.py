"""Regular expressions of watches: RE2's (https://github.com/google/re2/wiki/Syntax), linear in the text.

Each stands behind a literal that all its matches hold, so that the automaton decides whether it runs.
"""

import re
from functools import lru_cache
from typing import Any, Final

import re2

from wirewatch.watches.scripts import letters

MIN_LITERAL: Final = 3
"""Letters and digits that a regular expression must ask for as they are."""
_SIGMAS: Final = "\u03a3\u03c3\u03c2"  # the small form hangs on whether it ends a word
_MAX_MEMORY: Final = 1 << 20  # bytes for a compiled one: beyond, RE2 refuses it
# One step through a pattern: an escape, a class of characters, a quantifier, or a character.
_STEP = re.compile(
    r"\\[pP](?:\{[^}]*\}|.)|\\x(?:\{[^}]*\}|..)|\\[0-7]{1,3}|\\Q.*?(?:\\E|$)|\\."
    r"|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"
    r"|\{\d+(?:,\d*)?\}|.",
    re.DOTALL,
)


class RegexError(ValueError):
    """A regular expression that cannot be used, and why."""


def required_literal(pattern: str) -> str:
    """Return the longest run of letters and digits, in lower case, that every match of `pattern` holds.

    Raises RegexError when it is no regular expression, or need not hold three letters in a row.
    """
    compiled(pattern, exact=True)
    literal = max(_runs(pattern), key=letters, default="")
    if letters(literal) < MIN_LITERAL:
        raise RegexError(
            f"a regular expression must hold a run of {MIN_LITERAL} letters or digits outside parentheses "
            "and |, which every match has; that is what articles are searched for first"
        )
    return literal.lower()


@lru_cache(maxsize=10_000)
def compiled(pattern: str, *, exact: bool) -> Any:  # noqa: ANN401  # re2 has no types
    """Return `pattern`, ready to search; without `exact`, case does not count. Raises RegexError."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    options.case_sensitive = exact
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        why = error.args[0] if error.args else ""
        what = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
        raise RegexError(f"no regular expression of RE2's: {what}") from None


def _runs(pattern: str) -> list[str]:
    """Return the runs of letters and digits at the top level of `pattern`; none when it has alternatives."""
    runs, run, depth = [], "", 0
    for step in _STEP.findall(pattern):
        if step == "(":
            depth += 1
        elif step == ")":
            depth -= 1
        elif depth == 0 and step == "|":
            return []
        if depth == 0 and _stays(step):
            run += step
            continue
        # What may be there no time at all is no part of what must be.
        runs.append(run[:-1] if step[0] in "?*{" else run)
        run = ""
    return [*runs, run]


def _stays(step: str) -> bool:
    """Return whether a step of a pattern is a letter or digit that has one small form wherever it stands."""
    return len(step) == 1 and step.isalnum() and len(step.lower()) == 1 and step not in _SIGMAS
