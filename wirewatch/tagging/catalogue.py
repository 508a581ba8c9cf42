"""The catalogue of actors: `config/actors/*.jsonl`, one actor a line, and what can be asked of it."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from wirewatch.tagging.actors import Actor
from wirewatch.tagging.check import checked
from wirewatch.tagging.files import read_lines


class Catalogue:
    """All actors, by id. Immutable once made; what only an editor or a watch asks for is made when asked."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self.actors: dict[str, Actor] = {actor.id: actor for actor in actors}

    def __len__(self) -> int:
        return len(self.actors)

    def get(self, actor_id: str) -> Actor | None:
        """Return the actor of this id."""
        return self.actors.get(actor_id)

    def named(self, name: str) -> list[Actor]:
        """Return the actors whose own name this is, in any case."""
        return list(self._names.get(name.strip().casefold(), ()))

    def called(self, alias: str) -> list[Actor]:
        """Return the actors that bear this alias as spelled; when none does, those that do in any case."""
        key = alias.strip()
        return list(self._aliases.get(key) or self._folded.get(key.casefold()) or ())

    def find(self, name_or_id_or_alias: str) -> list[Actor]:
        """Return the actors meant: by id, else by name, else by alias, in that order; [] when unknown."""
        known = self.get(name_or_id_or_alias.strip())
        return [known] if known else self.named(name_or_id_or_alias) or self.called(name_or_id_or_alias)

    def holding(self, title: str) -> list[Actor]:
        """Return who holds or held an office of that title, in any case: [] for no office."""
        key = title.strip().casefold()
        return [
            actor
            for actor in self.actors.values()
            if any(role.title.casefold() == key for role in actor.roles)
        ]

    def members(self, actor_id: str) -> list[Actor]:
        """Return who belongs to an organisation: [] for one without members, or an unknown id."""
        actor = self.get(actor_id)
        return [self.actors[member] for member in actor.members] if actor else []

    def nearest(self, name: str) -> list[str]:
        """Return up to three known names close to `name`, for error messages."""
        close = difflib.get_close_matches(name.strip().casefold(), self._spelled, n=3, cutoff=0.6)
        return list(dict.fromkeys(self._spelled[c] for c in close))

    @cached_property
    def _names(self) -> dict[str, list[Actor]]:
        return _grouped((actor.name.casefold(), actor) for actor in self.actors.values())

    @cached_property
    def _aliases(self) -> dict[str, list[Actor]]:
        return _grouped((alias.text, actor) for actor in self.actors.values() for alias in actor.spelled())

    @cached_property
    def _folded(self) -> dict[str, list[Actor]]:
        return _grouped(
            (text.casefold(), actor) for text, bearers in self._aliases.items() for actor in bearers
        )

    @cached_property
    def _spelled(self) -> dict[str, str]:
        """Every name and alias as written, by its folded form; a name goes before an alias."""
        aliases = {text.casefold(): text for text in self._aliases}
        return aliases | {actor.name.casefold(): actor.name for actor in self.actors.values()}


def _grouped(pairs: Iterable[tuple[str, Actor]]) -> dict[str, list[Actor]]:
    """Return by key its actors, each once."""
    groups: dict[str, dict[str, Actor]] = defaultdict(dict)
    for key, actor in pairs:
        groups[key][actor.id] = actor
    return {key: list(actors.values()) for key, actors in groups.items()}


def load_catalogue(folder: Path) -> Catalogue:
    """Read every `*.jsonl` of `folder`.

    Raises ConfigError, naming file and line: unreadable, not JSON, wrong fields, an id twice, an unknown
    parent, or an alias that two actors claim without context to tell them apart.
    """
    return Catalogue(checked(read_lines(folder)))
