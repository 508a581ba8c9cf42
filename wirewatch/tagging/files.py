"""The files of the catalogue: `config/actors/*.jsonl`, one actor a line, sorted by name."""

import os
from bisect import bisect_left
from pathlib import Path

import msgspec

from wirewatch.errors import ConfigError
from wirewatch.tagging.actors import Actor, ActorType
from wirewatch.tagging.check import problems
from wirewatch.tagging.line import Line

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


def read_lines(folder: Path) -> list[Line]:
    """Return the actors of every `*.jsonl` of `folder`, each with its place, as they are written.

    Raises ConfigError, naming file and line: none there, unreadable, not JSON, wrong fields.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise ConfigError(f"{folder}: no *.jsonl file with actors; `wirewatch init DIR` writes them")
    decoder = msgspec.json.Decoder(Actor)
    lines: list[Line] = []
    for path in paths:
        for number, line in enumerate(_content(path).splitlines(), 1):
            if line.strip():
                try:
                    lines.append(Line(path, number, decoder.decode(line)))
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise ConfigError(f"{path}:{number}: not an actor: {error}") from error
    return lines


def add_actor(folder: Path, actor: Actor) -> Line:
    """Write `actor` to the file of its type, in its place by name; return where it stands.

    Raises ConfigError, and writes nothing, when the catalogue with it would contradict itself.
    """
    path = folder / FILES[actor.type]
    known = read_lines(folder)
    here = [line for line in known if line.path == path]
    before = bisect_left([sort_key(line.actor.name) for line in here], sort_key(actor.name))
    number = here[before].number if before < len(here) else (here[-1].number + 1 if here else 1)
    added = Line(path, number, actor)
    was = {str(problem) for problem in problems(known)}
    new = [problem for problem in problems([*known, added]) if str(problem) not in was]
    if new:
        raise min(new, key=lambda problem: not str(problem).startswith(f"{path}:{number}: {actor.id}:"))
    rows = _content(path).decode().splitlines() if path.exists() else []
    rows.insert(number - 1, msgspec.json.encode(actor).decode())
    _replace(path, "".join(f"{row}\n" for row in rows))
    return added


def sort_key(name: str) -> str:
    """Return what actors are sorted by within a file."""
    return name.casefold()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _replace(path: Path, text: str) -> None:
    """Write `text` to `path` whole or not at all: a running service reads it again on change."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
