"""Reads watches.yaml. Every complaint names the file, the line, the watch, the place in it, and the fix."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from wirewatch.pydantic_errors import in_plain_words
from wirewatch.watches.language import LanguageError, parse
from wirewatch.watches.model import Only, PerStory, Section, Spike, Volume, Watch, WatchTest
from wirewatch.watches.problems import Finding, Problem, ProblemError, Source
from wirewatch.yaml_files import load_yaml

T = TypeVar("T")

WATCHES_FILE = "watches.yaml"
MAX_WATCHES = 10_000
_SECTIONS: Final[Mapping[str, type[Section]]] = {
    "only": Only,
    "volume": Volume,
    "spike": Spike,
    "per_story": PerStory,
    "tests": WatchTest,
}


def load_watches(path: Path) -> tuple[Watch, ...]:
    """Return the watches of the YAML file at `path`, in the order written; `[]` has none.

    Raises ConfigError naming the file, line, watch, place and fix of the first thing wrong.
    """
    return reading(path, lambda watches: watches)


def reading(path: Path, then: Callable[[tuple[Watch, ...]], T]) -> T:
    """Return what `then` makes of the watches in the file at `path`.

    Raises ConfigError for whatever is wrong with the file, and for any ProblemError of `then`.
    """
    data = load_yaml(path)
    try:
        return then(parse_watches(data))
    except ProblemError as error:
        raise _source(path, data).find(error.problem).error() from error


def find_problems(path: Path, check: Callable[[dict[int, Watch]], list[Problem]]) -> list[Finding]:
    """Return all that is wrong with the file at `path`, in its order; `check` adds what it finds in watches.

    Raises ConfigError when it cannot be read at all.
    """
    data = items = load_yaml(path)
    problems: list[Problem] = []
    watches: dict[int, Watch] = {}
    if (whole := _refusal(items)) is not None:
        problems.append(whole)
        items = []
    elif not items:
        fix = "`wirewatch watches new` drafts a watch"
        problems.append(Problem((), "it contains no watches, so nothing is watched", fix=fix))
    first: dict[str, int] = {}
    for n, item in enumerate(items):
        problems += _second(item, n, first)
        try:
            watches[n] = _parse_watch(item, n)
        except ProblemError as error:
            problems.extend(error.problems)
    problems += check(watches)
    source = _source(path, data)
    return sorted(map(source.find, problems), key=lambda found: (found.line, found.column))


def parse_watches(data: object) -> tuple[Watch, ...]:
    """Return the watches in `data`, a list as YAML gives it. Raises ProblemError."""
    if (whole := _refusal(data)) is not None:
        raise ProblemError(whole)
    assert isinstance(data, list)
    first: dict[str, int] = {}
    watches = []
    for n, item in enumerate(data):
        watches.append(_parse_watch(item, n))
        if second := _second(item, n, first):
            raise ProblemError(*second)
    return tuple(watches)


def _source(path: Path, data: object) -> Source:
    return Source(path, path.read_text(encoding="utf-8"), data)


def _refusal(data: object) -> Problem | None:
    if data is None:
        return Problem((), "is empty: `wirewatch watches new` drafts a watch; write [] to watch nothing")
    if not isinstance(data, list):
        return Problem((), "must be a list of watches, each beginning with `- id:`")
    if len(data) > MAX_WATCHES:
        return Problem((), f"{len(data)} watches; at most {MAX_WATCHES} are kept")
    return None


def _second(item: object, number: int, first: dict[str, int]) -> list[Problem]:
    """Return what is wrong with the id of a watch when one before has it; `first` holds who has which."""
    id_ = item.get("id") if isinstance(item, dict) else None
    if not isinstance(id_, str) or (before := first.setdefault(id_, number)) == number:
        return []
    what = f"a second watch has this id (the first is number {before + 1}); give each its own"
    return [Problem((number, "id"), what)]


def _parse_watch(item: object, number: int) -> Watch:
    if not isinstance(item, dict):
        raise ProblemError(Problem((number,), "must be a watch: id, name, severity, when"))
    if isinstance(item.get("when"), (dict, list)):
        raise ProblemError(
            Problem(
                (number, "when"), "must be text in the watch language, such as: actor:Iran NOT title:sport"
            )
        )
    try:
        watch = Watch.model_validate(item)
        _ = watch.condition
    except ValidationError as error:
        raise ProblemError(*_invalid(error, number), *_misspelt(item.get("when"), number)) from error
    except LanguageError as error:
        raise ProblemError(Problem.of_text((number, "when"), error)) from error
    return watch


def _invalid(error: ValidationError, number: int) -> list[Problem]:
    """Return all that a watch's fields have wrong."""
    wrong = error.errors(include_url=False)
    # A name that is mistyped is also one that is missing: only the first is said, and first.
    mistyped = {one["loc"][:-1] for one in wrong if one["type"] == "extra_forbidden"}
    told = [one for one in wrong if one["type"] != "missing" or one["loc"][:-1] not in mistyped]
    return [_field(one, number) for one in sorted(told, key=lambda one: one["type"] != "extra_forbidden")]


def _field(wrong: ErrorDetails, number: int) -> Problem:
    what, loc = in_plain_words(wrong), wrong["loc"]
    if wrong["type"] == "extra_forbidden" and (section := _SECTIONS.get(str(loc[0])) if loc[1:] else Watch):
        what += f"; there are {', '.join(section.model_fields)}"
    return Problem((number, *(part for part in loc if part != "[key]")), what)


def _misspelt(when: object, number: int) -> list[Problem]:
    """Return what `when` has wrong, of a watch that is refused for its fields."""
    if isinstance(when, str) and when:
        try:
            _ = parse(when)
        except LanguageError as error:
            return [Problem.of_text((number, "when"), error)]
    return []
