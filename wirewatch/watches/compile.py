"""All watches compiled against one catalogue: which of them an article meets, and why.

A watch is looked at only when an article has one of the terms it cannot do without, so an article that has
none costs a few dictionary look-ups however many watches there are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wirewatch.alert import SEVERITIES, ActorRef, AlsoMet, TopicRef
from wirewatch.article import Article
from wirewatch.ids import digest
from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.tagging.names.found import Rejected
from wirewatch.tagging.tagger import Tags
from wirewatch.tagging.topics.explain import TopicNotTold
from wirewatch.watches.condition import Condition, ConditionCompiler
from wirewatch.watches.explain import Explained, explain, nearest_miss
from wirewatch.watches.facts import Facts
from wirewatch.watches.language import LanguageError, Node, Term
from wirewatch.watches.language.tree import terms
from wirewatch.watches.likeness.fingerprint import fingerprint
from wirewatch.watches.match import ArticleHead, Match, StoryPolicy
from wirewatch.watches.misses import Looker, Miss
from wirewatch.watches.model import Only, Watch
from wirewatch.watches.only import admits, refusals
from wirewatch.watches.parse import reading
from wirewatch.watches.problems import Problem, ProblemError
from wirewatch.watches.vocabulary import Vocabulary
from wirewatch.watches.why import Reasons
from wirewatch.yaml_files import KeyPath

MAX_ALSO: Final = 20
"""Other watches named in one match, the severest first."""
MAX_REFS: Final = 20
"""Actors and topics named in one match, the most salient first."""
_EVERYTHING: Final = Only()


@dataclass(frozen=True)
class _Compiled:
    """A watch with what is needed to match it and to say so."""

    watch: Watch
    version: str
    node: Node
    numbers: dict[Term, int]
    condition: Condition
    only: Only | None
    """What an article must be; None for anything."""
    policy: StoryPolicy

    def met(self, facts: Facts) -> bool:
        """Tell whether an article meets it."""
        return self.condition.test(facts) and (
            self.only is None or admits(self.only, facts.article, facts.tags.language)
        )

    def explained(self, facts: Facts) -> Explained:
        """Return what becomes of each part of its condition."""
        return explain(self.node, facts, self.numbers.__getitem__)


@dataclass(frozen=True)
class Judgement:
    """One watch held against one article."""

    watch: Watch
    met: bool
    condition: Explained
    refusals: tuple[str, ...]
    """What speaks against the article whatever it says (`only`)."""
    misses: tuple[Miss, ...]
    """The fewest parts of the condition that would have to turn out otherwise; none when it is met."""


class WatchSet:
    """Watches, compiled. Immutable; may be shared between threads."""

    def __init__(self, watches: Sequence[Watch], catalogue: Catalogue, topics: TopicRules) -> None:
        """Raises ProblemError for the first term that no article could ever have."""
        self.watches = tuple(watches)
        self._vocabulary = Vocabulary(catalogue, topics)
        self._compiled = tuple(
            _compile(watch, self._vocabulary, place=(n, "when")) for n, watch in enumerate(self.watches)
        )
        self._anchored = _by_anchor(self._compiled)
        self.phrases = self._vocabulary.phrases
        """What the tagger has to look for."""
        self.actors = self._vocabulary.actor_names
        """Names of the actors that watches name."""
        self.version = digest("watches", *(part for one in self._compiled for part in _identity(one)))
        """Hash of the watches in their order."""

    def match(
        self, article: Article, tags: Tags, traceparent: Callable[[], str | None] = lambda: None
    ) -> list[Match]:
        """Return a match for each watch that `article` meets, in the order of the watches.

        `traceparent` gives that of the article's record; it is asked only when a watch is met.
        """
        facts = Facts(self._vocabulary, article, tags)
        anchored = self._anchored
        candidates = {number for term in facts.has for number in anchored.get(term, ())}
        met = [self._compiled[n] for n in sorted(candidates) if self._compiled[n].met(facts)]
        return _matches(met, facts, traceparent()) if met else []

    def explain(
        self,
        watch: str,
        article: Article,
        tags: Tags,
        rejected: Sequence[Rejected] = (),
        not_told: Sequence[TopicNotTold] = (),
    ) -> Judgement:
        """Return what becomes of each part of the watch with that id.

        `rejected` and `not_told` are what the tagger found in the article and did not accept.

        Raises KeyError when there is no such watch.
        """
        found = next((one for one in self._compiled if one.watch.id == watch), None)
        if found is None:
            raise KeyError(watch)
        facts = Facts(self._vocabulary, article, tags)
        explained = found.explained(facts)
        against = tuple(refusals(found.watch.only, article, tags.language))
        looker = Looker(facts, found.numbers.__getitem__, rejected, not_told)
        misses = tuple(map(looker.miss, nearest_miss(explained)))
        return Judgement(found.watch, explained.met and not against, explained, against, misses)


def load_watch_set(path: Path, catalogue: Catalogue, topics: TopicRules) -> WatchSet:
    """Return the watches of the YAML file at `path`, compiled.

    Raises ConfigError naming the file, line, watch, place and fix of the first thing wrong.
    """
    return reading(path, lambda watches: WatchSet(watches, catalogue, topics))


def _compile(watch: Watch, vocabulary: Vocabulary, place: KeyPath) -> _Compiled:
    try:
        node = watch.condition
    except LanguageError as error:
        raise ProblemError(Problem.of_text(place, error)) from error
    numbers: dict[Term, int] = {}
    for term in terms(node):
        try:
            numbers[term] = vocabulary.number(term)
        except ValueError as error:
            raise ProblemError(Problem(place, str(error), term.span)) from error
    return _Compiled(
        watch=watch,
        version=watch.version,
        node=node,
        numbers=numbers,
        condition=ConditionCompiler(numbers.__getitem__, vocabulary.costs).compile(node),
        only=None if watch.only == _EVERYTHING else watch.only,
        policy=StoryPolicy.of(watch),
    )


def _by_anchor(compiled: Iterable[_Compiled]) -> dict[int, tuple[int, ...]]:
    anchored: dict[int, list[int]] = {}
    for number, one in enumerate(compiled):
        for term in one.condition.anchors:
            anchored.setdefault(term, []).append(number)
    return {term: tuple(numbers) for term, numbers in anchored.items()}


def _identity(one: _Compiled) -> tuple[str, ...]:
    watch = one.watch
    labels = (f"{name}={value}" for name, value in sorted(watch.labels.items()))
    return (watch.id, one.version, watch.name, watch.severity, *labels)


def _matches(met: Sequence[_Compiled], facts: Facts, traceparent: str | None) -> list[Match]:
    article, tags = facts.article, facts.tags
    head, print_, reasons = ArticleHead.of(article), fingerprint(article, tags), Reasons(article)
    also = [AlsoMet(watch=one.watch.id, severity=one.watch.severity) for one in met]
    also.sort(key=lambda other: -SEVERITIES.index(other.severity))
    actors = tuple(ActorRef(id=a.id, name=a.name, type=a.type, iso2=a.iso2) for a in tags.actors[:MAX_REFS])
    topics = tuple(TopicRef(code=t.code, name=t.name, score=t.score) for t in tags.topics[:MAX_REFS])
    matches = []
    for one in met:
        why, tree = reasons.of(one.explained(facts))
        matches.append(
            Match(
                watch=one.watch.id,
                watch_name=one.watch.name,
                watch_version=one.version,
                severity=one.watch.severity,
                labels=one.watch.labels,
                policy=one.policy,
                article=head,
                actors=actors,
                topics=topics,
                why=why,
                tree=tree,
                also=tuple(other for other in also if other.watch != one.watch.id)[:MAX_ALSO],
                fingerprint=print_,
                traceparent=traceparent,
            )
        )
    return matches
