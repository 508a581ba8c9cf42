"""All watches compiled against one catalogue: which of them an article meets, and why.

A watch is looked at only when an article has one of the terms it cannot do without, so an article that has
none costs a few dictionary look-ups however many watches there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wirewatch.alert import SEVERITIES, ActorRef, AlsoMet, Clause, TopicRef
from wirewatch.article import Article
from wirewatch.ids import digest
from wirewatch.tagging.catalogue import Catalogue
from wirewatch.tagging.tagger import Tags
from wirewatch.tagging.topics import TopicRules
from wirewatch.watches.condition import Condition, compile_condition
from wirewatch.watches.evidence import evidence
from wirewatch.watches.fingerprint import fingerprint
from wirewatch.watches.match import ArticleHead, Match, StoryPolicy
from wirewatch.watches.model import Term, Watch, terms
from wirewatch.watches.parse import Path_, ProblemError, reading
from wirewatch.watches.vocabulary import Vocabulary

MAX_CLAUSES: Final = 12
"""Clauses shown for one match."""
MAX_ALSO: Final = 20
"""Other watches named in one match, the severest first."""
MAX_REFS: Final = 20
"""Actors and topics named in one match, the most salient first."""


@dataclass(frozen=True)
class _Compiled:
    """A watch with what is needed to match it and to say so."""

    watch: Watch
    version: str
    condition: Condition
    shown: tuple[tuple[int, str], ...]
    """(term, clause) of each term that can stand as a reason, in the order written."""
    policy: StoryPolicy


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
        self.version = digest("watches", *(part for one in self._compiled for part in _identity(one)))
        """Hash of the watches in their order."""

    def match(self, article: Article, tags: Tags, traceparent: str | None = None) -> list[Match]:
        """Return a match for each watch that `article` meets, in the order of the watches."""
        has = self._vocabulary.terms(tags)
        if not has:
            return []
        candidates = {number for term in has for number in self._anchored.get(term, ())}
        met = [self._compiled[n] for n in sorted(candidates) if self._compiled[n].condition.test(has)]
        return self._matches(article, tags, has, met, traceparent) if met else []

    def _matches(
        self, article: Article, tags: Tags, has: set[int], met: list[_Compiled], traceparent: str | None
    ) -> list[Match]:
        head = _head(article)
        print_ = fingerprint(article, tags)
        places = self._vocabulary.places(tags)
        clauses: dict[tuple[int, str], Clause] = {}
        also = [AlsoMet(watch=one.watch.id, severity=one.watch.severity) for one in met]
        also.sort(key=lambda other: -SEVERITIES.index(other.severity))
        actors = tuple(
            ActorRef(id=a.id, name=a.name, type=a.type, iso2=a.iso2) for a in tags.actors[:MAX_REFS]
        )
        topics = tuple(TopicRef(code=t.code, name=t.name, score=t.score) for t in tags.topics[:MAX_REFS])
        matches = []
        for one in met:
            reasons = [shown for shown in one.shown if shown[0] in has][:MAX_CLAUSES]
            for term, clause in reasons:
                if (term, clause) not in clauses:
                    found = evidence(article, places.get(term, ()))
                    clauses[term, clause] = Clause(clause=clause, evidence=found)
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
                    why=tuple(clauses[reason] for reason in reasons),
                    also=tuple(other for other in also if other.watch != one.watch.id)[:MAX_ALSO],
                    fingerprint=print_,
                    traceparent=traceparent,
                )
            )
        return matches


def load_watch_set(path: Path, catalogue: Catalogue, topics: TopicRules) -> WatchSet:
    """Return the watches of the YAML file at `path`, compiled.

    Raises ConfigError naming the file, line, watch, place and fix of the first thing wrong.
    """
    return reading(path, lambda watches: WatchSet(watches, catalogue, topics))


def _compile(watch: Watch, vocabulary: Vocabulary, place: Path_) -> _Compiled:
    numbers: dict[Term, int] = {}
    shown: dict[tuple[int, str], None] = {}
    for term, where, wanted in terms(watch.when, place):
        try:
            numbers[term] = vocabulary.number(term)
        except ValueError as error:
            raise ProblemError(where, str(error)) from error
        if wanted:
            shown[numbers[term], str(term)] = None
    return _Compiled(
        watch=watch,
        version=watch.version,
        condition=compile_condition(watch.when, numbers.__getitem__),
        shown=tuple(shown),
        policy=StoryPolicy.of(watch),
    )


def _by_anchor(compiled: Sequence[_Compiled]) -> dict[int, tuple[int, ...]]:
    anchored: dict[int, list[int]] = {}
    for number, one in enumerate(compiled):
        for term in one.condition.anchors:
            anchored.setdefault(term, []).append(number)
    return {term: tuple(numbers) for term, numbers in anchored.items()}


def _identity(one: _Compiled) -> tuple[str, ...]:
    watch = one.watch
    return (
        watch.id,
        one.version,
        watch.name,
        watch.severity,
        *(f"{k}={v}" for k, v in sorted(watch.labels.items())),
    )


def _head(article: Article) -> ArticleHead:
    return ArticleHead(
        id=article.id,
        title=article.title,
        url=article.url,
        source=article.source,
        origin=article.origin,
        time=article.time,
        fetched=article.fetched,
        published=article.published,
        revision=article.revision,
    )
