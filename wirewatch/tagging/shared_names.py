"""Where topics and actors disagree on a name: `medvedev`, a strong word of tennis and a politician."""

from collections.abc import Iterator

from wirewatch.advice import Advice
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.text.fold import fold, unaccented
from wirewatch.tagging.topics.topics import PLAYED, STRENGTHS, TopicRules

_OF_STATES = frozenset({"country", "territory", "agency"})


def shared_names(topics: TopicRules, catalogue: Catalogue) -> Iterator[Advice]:
    """Yield a doubt for each phrase that alone tells of sport or the arts, and is a name of one in office.

    An article about a minister of that name would be one about tennis.
    """
    actors = catalogue.actors
    held: dict[str, str] = {}
    for actor in actors.values():
        if any(actors[role.of].type in _OF_STATES for role in actor.roles):
            for alias in actor.spelled():
                held.setdefault(_key(alias.text), actor.name)
    above = topics.above()
    for topic in topics.topics:
        if PLAYED.isdisjoint((topic.code, *above[topic.code])):
            continue
        for phrase, weight in topic.phrases.items():
            if weight == STRENGTHS["strong"] and (name := held.get(_key(phrase.removesuffix("*")))):
                yield Advice(
                    f"{phrase!r} is a strong phrase of {topic.name} and a name of {name}",
                    "move it to weak, or write the player's full name",
                )


def _key(text: str) -> str:
    return fold(unaccented(text))
