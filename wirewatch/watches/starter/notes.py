"""What is said of a new watch in its comments: what was chosen, what else there is, what is missing."""

from collections.abc import Iterator

from wirewatch.tagging import Actor, Catalogue, TopicRules
from wirewatch.tagging.catalogue.everyday import is_everyday
from wirewatch.watches.language.tree import Term, quoted, terms
from wirewatch.watches.starter.join import Chosen
from wirewatch.watches.starter.said import Unit
from wirewatch.watches.starter.words import CAPITALS, PLURAL

_ALMOST = 0.85
"""How alike a topic's name is that may be meant (difflib's ratio)."""


def notes(chosen: Chosen, catalogue: Catalogue, topics: TopicRules) -> Iterator[str]:
    """Yield the lines."""
    for unit in chosen.further:
        yield f"The mark before {quoted(unit.said)} was taken for AND; OR in its place is either by itself."
    for unit in chosen.topics:
        yield from _chosen(unit, topics)
    for term in terms(chosen.node):
        yield from _shared(term, catalogue)
        yield from _borne_too(term, catalogue)
        yield from _members(term, catalogue)
    for unit in chosen.words:
        yield from _near(unit.said, topics)
    for unit in chosen.words:
        yield from _unknown(unit.said, catalogue)


def needed(actor: Actor) -> list[str]:
    """Return the words one of which must stand in an article for the actor's own name to be met."""
    named = (alias for alias in actor.spelled() if alias.text == actor.name)
    return [word for alias in named for word in alias.needs if not word.endswith("*")]


def _chosen(unit: Unit, topics: TopicRules) -> Iterator[str]:
    """Yield what to say of words for which a topic was taken."""
    assert unit.topic is not None
    topic = Term("topic", unit.topic.name)
    yield f"{topic} is {quoted(unit.about)} in whatever words, and what is akin to it, in English articles."
    others = [
        str(Term("topic", name))
        for name in topics.nearest(unit.about, cutoff=_ALMOST)
        if name != unit.topic.name
    ]
    yield f"  The words alone: {unit.node}{'. Other topics of them: ' * bool(others)}{', '.join(others)}"


def _shared(term: Term, catalogue: Catalogue) -> list[str]:
    """Return what to say of a word that is a name of several actors; nothing of any other."""
    named = catalogue.find(term.value) if term.kind == "text" and term.value[0].isupper() else []
    if len(named) < 2:
        return []
    return [
        f"{term} is a name of {len(named)} actors, and the word is met by each. To mean one, write:",
        *(f"  {Term('actor', actor.id)} for {actor.name} ({actor.type})" for actor in named),
    ]


def _borne_too(term: Term, catalogue: Catalogue) -> list[str]:
    """Return what to say of an actor whose own name others bear too; nothing of any other."""
    for actor in catalogue.find(term.value) if term.kind == "actor" else ():
        if needed(actor):
            tells = f"{term} is met where what stands around tells it from others of that name"
            return [f"{tells}; {quoted(actor.name)} is any of them."]
    return []


def _members(term: Term, catalogue: Catalogue) -> list[str]:
    """Return what to say of a group that is met by its members; nothing of any other term."""
    group = catalogue.find(term.value)[0] if term.members else None
    if group is None:
        return []
    listed = f"`wirewatch catalogue find {quoted(group.name)}` lists them"
    return [f"{term} is any of {len(group.members)}, with all that belongs to them; {listed}."]


def _near(words: str, topics: TopicRules) -> list[str]:
    """Return what to say of words that are looked for as words, though topics are near; nothing of others."""
    near = [str(Term("topic", name)) for name in topics.nearest(words, cutoff=_ALMOST)]
    return [f"By what it is about, with {quoted(words)} or without: {', '.join(near)}"] * bool(near)


def _unknown(words: str, catalogue: Catalogue) -> list[str]:
    """Return what to say of names that nobody in the catalogue bears, which are looked for as words."""
    notes = []
    for found in CAPITALS.finditer(words):
        name = found[0]
        if is_everyday(name) or PLURAL.search(name) or catalogue.find(name):
            continue
        notes += [
            f"No actor of the catalogue is called {quoted(name)}, so it is looked for as a word. To add one:",
            f"  wirewatch catalogue add {quoted(name)} --type person (or company, organisation …)",
        ]
    return notes
