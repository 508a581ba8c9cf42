"""The tests of a new watch: what it is to find, and what a wider one would find too."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, Literal, NamedTuple

from wirewatch.tagging import Actor, Catalogue, Topic
from wirewatch.watches.language.tree import All, Any, Node, Term, terms
from wirewatch.watches.starter.join import Chosen
from wirewatch.watches.starter.notes import needed
from wirewatch.watches.starter.request import TagText
from wirewatch.watches.starter.said import Unit
from wirewatch.watches.starter.words import PLURAL

_TRIED: Final = 20
"""Phrases of a topic that are tried in an example."""


class Example(NamedTuple):
    """A text, and what is expected of it."""

    text: str
    expect: Literal["alert", "none"]


class Heard(NamedTuple):
    """What was said, what it names, and what that comes to."""

    said: str
    units: Sequence[Unit]
    chosen: Chosen


def examples(
    wanted: Heard, left_out: Sequence[Heard], catalogue: Catalogue, tag: TagText
) -> Iterator[Example]:
    """Yield what was said, with and without what is left out; each topic it has or is one sort of, in other
    words; and its last words alone.
    """
    said, units, chosen = wanted
    meets = _meeting(said, units, chosen, catalogue, tag)
    yield Example(meets, "alert")
    for heard in left_out:
        text = f"{meets}: {_meeting(*heard, catalogue, tag)}"
        if _still_tells(text, heard, catalogue, tag):
            yield Example(text, "none")
    topics = [
        topic
        for unit in units
        for topic in ((unit.wider,) if unit.wider else unit.topics if unit in chosen.topics else ())
    ]
    words = " ".join([said, *(term.value for term in terms(chosen.node) if term.kind == "text")])
    texts = [(topic, _in_other_words(words, topic, tag)) for topic in topics]
    for topic, text in texts:
        if text:
            yield Example(text, "alert" if _enough(chosen.node, topic) else "none")
    named = list(dict.fromkeys(unit.said for unit in units))
    last = named[-1] if len(named) > 1 else named[-1].split()[-1]
    wide = isinstance(chosen.node, Any) or any(_enough(chosen.node, topic) for topic in topics)
    wide = wide or any(_telling([last], unit.topics, tag) for unit in chosen.topics)
    if (
        last != " ".join(named)
        and not wide
        and not (len(units) == 1 and _tells(last, units[0], catalogue, tag))
    ):
        yield Example(last, "none")
    else:
        yield Example("Something else altogether.", "none")


def _enough(node: Node, topic: Topic) -> bool:
    """Tell whether it meets `node` to be about `topic`, whatever else is said."""
    match node:
        case All(parts):
            return all(_enough(part, topic) for part in parts)
        case Any(parts):
            return any(_enough(part, topic) for part in parts)
        case _:
            return node == Term("topic", topic.name)


def _meeting(said: str, units: Sequence[Unit], chosen: Chosen, catalogue: Catalogue, tag: TagText) -> str:
    """Return a text that meets what was chosen: what was said, and what a name or a topic needs more."""
    text = said
    for unit in units:
        for actor in _actors(unit, catalogue):
            added = (f"{text}: {more}" for more in (*needed(actor, unit.said)[:1], actor.name))
            text = next((each for each in (text, *added) if _tells(each, unit, catalogue, tag)), text)
    for unit in chosen.topics:
        if unit.in_words is None:
            added = (
                f"{text}: {phrase}" for topic in unit.topics for phrase in islice(_phrases(topic), _TRIED)
            )
            text = _telling((text, *added), unit.topics, tag) or text
    return text


def _actors(unit: Unit, catalogue: Catalogue) -> Iterator[Actor]:
    for term in terms(unit.node):
        if term.kind == "actor":
            yield from catalogue.find(term.value)


def _tells(text: str, unit: Unit, catalogue: Catalogue, tag: TagText) -> bool:
    """Tell whether an article that says `text` is about the actor of `unit`."""
    told = {actor.id for actor in tag(text).actors}
    return any(actor.id in told for actor in _actors(unit, catalogue))


def _still_tells(text: str, heard: Heard, catalogue: Catalogue, tag: TagText) -> bool:
    """Tell whether the actors and topics of `heard` are told in `text`, which goes on with it."""
    return all(_tells(text, unit, catalogue, tag) for unit in heard.units if unit.actor) and all(
        unit.in_words or _telling([text], unit.topics, tag) for unit in heard.chosen.topics
    )


def _in_other_words(said: str, topic: Topic, tag: TagText) -> str:
    """Return a phrase that tells `topic`, with no word of `said`; "" if none of the first does."""
    stems = [re.escape(PLURAL.sub("", word)) for word in re.findall(r"\w+", said)]
    spoken = re.compile(rf"\b(?:{'|'.join(stems)})", re.IGNORECASE)
    others = (phrase for phrase in _phrases(topic) if not spoken.search(phrase))
    return _telling(islice(others, _TRIED), (topic,), tag)


def _phrases(topic: Topic) -> Iterator[str]:
    """Yield the phrases of `topic`, the strongest first."""
    for phrase in sorted(topic.phrases, key=lambda phrase: -topic.phrases[phrase]):
        yield phrase.removesuffix("*")


def _telling(texts: Iterable[str], topics: Sequence[Topic], tag: TagText) -> str:
    """Return the first of `texts` that is about any of `topics`; "" if none is."""
    codes = {topic.code for topic in topics}
    return next((text for text in texts if any(told.code in codes for told in tag(text).topics)), "")
