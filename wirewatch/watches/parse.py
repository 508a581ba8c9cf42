"""Reads watches.yaml. Every complaint names the file, the line, the watch, the place in it, and the fix."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from wirewatch.errors import ConfigError
from wirewatch.settings import load_yaml
from wirewatch.watches.model import AllOf, AnyOf, Node, Not, Term, Watch, needs_something

T = TypeVar("T")

WATCHES_FILE = "watches.yaml"
MAX_WATCHES = 10_000
MAX_DEPTH = 16
TERM_KINDS = ("actor", "topic", "phrase")
CLAUSES = (*TERM_KINDS, "any", "all", "not")

Path_ = tuple[str | int, ...]
"""Where in the file: `(0, "when", "all", 1)`."""


class ProblemError(ValueError):
    """Something wrong at one place of the file."""

    def __init__(self, place: Path_, what: str) -> None:
        super().__init__(what)
        self.place = place
        self.what = what


def load_watches(path: Path) -> tuple[Watch, ...]:
    """Return the watches of the YAML file at `path`, in the order written. An empty file has none.

    Raises ConfigError naming the file, line, watch, place and fix of the first thing wrong.
    """
    return reading(path, lambda watches: watches)


def reading(path: Path, then: Callable[[tuple[Watch, ...]], T]) -> T:
    """Return what `then` makes of the watches in the file at `path`.

    Raises ConfigError for whatever is wrong with the file, and for any ProblemError of `then`.
    """
    data = load_yaml(path)
    try:
        return then(parse_watches([] if data is None else data))
    except ProblemError as problem:
        raise _located(path, data, problem) from problem


def parse_watches(data: object) -> tuple[Watch, ...]:
    """Return the watches in `data`, a list as YAML gives it. Raises ProblemError."""
    if not isinstance(data, list):
        raise ProblemError((), "must be a list of watches, each beginning with `- id:`")
    if len(data) > MAX_WATCHES:
        raise ProblemError((), f"{len(data)} watches; at most {MAX_WATCHES} are kept")
    watches = tuple(_parse_watch(item, (n,)) for n, item in enumerate(data))
    first: dict[str, int] = {}
    for n, watch in enumerate(watches):
        if watch.id in first:
            raise ProblemError(
                (n, "id"),
                f"a second watch has this id (the first is number {first[watch.id] + 1}); give each its own",
            )
        first[watch.id] = n
    return watches


def parse_when(data: object, place: Path_ = ("when",)) -> Node:
    """Return the condition that `data` (nested dicts and lists) spells out.

    Raises ProblemError when it is malformed, or an article that has none of its terms would meet it.
    """
    node = _parse_node(data, place, depth=0)
    if not needs_something(node):
        raise ProblemError(
            place,
            "would be met by articles that have nothing of what it names; "
            "beside each `not`, in an `all`, say what an article must have",
        )
    return node


def _parse_watch(item: object, place: Path_) -> Watch:
    if not isinstance(item, dict):
        raise ProblemError(place, "must be a watch: id, name, severity, when")
    try:
        raw = Watch.model_validate(item)
    except ValidationError as error:
        # A name that is mistyped is also one that is missing: say the first.
        first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
        there_are = f"no such setting; there are {', '.join(Watch.model_fields)}"
        inner = "no such setting" if len(first["loc"]) > 1 else there_are
        what = inner if first["type"] == "extra_forbidden" else first["msg"]
        inside = tuple(part for part in first["loc"] if part != "[key]")
        raise ProblemError((*place, *inside), re.sub(r"^Value error, ", "", what)) from error
    return raw.model_copy(update={"when": parse_when(raw.when, (*place, "when"))})


def _parse_node(data: object, place: Path_, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise ProblemError(place, f"nested more than {MAX_DEPTH} deep")
    if not isinstance(data, dict) or len(data) != 1:
        raise ProblemError(
            place, f"must be one of {', '.join(CLAUSES)}; several go in a list under `any` or `all`"
        )
    ((key, value),) = data.items()
    inside = (*place, key)
    if key in TERM_KINDS:
        return _parse_term(key, value, inside)
    if key == "not":
        part = _parse_node(value, inside, depth + 1)
        if isinstance(part, Not):
            raise ProblemError(inside, "a `not` of a `not`; leave both out")
        return Not(part)
    if key in ("any", "all"):
        parts = _parse_parts(value, inside, depth)
        return AllOf(parts) if key == "all" else AnyOf(parts)
    raise ProblemError(place, f"no such clause: {key!r}; there are {', '.join(CLAUSES)}")


def _parse_parts(value: object, place: Path_, depth: int) -> tuple[Node, ...]:
    if not isinstance(value, list) or not value:
        raise ProblemError(place, "must be a list with at least one clause, such as `- actor: NATO`")
    return tuple(_parse_node(part, (*place, n), depth + 1) for n, part in enumerate(value))


def _parse_term(kind: str, value: object, place: Path_) -> Term:
    if not isinstance(value, str) or not value.strip():
        # YAML reads `actor: no` as false and `phrase: 2020` as a number.
        raise ProblemError(place, f'must be text; put it in quotes: {kind}: "{value}"')
    if len(value) > 200:
        raise ProblemError(place, "longer than 200 characters")
    return Term(kind, value.strip())


def _located(path: Path, data: object, problem: ProblemError) -> ConfigError:
    line = _line(path, problem.place)
    where = f"{path}:{line}: " if line else f"{path}: "
    if problem.place and isinstance(problem.place[0], int):
        where += f"watch {_watch_name(data, problem.place[0])}: "
    inner = _dotted(problem.place[1:])
    return ConfigError(f"{where}{inner}{': ' if inner else ''}{problem.what}")


def _dotted(place: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def _watch_name(data: object, number: int) -> str:
    if isinstance(data, list) and number < len(data) and isinstance(data[number], dict):
        name = data[number].get("id")
        if isinstance(name, str):
            return repr(name)
    return f"number {number + 1}"


def _line(path: Path, place: Path_) -> int | None:
    """Return the line (from 1) at which `place` stands, or the nearest thing above it that is there."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = node.start_mark.line + 1 if node is not None and place else None
    for part in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                return line
            line, node = found[0][0].start_mark.line + 1, found[0][1]
    return line
