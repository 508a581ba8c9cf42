"""The actors, topics and phrases that watches name, each with a number; and which of them an article has."""

from typing import Final, Literal, NamedTuple, TypeVar

from wirewatch.article import Place
from wirewatch.tagging.catalogue import Catalogue
from wirewatch.tagging.tagger import Phrase, Tags
from wirewatch.tagging.topics import TopicRules
from wirewatch.watches.model import Term

K = TypeVar("K")

MIN_PREFIX: Final = 3
"""Letters before a `*`; with fewer it stands for half a dictionary."""


class PhraseText(NamedTuple):
    """What a phrase clause asks for."""

    text: str
    case: Literal["any", "exact"]
    prefix: bool


class Vocabulary:
    """Numbers for terms. Filled while watches are compiled, then only read."""

    def __init__(self, catalogue: Catalogue, topics: TopicRules) -> None:
        self._catalogue = catalogue
        self._rules = topics
        self._next = 0
        self._actors: dict[str, int] = {}
        self._topics: dict[str, int] = {}
        self._texts: dict[PhraseText, int] = {}
        self._phrases: list[int] = []

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """What the tagger has to look for."""
        return tuple(
            Phrase(id=n, text=phrase.text, case=phrase.case, prefix=phrase.prefix)
            for n, phrase in enumerate(self._texts)
        )

    def number(self, term: Term) -> int:
        """Return the number of `term`; terms that mean the same have one.

        Raises ValueError, saying what to write instead, for a term that no article could ever have.
        """
        if term.kind == "phrase":
            return self._number_phrase(parse_phrase(term.value))
        if term.kind == "actor":
            return self._numbered(self._actors, self._actor(term.value))
        return self._numbered(self._topics, self._topic(term.value))

    def terms(self, tags: Tags) -> set[int]:
        """Return the numbers of the terms that an article tagged with `tags` has."""
        has = {self._actors[actor.id] for actor in tags.actors if actor.id in self._actors}
        has.update(self._topics[topic.code] for topic in tags.topics if topic.code in self._topics)
        has.update(self._phrases[hit.phrase] for hit in tags.phrases)
        return has

    def places(self, tags: Tags) -> dict[int, list[Place]]:
        """Return where the article has each of its terms; of a rolled-up actor or topic, those beneath it."""
        mentioned = {actor.id: [mention.place for mention in actor.mentions] for actor in tags.actors}
        places: dict[int, list[Place]] = {}
        for actor in tags.actors:
            if actor.id in self._actors:
                beneath = [place for via in actor.via for place in mentioned.get(via, ())]
                places[self._actors[actor.id]] = mentioned[actor.id] or beneath
        spoken = {topic.code: [mention.place for mention in topic.mentions] for topic in tags.topics}
        for topic in tags.topics:
            if topic.code in self._topics:
                beneath = [place for via in topic.via for place in spoken.get(via, ())]
                places[self._topics[topic.code]] = spoken[topic.code] or beneath
        for hit in tags.phrases:
            places.setdefault(self._phrases[hit.phrase], []).append(hit.place)
        return places

    def _actor(self, name: str) -> str:
        found = self._catalogue.find(name)
        if not found:
            raise ValueError(_unknown("actor", name, self._catalogue.nearest(name), "config/actors"))
        if len(found) > 1:
            meant = ", ".join(f"{actor.id} ({actor.name}, {actor.type})" for actor in found)
            raise ValueError(f"{name!r} names {len(found)} actors; write the id of one: {meant}")
        return found[0].id

    def _topic(self, name: str) -> str:
        found = self._rules.find(name)
        if not found:
            raise ValueError(_unknown("topic", name, self._rules.nearest(name), "config/topics.yaml"))
        if len(found) > 1:
            meant = ", ".join(topic.code for topic in found)
            raise ValueError(f"{name!r} names {len(found)} topics; write the code of one: {meant}")
        return found[0].code

    def _number_phrase(self, phrase: PhraseText) -> int:
        if phrase not in self._texts:
            self._phrases.append(self._next)
        return self._numbered(self._texts, phrase)

    def _numbered(self, numbers: dict[K, int], key: K) -> int:
        if key not in numbers:
            numbers[key] = self._next
            self._next += 1
        return numbers[key]


def parse_phrase(text: str) -> PhraseText:
    """Return the phrase that `text` asks for: `=US` counts case, `tanker*` lets the word go on.

    Raises ValueError when there is too little of it to look for.
    """
    prefix = text.endswith("*")
    words = text.removeprefix("=").removesuffix("*").strip()
    if not any(character.isalnum() for character in words):
        raise ValueError(f"{text!r} has no letter or digit to look for")
    if "*" in words:
        raise ValueError(f"{text!r}: a * stands at the end only")
    if prefix and len(words.split()[-1]) < MIN_PREFIX:
        raise ValueError(f"{text!r}: before the * go at least {MIN_PREFIX} letters")
    return PhraseText(words, "exact" if text.startswith("=") else "any", prefix)


def _unknown(kind: str, name: str, near: list[str], where: str) -> str:
    hint = (
        f"did you mean {' or '.join(repr(other) for other in near)}?"
        if near
        else f"{where} has all there are"
    )
    return f"no {kind} {name!r} is known; {hint}"
