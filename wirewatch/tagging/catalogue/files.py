"""The files of the catalogue: `config/actors/*.jsonl`, one actor a line by name, and `words.yaml`."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec

from wirewatch.errors import ConfigError, why
from wirewatch.on_disk import replace_file
from wirewatch.tagging.catalogue.actors import Actor, ActorType, AliasKind, CaseRule
from wirewatch.tagging.catalogue.check import problems
from wirewatch.tagging.catalogue.everyday import wanting_context
from wirewatch.tagging.catalogue.line import NEW, Line
from wirewatch.tagging.catalogue.word_lists import FILE as WORD_LISTS
from wirewatch.tagging.catalogue.word_lists import WordLists, read_word_lists

FILES: dict[ActorType, str] = {
    "country": "countries.jsonl",
    "territory": "countries.jsonl",
    "place": "places.jsonl",
    "person": "people.jsonl",
    "organisation": "organisations.jsonl",
    "armed_group": "bodies.jsonl",
    "company": "bodies.jsonl",
    "agency": "bodies.jsonl",
}
"""Where an actor of each type is looked for first."""


_CHOICES = (
    (re.compile(r"`\$\.type`$"), get_args(ActorType)),
    (re.compile(r"\.kind`$"), get_args(AliasKind)),
    (re.compile(r"\.case`$"), get_args(CaseRule)),
)
"""What may stand where an error's path ends."""


def catalogue_files(folder: Path) -> list[Path]:
    """Return the files that the catalogue of `folder` is read from."""
    return [*_actors_of(folder), *folder.glob(WORD_LISTS)]


def read_lines(folder: Path) -> list[Line]:
    """Return the actors of every `*.jsonl` of `folder`, each with its place.

    Raises ConfigError, naming file and line: none there, unreadable, not JSON, wrong fields, an unknown list.
    """
    lines: list[Line] = []
    for line in each_line(folder):
        if isinstance(line, ConfigError):
            raise line
        lines.append(line)
    return lines


def each_line(folder: Path) -> Iterator[Line | ConfigError]:
    """Yield the actors as `read_lines` does, and the error of each line that holds none.

    Raises ConfigError for files that are not there or unreadable.
    """
    paths = _actors_of(folder)
    if not paths:
        raise ConfigError(
            f"{folder}: no *.jsonl file with actors; `wirewatch init DIR --force` writes what is missing in "
            "the config folder DIR, and leaves what is there"
        )
    lists = read_word_lists(folder)
    decoder = msgspec.json.Decoder(Actor)
    for path in paths:
        for number, line in enumerate(_content(path).splitlines(), 1):
            if line.strip():
                try:
                    # Bytes that are no text would be told with a place in the string that they stand in.
                    yield _line(path, number, decoder.decode(line.decode()), lists)
                except ConfigError as error:
                    yield error
                except UnicodeDecodeError as error:
                    why = f"byte {error.start + 1} of the line is not UTF-8; save the file in UTF-8"
                    yield ConfigError(f"{path}:{number}: not an actor: {why}")
                except msgspec.DecodeError as error:
                    yield ConfigError(f"{path}:{number}: not an actor: {_advice(str(error))}")


def _advice(error: str) -> str:
    """Return what msgspec says with what may stand there instead."""
    for place, choices in _CHOICES:
        if error.startswith("Invalid enum value") and place.search(error):
            return f"{error}; must be one of {', '.join(choices)}"
    if "RFC3339" in error:
        return f"{error}; write it as 2024-03-31"
    if error.startswith(("Input data was truncated", "JSON is malformed")):
        return f"{error}; a line is one JSON object, {{…}}, whole"
    return error


def add_actor(folder: Path, actor: Actor, *, anyway: bool = False) -> Line:
    """Write `actor` to the file of its type, in its place by name; return where it stands.

    Raises ConfigError, and writes nothing, when the catalogue with it would contradict itself, or (but
    `anyway`) an alias that asks for no context would be met where it is not meant.
    """
    path = folder / FILES[actor.type]
    known = read_lines(folder)
    here = [line for line in known if line.path == path]
    before = bisect_left([sort_key(line.actor.name) for line in here], sort_key(actor.name))
    number = here[before].number if before < len(here) else (here[-1].number + 1 if here else 1)
    added = _line(path, NEW, actor, read_word_lists(folder))
    was = {str(problem) for problem in problems(known)}
    new = [problem for problem in problems([*known, added]) if str(problem) not in was]
    if new:
        raise min(new, key=lambda problem: not str(problem).startswith(added.about("")))
    for problem in wanting_context(known, added) if not anyway else ():
        raise problem
    rows = _content(path).decode().splitlines() if path.exists() else []
    rows.insert(number - 1, msgspec.json.encode(actor).decode())
    _replace(path, "".join(f"{row}\n" for row in rows))
    return Line(path, number, added.written, added.actor)


def _actors_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def _line(path: Path, number: int, written: Actor, lists: WordLists) -> Line:
    """Return the line with the words of its lists. Raises ConfigError when there is no such list."""
    try:
        return Line(path, number, written, lists.whole(written))
    except ValueError as error:
        raise Line(path, number, written, written).error(str(error)) from error


def sort_key(name: str) -> str:
    """Return what actors are sorted by within a file."""
    return name.casefold()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {why(error)}") from error


def _replace(path: Path, text: str) -> None:
    """Write `text` to `path` whole or not at all: a running service reads it again on change."""
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
