"""The catalogue of actors: `config/actors/*.jsonl`, one actor a line, and what can be asked of it."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.check import checked
from wirewatch.tagging.catalogue.files import read_lines
from wirewatch.tagging.catalogue.offices import Offices, lately
from wirewatch.tagging.text.fold import fold, unaccented


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
        return list(self._names.get(fold(name.strip()), ()))

    def called(self, alias: str) -> list[Actor]:
        """Return the actors that bear this alias as spelled; else in any case; else without accents."""
        key = alias.strip()
        folded = fold(key)
        return list(self._aliases.get(key) or self._folded.get(folded) or self._bare.get(folded) or ())

    def find(self, name_or_id_or_alias: str) -> list[Actor]:
        """Return the actors meant: by id, else by name, else by alias, in that order; [] when unknown."""
        known = self.get(name_or_id_or_alias.strip())
        return [known] if known else self.named(name_or_id_or_alias) or self.called(name_or_id_or_alias)

    def codes(self, name: str) -> list[str]:
        """Return the codes (ISO 3166-1 alpha-2) of the countries and territories meant, as `find` does."""
        return [actor.iso2 for actor in self.find(name) if actor.iso2]

    def holding(self, office: str) -> list[Actor]:
        """Return who holds or held an office, in any case, the latest first: [] for none.

        A title, alone or with whose it is: `supreme leader`, `prime minister of Japan`, `the US president`.
        """
        office = office.strip()
        if fold(office).startswith("the "):
            office = office[len("the ") :]
        title = fold(office)
        terms = [(role, actor) for actor in self.actors.values() for role in actor.roles]
        terms = [(role, actor) for role, actor in terms if fold(role.title) == title]
        terms.sort(key=lambda term: lately(term[0]), reverse=True)
        return list({actor.id: actor for _, actor in terms}.values()) or self._holding_of(office)

    def _holding_of(self, office: str) -> list[Actor]:
        offices = Offices(self.actors)
        for body, title in _readings(office):
            for actor in self.find(body):
                if held := offices.holders(actor.id, fold(title)):
                    return held
        return []

    def members(self, actor_id: str) -> list[Actor]:
        """Return who belongs to an organisation or a region: [] for one without members, or an unknown id."""
        actor = self.get(actor_id)
        return [self.actors[member] for member in actor.members] if actor else []

    def nearest(self, name: str) -> list[str]:
        """Return up to three known names close to `name`, for error messages."""
        close = difflib.get_close_matches(fold(name.strip()), self._spelled, n=3, cutoff=0.6)
        return list(dict.fromkeys(self._spelled[c] for c in close))

    @cached_property
    def _names(self) -> dict[str, list[Actor]]:
        return _grouped((fold(actor.name), actor) for actor in self.actors.values())

    @cached_property
    def _aliases(self) -> dict[str, list[Actor]]:
        return _grouped((alias.text, actor) for actor in self.actors.values() for alias in actor.spelled())

    @cached_property
    def _folded(self) -> dict[str, list[Actor]]:
        return _grouped((fold(text), actor) for text, bearers in self._aliases.items() for actor in bearers)

    @cached_property
    def _bare(self) -> dict[str, list[Actor]]:
        """By alias as a text has it that leaves accents out: `Erdogan`."""
        return _grouped(
            (fold(unaccented(text)), actor) for text, bearers in self._aliases.items() for actor in bearers
        )

    @cached_property
    def _spelled(self) -> dict[str, str]:
        """Every name and alias as written, by its folded form; a name goes before an alias."""
        aliases = {fold(text): text for text in self._aliases}
        return aliases | {fold(actor.name): actor.name for actor in self.actors.values()}


def _readings(office: str) -> Iterator[tuple[str, str]]:
    """Yield whose office it may be, and its title: `Japan`, `prime minister`."""
    title, _, body = office.partition(" of ")
    if body:
        yield body.removeprefix("the "), title
    words = office.split()
    for n in range(len(words) - 1, 0, -1):
        yield " ".join(words[:n]).removesuffix("'s").removesuffix("\u2019s"), " ".join(words[n:])


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
