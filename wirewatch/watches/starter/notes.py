"""What is said of a new watch in its comments: what was chosen, what else there is, what is missing."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from wirewatch.tagging import Actor, Catalogue, TopicRules
from wirewatch.tagging.catalogue.everyday import is_everyday
from wirewatch.tagging.text.fold import fold
from wirewatch.text import count
from wirewatch.watches.language.terms import MIN_PREFIX
from wirewatch.watches.language.tree import Term, quoted, scoped, terms
from wirewatch.watches.starter.join import Chosen
from wirewatch.watches.starter.said import Unit
from wirewatch.watches.starter.spelling import meant
from wirewatch.watches.starter.words import CAPITALS, LITTLE_ABROAD, PLURAL

_ALMOST = 0.85
"""How alike a topic's name is that may be meant (difflib's ratio)."""
_MISTYPED = 0.8
"""How alike an actor's is: Ukriane, Selenskyj."""
_LONG = 5
"""Letters of a name from which on one that is alike is hardly by chance."""
_SHOWN = 3
"""Actors that may be meant."""


def notes(
    said: str, units: Sequence[Unit], chosen: Chosen, catalogue: Catalogue, topics: TopicRules
) -> Iterator[str]:
    """Yield the lines."""
    for unit in chosen.further:
        joint = '"and"' if unit.joint == "and" else "comma or semicolon"
        yield f"The {joint} before {quoted(unit.said)} was read as AND; write OR to match either."
    for unit in chosen.topics:
        yield from _chosen(unit, topics)
    asked = list(terms(chosen.node))
    for term in asked:
        yield from _shared(term, asked, catalogue)
        yield from _members(term, catalogue)
    for unit in units:
        if unit.actor:
            yield from _named(unit, catalogue)
    for unit in chosen.words:
        yield from _near(unit.said, topics)
    yield from _as_typed(said, units, catalogue, topics)


def needed(actor: Actor, said: str) -> list[str]:
    """Return the words one of which must stand in an article for the name `said` to mean the actor."""
    named = (alias for alias in actor.spelled() if alias.text == said)
    return [word for alias in named for word in alias.needs if not word.endswith("*")]


def _chosen(unit: Unit, topics: TopicRules) -> Iterator[str]:
    """Yield what to say of words for which a topic was taken."""
    names = [topic.name for topic in unit.topics]
    about = quoted(unit.about)
    for topic in (Term("topic", name) for name in names):
        if unit.kind:
            yield f"{topic} leaves out {about} in other senses; only English articles have topics."
        else:
            yield f"{topic} matches {about} in any wording, and related subjects, in English articles."
    if unit.in_words is not None:
        yield f"  {about} alone does not tell that, so it matches too: {unit.in_words}"
    elif not unit.told:
        either = " OR ".join([*(str(Term("topic", name)) for name in names), str(scoped(unit.node, "title"))])
        why = "and has other senses" if unit.other_senses else "so an article must say more"
        yield f"  {about} alone does not tell that, {why}. For any headline with it write ({either}) instead."
    others = [
        str(Term("topic", name)) for name in topics.nearest(unit.about, cutoff=_ALMOST) if name not in names
    ]
    yield f"  The words alone: {unit.node}{'. Other topics: ' * bool(others)}{', '.join(others)}"


def _shared(term: Term, others: Sequence[Term], catalogue: Catalogue) -> list[str]:
    """Return what to say of a word that is a name of actors too; nothing where `others` ask for them."""
    bearers = catalogue.find(term.value) if term.kind == "text" and term.value[0].isupper() else []
    named = [actor for actor in bearers if term.value in {actor.name, *(a.text for a in actor.spelled())}]
    if not named or any(other.kind == "actor" and catalogue.find(other.value) == named for other in others):
        return []
    many = "an actor" if len(named) == 1 else f"{len(named)} actors"
    return [
        f"{term} is a name of {many}; as a word it matches any of them. To mean one, write:",
        *(f"  {_actor(actor, catalogue)} for {actor.name} ({actor.type})" for actor in named),
    ]


