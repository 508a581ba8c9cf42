"""What names in watches stand for: actors, topics, languages, countries; and what is said of unknown ones."""

import re
from typing import Final

from wirewatch.codes import country_code, language_code
from wirewatch.tagging import Catalogue, Topic, TopicRules
from wirewatch.watches.language.tree import Term, quoted
from wirewatch.watches.sources import source_name

_LIST, _BLANK = re.compile(r", | and "), re.compile(r"[, ]+")
_SHOWN: Final = 3
_ALMOST: Final = 0.85
"""How alike words are that differ by an ending (difflib's ratio): sports and sport, not medical and media."""


class Names:
    """Looks names up, in one catalogue and one set of topics. Every complaint is a ValueError."""

    def __init__(self, catalogue: Catalogue, topics: TopicRules) -> None:
        self._catalogue = catalogue
        self._rules = topics

    def actors(self, name: str, *, members: bool) -> frozenset[str]:
        """Return the id of the actor called `name` (an id, a name or an alias), with `members` theirs too."""
        found = self._catalogue.find(name)
        if not found:
            raise ValueError(self._no_actor(name))
        if len(found) > 1:
            meant = ", ".join(f"{actor.id} ({actor.name}, {actor.type})" for actor in found)
            raise ValueError(f"{name!r} names {len(found)} actors; write the id of one: {meant}")
        return frozenset((found[0].id, *(self._members(found[0].id, name) if members else ())))

    def actor_name(self, actor_id: str) -> str:
        """Return the name of an actor that `actors` gave."""
        return self._catalogue.actors[actor_id].name

    def _no_actor(self, name: str) -> str:
        holders = self._catalogue.holding(name)
        if not holders:
            return _unknown("actor", name, self._catalogue.nearest(name), "config/actors")
        shown = ", ".join(_as_written(holder.name) for holder in holders[:_SHOWN])
        return f"{name!r} is an office; write who holds it ({shown}) or the words: {quoted(name)}"

    def _members(self, actor_id: str, name: str) -> tuple[str, ...]:
        members = tuple(actor.id for actor in self._catalogue.members(actor_id))
        if not members:
            raise ValueError(f"{name} has no members in config/actors; leave +members out")
        return members

    def has_members(self, name: str) -> bool:
        """Tell whether the actor called `name` has members."""
        return any(actor.members for actor in self._catalogue.find(name))

    def is_silent(self, name: str) -> bool:
        """Tell whether no text can name the actor called `name`, nor what belongs to it."""
        ids = {actor.id for actor in self._catalogue.find(name)}
        return not any(
            ids & {actor.id, *actor.parents, *(role.of for role in actor.roles)} and actor.aliases
            for actor in self._catalogue.actors.values()
        )

    def topic(self, name: str) -> str:
        """Return the code of the topic called `name`: its code, its name, or a part of no other name.

        A part may be in the plural.
        """
        found = (
            self._rules.find(name)
            or self._topics_of(name, _LIST)
            or self._topics_of(name, _BLANK)
            or self._rules.named(name)
        )
        if not found:
            raise ValueError(_unknown("topic", name, self._rules.nearest(name), "config/topics.yaml"))
        if len(found) > 1:
            meant = ", ".join(f"{topic.code} ({topic.name})" for topic in found)
            near = self._rules.alike(name, _ALMOST)
            instead = f"did you mean {near[0]!r}? Else write" if near else "write"
            raise ValueError(f"{name!r} names {len(found)} topics; {instead} the code of one: {meant}")
        return found[0].code

    def narrower(self, code: str) -> frozenset[str]:
        """Return the codes of a topic and of all below it."""
        below = [code]
        for above in below:  # grows while it is walked; topics have no circles
            below += [topic.code for topic in self._rules.topics if topic.parent == above]
        return frozenset(below)

    def _topics_of(self, name: str, between: re.Pattern[str]) -> list[Topic]:
        """Return the topics that have `name` as a part of theirs: `war` of `conflict, war and peace`."""
        part = name.casefold()
        return [topic for topic in self._rules.topics if part in between.split(topic.name.casefold())]

    def field(self, kind: str, value: str) -> str:
        """Return `value` of a field (`source`, `lang`, `country`, `tag`) as articles have it."""
        match kind:
            case "lang":
                return language_code(value, key="lang:")
            case "country":
                return country_code(value, self._catalogue.codes, key="country:")
            case "source":
                return source_name(value)
            case _:
                return value.casefold()


def _as_written(name: str) -> str:
    return str(Term("actor", name))


def _unknown(kind: str, name: str, near: list[str], where: str) -> str:
    hint = (
        f"did you mean {' or '.join(repr(other) for other in near)}?"
        if near
        else f"{where} has all there are"
    )
    return f"no {kind} {name!r} is known; {hint}"
