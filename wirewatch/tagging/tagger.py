"""The tagger: an article in, its actors, topics and watch phrases out."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

import msgspec

from wirewatch.article import ActorTag, Article, Place, TopicTag
from wirewatch.ids import digest
from wirewatch.tagging.automaton import Automaton, Family, Match, Pattern, Spelling
from wirewatch.tagging.catalogue import Catalogue
from wirewatch.tagging.fold import Text, fold, plain, without_accents
from wirewatch.tagging.found import NotAccepted, Rejected
from wirewatch.tagging.language import ENGLISH, detect, names_alone
from wirewatch.tagging.outcome import Outcome
from wirewatch.tagging.resolver import Resolver
from wirewatch.tagging.senses import senses_by_phrase, spelling_of
from wirewatch.tagging.titles import TitleResolver
from wirewatch.tagging.topic_score import TopicScorer
from wirewatch.tagging.topics import TopicRules


@dataclass(frozen=True)
class Phrase:
    """A watch's phrase or word, for which accents count as little as case, unless `case` is `exact`.

    `prefix`: the word may go on after it (`tanker*`). `inside`: it may stand anywhere within words.
    """

    id: int
    text: str
    case: Literal["any", "exact"] = "any"
    prefix: bool = False
    inside: bool = False


class PhraseHit(msgspec.Struct, frozen=True, gc=False):
    """Where a watch's phrase stands; with `prefix`, the whole word it begins."""

    phrase: int
    place: Place


class Tags(msgspec.Struct, frozen=True):
    """What an article is about, and the watch phrases it holds."""

    actors: tuple[ActorTag, ...]
    topics: tuple[TopicTag, ...]
    phrases: tuple[PhraseHit, ...]
    language: str | None = None
    """ISO 639-1, as detected, else declared; what is not English is tagged by names alone, without topics."""


class Tagger:
    """Immutable once made; safe to share between threads. The same article always gets the same tags."""

    def __init__(self, catalogue: Catalogue, topics: TopicRules, phrases: Sequence[Phrase] = ()) -> None:
        compiler = _Compiler()
        senses = senses_by_phrase(catalogue, compiler.context)
        for item, (text, meant) in enumerate(senses.items()):
            compiler.add(
                text, prefix=False, family=Family.ACTOR, item=item, spelling=spelling_of(text, meant)
            )
        self._titles = TitleResolver(catalogue.actors)
        for item, text in enumerate(self._titles.phrases):
            compiler.add(text, prefix=False, family=Family.TITLE, item=item)
        weights = compiler.topics(topics)
        self._phrases = tuple(phrases)
        for item, phrase in enumerate(self._phrases):
            words = without_accents(fold(phrase.text))
            compiler.add(words, prefix=phrase.prefix, family=Family.PHRASE, item=item, inside=phrase.inside)
        self._context_spelling = [None if w.islower() else _capitals(w) for w in compiler.contexts]
        self._automaton = Automaton(compiler.patterns)
        # Names are looked for with their accents, so what is written with some is gone through twice.
        self._bare = Automaton([one for one in compiler.patterns if one.family == Family.PHRASE])
        self._resolver = Resolver(tuple(senses.values()))
        self._outcome = Outcome(catalogue)
        self._scorer = TopicScorer(topics, weights)
        self.version = digest(
            *(msgspec.json.encode(catalogue.actors[i]).decode() for i in sorted(catalogue.actors)),
            *(msgspec.json.encode(t).decode() for t in topics.topics),
        )
        """Hash of the compiled content: catalogue and topics."""

    def tag(self, article: Article, rejected: list[Rejected] | None = None) -> Tags:
        """Return the tags of `article`; what was found but not accepted goes to `rejected`."""
        text = Text.of(article)
        actors, context, topics, phrases, titles = self._automaton.scan(text.plain, text.folded)
        if self._phrases and (bare := text.without_accents()) is not None:
            phrases = self._bare.scan(*bare)[Family.PHRASE]
        day = article.time.date()
        found = self._resolver.resolve(text.plain, actors, self._context(text, context), day, rejected)
        language = detect(text.folded, article.language)
        if language is not None and language != ENGLISH:
            found, topics = names_alone(found, rejected), []
        elif titles and found:
            holders = self._titles.resolve(text.plain, titles, found, day, rejected)
            found = sorted((*found, *holders), key=attrgetter("start")) if holders else found
        return Tags(
            actors=self._outcome.tags(text, found, day),
            topics=self._scorer.score(text, topics) if topics else (),
            phrases=self._hits(text, phrases) if phrases else (),
            language=language,
        )

    def topic_weights(self, article: Article) -> dict[int, float]:
        """Return the weight, from which scores are made, of each topic (index in the rules) that has any."""
        text = Text.of(article)
        return self._scorer.weights(text, self._automaton.scan(text.plain, text.folded)[Family.TOPIC])

    def explain(self, article: Article) -> tuple[Tags, tuple[NotAccepted, ...]]:
        """Return the tags of `article` and what was found but not accepted, in the order of the text."""
        rejected: list[Rejected] = []
        tags = self.tag(article, rejected)
        text = Text.of(article)
        return tags, tuple(
            NotAccepted(*text.place(start, end), actor=actor, kind=kind, rule=rule)
            for start, end, actor, kind, rule in sorted(rejected)
        )

    def _context(self, text: Text, matches: Sequence[Match]) -> set[int]:
        spelling = self._context_spelling
        return {
            item
            for start, _, item in matches
            if (spelled := spelling[item]) is None or text.plain.startswith(spelled, start)
        }

    def _hits(self, text: Text, matches: Sequence[Match]) -> tuple[PhraseHit, ...]:
        hits: list[PhraseHit] = []
        for start, end, item in sorted(matches):
            phrase = self._phrases[item]
            place, words = text.place(start, end)
            if phrase.case == "any" or plain(words).startswith(plain(phrase.text)):
                hits.append(PhraseHit(phrase.id, place))
        return tuple(hits)


class _Compiler:
    """Gathers the automaton's patterns."""

    def __init__(self) -> None:
        self.patterns: list[Pattern] = []
        self.contexts: dict[str, int] = {}

    def add(
        self,
        text: str,
        *,
        prefix: bool,
        family: Family,
        item: int,
        spelling: Spelling | None = None,
        inside: bool = False,
    ) -> None:
        self.patterns.append(Pattern(text, prefix, family, item, spelling=spelling, inside=inside))

    def context(self, word: str) -> int:
        """Register a context word; the same word has one number."""
        if word not in self.contexts:
            self.contexts[word] = len(self.contexts)
            text, prefix = _starred(word)
            self.add(text, prefix=prefix, family=Family.CONTEXT, item=self.contexts[word])
        return self.contexts[word]

    def topics(self, rules: TopicRules) -> list[dict[int, float]]:
        """Register every topic phrase; return, by item, the topics it speaks for and its weight for each."""
        weights: dict[str, dict[int, float]] = {}
        for n, topic in enumerate(rules.topics):
            for phrase, weight in topic.phrases.items():
                weights.setdefault(fold(phrase), {})[n] = weight
        for item, phrase in enumerate(weights):
            text, prefix = _starred(phrase)
            self.add(text, prefix=prefix, family=Family.TOPIC, item=item)
        return list(weights.values())


def _capitals(word: str) -> tuple[str, str]:
    """Return the spellings of a context word that has capitals: as written, and all of them."""
    spelled = plain(word.rstrip("*"))
    return spelled, spelled.upper()


def _starred(phrase: str) -> tuple[str, bool]:
    return fold(phrase.rstrip("*")), phrase.endswith("*")