def _named(unit: Unit, catalogue: Catalogue) -> Iterator[str]:
    """Yield what to say of an actor who was named by a name that others bear too, or by an office."""
    for actor in catalogue.find(unit.node.value) if isinstance(unit.node, Term) else ():
        alone = [alias for alias in actor.spelled() if alias.text == unit.said]
        if any(alias.needs or alias.kind == "surname" for alias in alone):
            tells = f"{unit.node} matches where the words around the name tell it from others"
            yield f"{tells}; {quoted(unit.said)} matches any of them."
        elif actor.roles and actor not in catalogue.find(unit.said):
            yield f"{unit.node} is the last known holder of that office; a successor will not match."


def _members(term: Term, catalogue: Catalogue) -> list[str]:
    """Return what to say of a group that is met by its members; nothing of any other term."""
    group = catalogue.find(term.value)[0] if term.members else None
    if group is None:
        return []
    members = count(len(group.members), "member")
    listed = f"`wirewatch catalogue find {quoted(group.name)}` lists them"
    return [f"{term} matches any of its {members}, and what belongs to them; {listed}."]


def _near(words: str, topics: TopicRules) -> list[str]:
    """Return what to say of words that are looked for as words, though topics are near; nothing of others."""
    near = [str(Term("topic", name)) for name in topics.nearest(words, cutoff=_ALMOST)]
    return [f"By subject, whether or not it says {quoted(words)}: {', '.join(near)}"] * bool(near)


def _as_typed(said: str, units: Sequence[Unit], catalogue: Catalogue, topics: TopicRules) -> Iterator[str]:
    """Yield what to say of words that neither the topics nor the catalogue know."""
    foreign = not LITTLE_ABROAD.isdisjoint(said.split())
    if foreign:
        yield "Actors and topics are known by their English names; other words are searched for as typed."
    for unit in units:
        words = "" if unit.actor else unit.said.removesuffix(unit.about)
        for word in () if foreign else words.split():
            if likely := meant(word, topics):
                yield f"{quoted(word)} is searched for as typed. Did you mean {quoted(likely)}?"
        yield from _unknown(words, catalogue, topics, foreign=foreign)


def _unknown(words: str, catalogue: Catalogue, topics: TopicRules, *, foreign: bool) -> list[str]:
    """Return what to say of names that nobody in the catalogue bears, which are looked for as words; nothing
    of what is a word of topics (GDP), or a name of a thing (H5N1, F-35).
    """
    notes = []
    for found in CAPITALS.finditer(words):
        name, end = found[0], found.end()
        part = words[:end].rpartition(" ")[2] + words[end:].partition(" ")[0]
        if is_everyday(name) or PLURAL.search(name) or catalogue.find(name) or topics.speaking(name.lower()):
            continue
        if len(name) == 1 or any(map(str.isdigit, name + part)):
            continue
        near = [str(_actor(actor, catalogue)) for actor in _like(name, catalogue)]
        likely = f" Did you mean {' or '.join(near)}?" * bool(near)
        if likely or not foreign:
            called = f"No actor in the catalogue is called {quoted(name)}"
            notes.append(f"{called}, so it is searched for as a word.{likely}")
        if not (foreign or likely):
            add = f"wirewatch catalogue add {quoted(name)} --type person (or company, agency …)"
            notes += [f"  To add one: {add}", *_nouns(name.split())]
    return notes


def _nouns(words: Sequence[str]) -> list[str]:
    """Return what to write if two words with capitals are no name: German nouns have them."""
    if len(words) != 2 or not all(word.istitle() and len(word) > MIN_PREFIX for word in words):
        return []
    first, second = words
    return [f"  Of German nouns write: {first}* NEAR/5 {second}* OR {first}{second.lower()}*"]


def _like(name: str, catalogue: Catalogue) -> list[Actor]:
    """Return who may be meant by a name: persons of that surname (`Kanzler Merz`), or a name almost so."""
    found = [actor for actor in catalogue.called(name.rpartition(" ")[2]) if actor.type == "person"]
    if not found and len(name) >= _LONG:
        near = (near for near in catalogue.nearest(name) if _ratio(near, name) >= _MISTYPED)
        found = catalogue.find(next(near, ""))
    return found[:_SHOWN]


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, fold(one), fold(other)).ratio()


def _actor(actor: Actor, catalogue: Catalogue) -> Term:
    return Term("actor", actor.name if len(catalogue.find(actor.name)) == 1 else actor.id)
