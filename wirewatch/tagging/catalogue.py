"""The catalogue of actors: `config/actors/*.jsonl`, one actor a line, and what can be asked of it."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from wirewatch.errors import ConfigError
from wirewatch.tagging.actors import Actor
from wirewatch.tagging.check import Line, checked


class Catalogue:
    """All actors, by id. Immutable once made."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self.actors: dict[str, Actor] = {actor.id: actor for actor in actors}
        self._names: dict[str, list[Actor]] = defaultdict(list)
        self._aliases: dict[str, list[Actor]] = defaultdict(list)
        self._folded: dict[str, list[Actor]] = defaultdict(list)
        for actor in self.actors.values():
            self._names[actor.name.casefold()].append(actor)
            for alias in actor.spelled():
                if actor not in self._aliases[alias.text]:
                    self._aliases[alias.text].append(actor)
                if actor not in self._folded[alias.text.casefold()]:
                    self._folded[alias.text.casefold()].append(actor)

    def __len__(self) -> int:
        return len(self.actors)

    def find(self, name_or_id_or_alias: str) -> list[Actor]:
        """Return the actors meant: by id, else by name, else by alias, in that order; [] when unknown."""
        key = name_or_id_or_alias.strip()
        if key in self.actors:
            return [self.actors[key]]
        folded = key.casefold()
        return list(self._names.get(folded) or self._aliases.get(key) or self._folded.get(folded) or ())

    def nearest(self, name: str) -> list[str]:
        """Return up to three known names close to `name`, for error messages."""
        known = {a.name.casefold(): a.name for a in self.actors.values()}
        known |= {alias.text.casefold(): alias.text for a in self.actors.values() for alias in a.spelled()}
        close = difflib.get_close_matches(name.strip().casefold(), known, n=3, cutoff=0.6)
        return [known[c] for c in close]


def load_catalogue(folder: Path) -> Catalogue:
    """Read every `*.jsonl` of `folder`.

    Raises ConfigError, naming file and line: unreadable, not JSON, wrong fields, an id twice, an unknown
    parent, or an alias that two actors claim without context to tell them apart.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise ConfigError(f"{folder}: no *.jsonl file with actors; `wirewatch init DIR` writes them")
    decoder = msgspec.json.Decoder(Actor)
    lines: list[Line] = []
    for path in files:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
        for number, line in enumerate(content.splitlines(), 1):
            if line.strip():
                try:
                    lines.append(Line(path, number, decoder.decode(line)))
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise ConfigError(f"{path}:{number}: not an actor: {error}") from error
    return Catalogue(checked(lines))
