"""All watches compiled against one catalogue: which of them an article meets, and why.

A watch is looked at only when an article has one of the terms it cannot do without, so an article that has
none costs a few dictionary look-ups however many watches there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from wirewatch.alert import SEVERITIES, ActorRef, AlsoMet, Clause, TopicRef
from wirewatch.article import Article, Place
from wirewatch.ids import digest
from wirewatch.watches.condition import Condition, compile_condition
from wirewatch.watches.evidence import evidence
from wirewatch.watches.fingerprint import fingerprint
from wirewatch.watches.match import ArticleHead, Match, StoryPolicy
from wirewatch.watches.model import Term, Watch, terms
from wirewatch.watches.parse import Path_, ProblemError, reading
from wirewatch.watches.tagged import Actors, PhraseText, Tags, Topics

K = TypeVar("K")

MAX_CLAUSES: Final = 12
"""Clauses shown for one match."""
MAX_ALSO: Final = 20
"""Other watches named in one match, the severest first."""
MAX_REFS: Final = 20
"""Actors and topics named in one match, the most salient first."""
MIN_PREFIX: Final = 3
"""Letters before a `*`; with fewer it stands for half a dictionary."""


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

    def __init__(self, watches: Sequence[Watch], actors: Actors, topics: Topics) -> None:
        """Raises ProblemError for the first term that no article could ever have."""
        self.watches = tuple(watches)
        vocabulary = _Vocabulary(actors, topics)
        self._compiled = tuple(
            _compile(watch, vocabulary, place=(n, "when")) for n, watch in enumerate(self.watches)
        )
        self.phrases: tuple[PhraseText, ...] = tuple(vocabulary.phrases)
        """What the tagger has to look for; a hit's number is the index in this tuple."""
        self.version = digest("watches", *(part for one in self._compiled for part in _identity(one)))
        self._actors = vocabulary.actor_terms
        self._topics = vocabulary.topic_terms
        self._phrase_terms = vocabulary.phrase_terms
        self._anchored = _by_anchor(self._compiled)

    def match(self, article: Article, tags: Tags, traceparent: str | None = None) -> list[Match]:
        """Return a match for each watch that `article` meets, in the order of the watches."""
        has = self._terms(tags)
        if not has:
            return []
        candidates = {number for term in has for number in self._anchored.get(term, ())}
        met = [self._compiled[n] for n in sorted(candidates) if self._compiled[n].condition.test(has)]
        return self._matches(article, tags, has, met, traceparent) if met else []

    def _terms(self, tags: Tags) -> set[int]:
        """Return the numbers of the terms an article has."""
        has = {self._actors[actor.id] for actor in tags.actors if actor.id in self._actors}
        has.update(self._topics[topic.code] for topic in tags.topics if topic.code in self._topics)
        has.update(self._phrase_terms[hit.phrase] for hit in tags.phrases)
        return has

    def _matches(
        self, article: Article, tags: Tags, has: set[int], met: list[_Compiled], traceparent: str | None
    ) -> list[Match]:
        head = _head(article)
        print_ = fingerprint(article, tags)
        places = self._places(tags)
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
                    labels=dict(one.watch.labels),
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

    def _places(self, tags: Tags) -> dict[int, list[Place]]:
        """Return where the article has each of its terms; a rolled-up actor, where those beneath it stand."""
        mentioned = {actor.id: [mention.place for mention in actor.mentions] for actor in tags.actors}
        places: dict[int, list[Place]] = {}
        for actor in tags.actors:
            if actor.id in self._actors:
                beneath = [place for via in actor.via for place in mentioned.get(via, ())]
                places[self._actors[actor.id]] = mentioned[actor.id] or beneath
        for topic in tags.topics:
            if topic.code in self._topics:
                places[self._topics[topic.code]] = [mention.place for mention in topic.mentions]
        for hit in tags.phrases:
            places.setdefault(self._phrase_terms[hit.phrase], []).append(hit.place)
        return places


