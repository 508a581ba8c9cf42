"""Events in a headline: with its actors taken for their class, patterns tell who does what to whom."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from wirewatch.tagging.text.counter import counter
from wirewatch.tagging.text.fold import Text, spaced
from wirewatch.tagging.text.headline import LONGEST
from wirewatch.tagging.topics.classes import AsClasses, Named
from wirewatch.tagging.topics.event_patterns import any_of
from wirewatch.tagging.topics.topics import TopicRules


class EventReader:
    """Finds events of topics (index). Keeps nothing of a text."""

    def __init__(self, rules: TopicRules, as_classes: AsClasses) -> None:
        self._as_classes = as_classes
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
        self._count = counter(self._by_word)

    def read(self, text: Text, found: Sequence[Named]) -> list[tuple[int, int, int]]:
        """Return where in the plain text an event of a topic is told: start, end, topic (index).

        `found`: the accepted actors, in order.
        """
        end = text.origin.start(1) - 1
        if not found or found[0].start >= end or end > LONGEST:
            return []
        words = text.folded[1 : end + 1]
        if not self._count(words)[1]:  # as most
            return []
        by_word = self._by_word
        headline = self._as_classes.written(text.plain, 0, end, found)
        first: dict[int, tuple[int, int]] = {}
        for n in sorted(set().union(*[by_word[word] for word in words.split() if word in by_word])):
            topic = self._patterns[n][0]
            event = self._finder(n).search(headline)
            if event and (topic not in first or event.start() < first[topic][0]):
                first[topic] = event.start(), event.end() - 1
        events = [(*span, topic) for topic, span in first.items()]
        if events and (none_at_all := self._none_at_all()):
            # What an event begins with does not forbid it: `Quake destroys homes in Iran`.
            forbids = [one.start() for one in none_at_all.finditer(headline)]
            events = [event for event in events if all(start == event[0] for start in forbids)]
        if not events:
            return []
        denied = self._denied()
        if denied is None:
            return events
        return [event for event in events if not denied.search(headline, 0, event[1] + 1)]
