"""What pydantic refuses, in the words of who writes YAML: with file, line, place, and the fix."""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wirewatch.errors import ConfigError
from wirewatch.yaml_files import KeyPath, compose_yaml, placed

_MAX_TOLD: Final = 100
"""Mistakes of one file that are told."""
_SAID: Final = {
    "missing": "is missing",
    "extra_forbidden": "no such setting",
    "string_type": 'must be text; put a number, yes or no in quotes: "2020"',
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length}",
    "too_long": "must have at most {max_length}",
    "tuple_type": "must be a list, as in [a, b]",
    "list_type": "must be a list, as in [a, b]",
    "dict_type": "must be names with values, as in {{name: value}}",
    "model_type": "must be names with values, as in {{name: value}}",
    "model_attributes_type": "must be names with values, as in {{name: value}}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number, not .inf or .nan",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
}
"""By pydantic's type of error (https://docs.pydantic.dev/latest/errors/validation_errors/)."""


def in_plain_words(error: ErrorDetails) -> str:
    """Return what is wrong and what to write instead; pydantic's own words where there are no better ones."""
    if error["type"] in _SAID:
        return _SAID[error["type"]].format(**error.get("ctx", {}))
    return re.sub(r"^Value error, ", "", error["msg"])


class PlacedError(ValueError):
    """A validator's complaint about something within what it was given, at `place` there."""

    def __init__(self, place: KeyPath, what: str) -> None:
        super().__init__(what)
        self.place = place


class _Mistake(NamedTuple):
    line: int
    column: int
    """Both from 1; 0 when it stands at no place of the file."""
    place: str
    what: str


def config_error(
    path: Path, error: ValidationError, model: type[BaseModel], *, variables: str = ""
) -> ConfigError:
    """Return what is wrong with the file at `path`: its first mistake in one line, the others as lines below.

    Lines of the file are not shown: a URL may hold a password. `model` is what the file was to be.
    `variables` begins the names of environment variables that win over it. Raises ConfigError when the file
    is no YAML any more.
    """
    root = compose_yaml(path)
    found = sorted(_mistakes(root, error, model, variables))
    first, *others = [_told(path, mistake) for mistake in found]
    if others:
        first += f" (the first of {len(found)} mistakes)"
    more = [f"  … and {len(found) - _MAX_TOLD} more"] if len(found) > _MAX_TOLD else []
    return ConfigError(first, "\n".join([*others[: _MAX_TOLD - 1], *more]))


def _told(path: Path, mistake: _Mistake) -> str:
    where = f"{path}:{mistake.line}:{mistake.column}" if mistake.line else str(path)
    return ": ".join(part for part in (where, mistake.place, mistake.what) if part)


def _mistakes(
    root: yaml.Node | None, error: ValidationError, model: type[BaseModel], variables: str
) -> Iterator[_Mistake]:
    by_place: dict[tuple[int, int, str], list[str]] = {}
    items = error.errors(include_url=False)
    for item in items:
        if item["type"] == "too_short" and any(_is_below(other, item) for other in items):
            continue  # counted without the items that are wrong
        meant = _meant(model, item["loc"]) if item["type"] == "extra_forbidden" else ""
        by_place.setdefault(_where(root, _loc(item), variables), []).append(in_plain_words(item) + meant)
    for where, said in by_place.items():  # of what may be one thing or another, a complaint of each
        yield _Mistake(*where, " or ".join(dict.fromkeys(said)))


def _meant(model: type[BaseModel], loc: KeyPath) -> str:
    """Return what the name at the end of `loc` was meant for: one like it there, or itself in a section."""
    at = [model]
    for part in loc[:-1]:  # an item of a list, or a name of someone's own, is of the model before it
        at = [each for one in at if part in one.model_fields for each in _below(one, str(part))] or at
    name = str(loc[-1])
    names = [field.alias or own for one in at for own, field in one.model_fields.items()]
    near = difflib.get_close_matches(name, names) or [
        f"{section}.{name}"
        for section in model.model_fields
        for one in _below(model, section)
        if name in one.model_fields
    ]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _below(model: type[BaseModel], field: str) -> list[type[BaseModel]]:
    """Return the models that a field may hold, whatever is around them: a list, a choice."""
    ahead, found = [model.model_fields[field].annotation], []
    while ahead:
        kind = ahead.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found.append(kind)
        ahead += get_args(kind)
    return found


def _is_below(one: ErrorDetails, other: ErrorDetails) -> bool:
    return len(one["loc"]) > len(other["loc"]) and one["loc"][: len(other["loc"])] == other["loc"]


def _loc(item: ErrorDetails) -> KeyPath:
    cause = item.get("ctx", {}).get("error")
    within = cause.place if isinstance(cause, PlacedError) else ()
    return tuple(part for part in (*item["loc"], *within) if part != "[key]")


def _where(root: yaml.Node | None, loc: KeyPath, variables: str) -> tuple[int, int, str]:
    """Return line, column, and the place in words: `sources[example.com].feeds[2].url`."""
    variable = variables + "__".join(map(str, loc)).upper()
    if variables and variable in os.environ:
        return 0, 0, f"{'.'.join(map(str, loc))} (set by ${variable})"
    return placed(root, loc)