class _Vocabulary:
    """Gives each actor, topic and phrase that a watch names a number."""

    def __init__(self, actors: Actors, topics: Topics) -> None:
        self._catalogue = actors
        self._rules = topics
        self._next = 0
        self.actor_terms: dict[str, int] = {}
        self.topic_terms: dict[str, int] = {}
        self.phrases: dict[PhraseText, int] = {}

    @property
    def phrase_terms(self) -> tuple[int, ...]:
        """The number of each phrase, in the order of `phrases`."""
        return tuple(self.phrases.values())

    def number(self, term: Term) -> int:
        """Return the number of `term`. Raises ValueError saying what is wrong with it."""
        if term.kind == "phrase":
            return self._numbered(self.phrases, parse_phrase(term.value))
        if term.kind == "actor":
            found = [(actor.id, f"{actor.id} ({actor.type})") for actor in self._catalogue.find(term.value)]
            near = self._catalogue.nearest
            terms_ = self.actor_terms
        else:
            found = [(topic.code, topic.code) for topic in self._rules.find(term.value)]
            near = self._rules.nearest
            terms_ = self.topic_terms
        if not found:
            raise ValueError(_unknown(term, near(term.value)))
        if len(found) > 1:
            meant = ", ".join(shown for _, shown in found)
            raise ValueError(f"{term.value!r} names {len(found)} {term.kind}s; write the id of one: {meant}")
        return self._numbered(terms_, found[0][0])

    def _numbered(self, numbers: dict[K, int], key: K) -> int:
        if key not in numbers:
            numbers[key] = self._next
            self._next += 1
        return numbers[key]


def load_watch_set(path: Path, actors: Actors, topics: Topics) -> WatchSet:
    """Return the watches of the YAML file at `path`, compiled.

    Raises ConfigError naming the file, line, watch, place and fix of the first thing wrong.
    """
    return reading(path, lambda watches: WatchSet(watches, actors, topics))


def parse_phrase(text: str) -> PhraseText:
    """Return the phrase that `text` asks for: `=US` counts case, `tanker*` lets the word go on.

    Raises ValueError when there is too little of it to look for.
    """
    exact, prefix = text.startswith("="), text.endswith("*")
    words = text.removeprefix("=").removesuffix("*").strip()
    if not any(c.isalnum() for c in words):
        raise ValueError(f"{text!r} has no letter or digit to look for")
    if "*" in words:
        raise ValueError(f"{text!r}: a * stands at the end only")
    if prefix and len(words.split()[-1]) < MIN_PREFIX:
        raise ValueError(f"{text!r}: before the * go at least {MIN_PREFIX} letters")
    return PhraseText(words, exact=exact, prefix=prefix)


def _unknown(term: Term, near: Sequence[str]) -> str:
    where = "config/actors" if term.kind == "actor" else "config/topics.yaml"
    hint = (
        f"did you mean {' or '.join(repr(name) for name in near)}?" if near else f"{where} has all there are"
    )
    return f"no {term.kind} {term.value!r} is known; {hint}"


def _compile(watch: Watch, vocabulary: _Vocabulary, place: Path_) -> _Compiled:
    numbers: dict[Term, int] = {}
    shown: dict[tuple[int, str], None] = {}
    for term, where, wanted in terms(watch.when, place):
        try:
            numbers[term] = vocabulary.number(term)
        except ValueError as error:
            raise ProblemError(where, str(error)) from error
        if wanted:
            shown[numbers[term], str(term)] = None
    story = watch.per_story
    return _Compiled(
        watch=watch,
        version=watch.version,
        condition=compile_condition(watch.when, numbers.__getitem__),
        shown=tuple(shown),
        policy=StoryPolicy(window=story.window.total_seconds(), update_at=story.update_at),
    )


def _by_anchor(compiled: Sequence[_Compiled]) -> dict[int, tuple[int, ...]]:
    anchored: dict[int, list[int]] = {}
    for number, one in enumerate(compiled):
        for term in one.condition.anchors:
            anchored.setdefault(term, []).append(number)
    return {term: tuple(numbers) for term, numbers in anchored.items()}


def _identity(one: _Compiled) -> tuple[str, ...]:
    watch = one.watch
    return (watch.id, one.version, watch.name, watch.severity, *(f"{k}={v}" for k, v in watch.labels))


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
