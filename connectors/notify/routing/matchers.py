"""Matchers, in Alertmanager's words: name, one of = != =~ !~, value. Pure.

Regular expressions are RE2's, linear in time, and must match the whole value.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import re2

from connectors.notify.routing.labels import Labels

MAX_LENGTH = 2_000
"""Characters of a matcher."""
_SYNTAX = re.compile(r"\s*(?P<name>[A-Za-z_][\w.\-]*)\s*(?P<op>=~|!~|!=|=)\s*(?P<value>.*?)\s*", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLURALS = {
    "actors": "actor",
    "topics": "topic",
    "sources": "source",
    "watches": "watch",
    "labels": "labels.…",
}
_REGEX = re2.Options()
_REGEX.log_errors = False
_REGEX.max_mem = 1 << 20  # bytes a pattern may take, compiled


@dataclass(frozen=True, slots=True)
class Matcher:
    """One matcher. Of several values one is enough for `=` and `=~`; none may match for `!=` and `!~`."""

    name: str
    op: str
    value: str
    _pattern: Any = field(default=None, compare=False, repr=False)

    def matches(self, labels: Labels) -> bool:
        """Return whether `labels` fit; a missing name counts as the empty value."""
        values = labels.get(self.name) or ("",)
        if self._pattern is None:
            found = self.value in values
        else:
            found = any(self._pattern.fullmatch(value) is not None for value in values)
        return found is (self.op[0] == "=")

    def __str__(self) -> str:
        value = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.name}{self.op}"{value}"'


def parse_matcher(text: str) -> Matcher:
    """Return the matcher that `text` writes: `watch="nato"`, `severity=~high|critical`, `desk!=gulf`.

    Raises ValueError saying what is wrong with it.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a matcher is longer than {MAX_LENGTH} characters")
    parts = _SYNTAX.fullmatch(text)
    if parts is None:
        raise ValueError(f"{text!r} is no matcher: write a name, = != =~ or !~, and a value")
    name, op, value = parts["name"], parts["op"], _unquoted(parts["value"], text)
    if name in _PLURALS:
        raise ValueError(f"{text!r}: write {_PLURALS[name]} instead of {name}")
    return Matcher(name, op, value, _compiled(value, text) if op in {"=~", "!~"} else None)


def matches_all(matchers: Iterable[Matcher], labels: Labels) -> bool:
    """Return whether each of `matchers` fits."""
    return all(matcher.matches(labels) for matcher in matchers)


def matches_empty(matcher: Matcher) -> bool:
    """Return whether what is not there fits, as in Alertmanager: such a matcher alone chooses too much."""
    return matcher.matches({})


def _unquoted(value: str, text: str) -> str:
    if not value.startswith('"'):
        if '"' in value:
            raise ValueError(f"{text!r}: a quote within a value needs quotes around it and a \\ before it")
        return value
    quoted = _QUOTED.fullmatch(value)
    if quoted is None:
        raise ValueError(f"{text!r}: the quotes do not close")
    return _ESCAPED.sub(lambda found: {"n": "\n"}.get(found[1], _kept(found[1])), quoted[1])


def _kept(character: str) -> str:
    return character if character in {'"', "\\"} else "\\" + character


def _compiled(pattern: str, text: str) -> Any:  # noqa: ANN401  # the library has no types
    try:
        return re2.compile(pattern, _REGEX)
    except re2.error as error:
        why = error.args[0].decode("utf-8", "replace") if error.args else "?"
        raise ValueError(f"{text!r} is no regular expression of RE2: {why}") from error
