"""Events in a headline: with its actors taken for their class, patterns tell who does what to whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, Protocol

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.catalogue.offices import lately
from wirewatch.tagging.text.fold import Text, fold, spaced
from wirewatch.tagging.text.headline import LONGEST
from wirewatch.tagging.topics.event_patterns import CLASSES, any_of
from wirewatch.tagging.topics.topics import TopicRules

_CLASS_OF: Final[Mapping[str, str]] = {"country": "state", "territory": "state", "armed_group": "group"}
"""The class by an actor's type, where it is not called the same."""
_PERSON_OF: Final[Mapping[str, str]] = {"armed_group": "commander", "company": "executive"}
"""The class of a person by the type of whom the last office is."""


class Named(Protocol):
    """An actor accepted in the text (`names.found.Found`)."""

    @property
    def start(self) -> int:
        """Return where its name starts in the plain text."""

    @property
    def end(self) -> int:
        """Return where it ends."""

    @property
    def actor(self) -> Actor:
        """Return who it is."""

    @property
    def kind(self) -> str:
        """Return what its name is: `title` for an office."""


class EventReader:
    """Finds events of topics (index). Keeps nothing of a text."""

    def __init__(self, rules: TopicRules, catalogue: Catalogue) -> None:
        self._actors = catalogue.actors
        self._patterns = [(n, event) for n, topic in enumerate(rules.topics) for event in topic.events]
        self._none_at_all = cache(lambda: any_of(rules.no_event) if rules.no_event else None)
        self._denied = cache(lambda: any_of(rules.no_event_after) if rules.no_event_after else None)
        # When first met: all of them take a tenth of a second.
        self._finder = cache(lambda n: any_of([self._patterns[n][1]]))
        by_word: defaultdict[bytes, set[int]] = defaultdict(set)
        for n, (_, pattern) in enumerate(self._patterns):
            for word in pattern.words:
                by_word[spaced(word).split()[0]].add(n)
        self._by_word = {word: frozenset(topics) for word, topics in by_word.items()}

    def read(self, text: Text, found: Sequence[Named]) -> list[tuple[int, int, int]]:
        """Return where in the plain text an event of a topic is told: start, end, topic (index).

        `found`: the accepted actors, in order.
        """
        end = text.origin.start(1) - 1
        if not found or found[0].start >= end or end > LONGEST:
            return []
        by_word = self._by_word
        words = text.folded[1 : end + 1].split()
        if by_word.keys().isdisjoint(words):
            return []
        headline = self._as_classes(text.plain[:end], found)
        first: dict[int, tuple[int, int]] = {}
        for n in sorted(set().union(*[by_word[word] for word in words if word in by_word])):
            topic = self._patterns[n][0]
            event = self._finder(n).search(headline)
            if event and (topic not in first or event.start() < first[topic][0]):
                first[topic] = event.start(), event.end() - 1
        events = [(*span, topic) for topic, span in first.items()]
        if not events or ((none_at_all := self._none_at_all()) and none_at_all.search(headline)):
            return []
        denied = self._denied()
        if denied is None:
            return events
        return [event for event in events if not denied.search(headline, 0, event[1] + 1)]

    def _as_classes(self, headline: str, found: Sequence[Named]) -> str:
        """Return a headline folded, a space before it, and letters of its class for those of each actor."""
        letters = list(fold(headline))
        for one in found:
            if one.start >= len(letters):
                break
            if one.kind != "title":  # `Iran's president`: the words say more
                letters[one.start : one.end] = self._letter(one) * (one.end - one.start)
        return f" {''.join(letters)}"

    def _letter(self, one: Named) -> str:
        actor = one.actor
        if actor.type == "place" and one.kind == "capital":
            return CLASSES["capital"]
        if actor.type != "person":
            return CLASSES[_CLASS_OF.get(actor.type, actor.type)]
        last = max(actor.roles, key=lately, default=None)
        return CLASSES[_PERSON_OF.get(self._actors[last.of].type, "leader") if last else "leader"]
