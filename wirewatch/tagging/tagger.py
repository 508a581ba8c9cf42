"""The tagger: an article in, its actors, topics and watch phrases out."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter

import msgspec

from wirewatch.article import ActorTag, Article, Place, TopicTag
from wirewatch.ids import digest
from wirewatch.tagging.build import Bearers, Build, Phrase, make_build
from wirewatch.tagging.builds import Builds
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.loops import FASTEST, Loops
from wirewatch.tagging.names.cut import CutNames
from wirewatch.tagging.names.foreign import names_alone
from wirewatch.tagging.names.found import Found, NotAccepted, Rejected
from wirewatch.tagging.names.resolver import Resolver
from wirewatch.tagging.names.score import ActorScorer
from wirewatch.tagging.names.senses import Senses
from wirewatch.tagging.names.titles import TitleResolver
from wirewatch.tagging.search.patterns import Family
from wirewatch.tagging.search.scan import Scan
from wirewatch.tagging.text.bare import BareText
from wirewatch.tagging.text.fold import Text, plain
from wirewatch.tagging.text.language import ENGLISH, detect
from wirewatch.tagging.topics.explain import TopicNotTold
from wirewatch.tagging.topics.score import TopicScorer, weights_by_phrase
from wirewatch.tagging.topics.topics import TopicRules

# By names of their own, which are found in a tenth of the time.
_ACTOR, _TITLE = Family.ACTOR, Family.TITLE


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
    """ISO 639-1, else 639-3: as detected, else declared. What is not English is tagged by names alone."""


class Tagger:
    """Immutable once made; safe to share between threads. The same article always gets the same tags."""

    def __init__(
        self,
        catalogue: Catalogue,
        topics: TopicRules,
        phrases: Sequence[Phrase] = (),
        builds: Builds | None = None,
        loops: Loops = FASTEST,
    ) -> None:
        self.version = digest(
            *(msgspec.json.encode(catalogue.actors[i]).decode() for i in sorted(catalogue.actors)),
            *(
                msgspec.json.encode(t).decode()
                for t in (*topics.topics, *topics.no_event, *topics.no_event_after, topics.denials)
            ),
        )
        """Hash of the compiled content: catalogue and topics."""
        self._titles = TitleResolver(catalogue.actors)
        self._cut = CutNames(catalogue.actors.values())
        self._phrases = tuple(phrases)
        weights = weights_by_phrase(topics)

        def make() -> Build:
            return make_build(catalogue, self._titles.phrases, weights, self._phrases, loops.index_of)

        # The build has numbers of actors and of titles, so it hangs on their order too.
        key = digest(
            loops.name, self.version, *catalogue.actors, *self._titles.phrases, *map(repr, self._phrases)
        )
        build = builds.get(key, make) if builds else make()
        self.automaton = loops.automaton(build.tables)
        self._bare = loops.automaton(build.bare)
        self._contexts = [None if word.islower() else _capitals(word) for word in build.contexts]
        bearers, senses = Bearers(build), Senses(catalogue, build.contexts)
        self._resolver = Resolver(lambda item: senses.of(bearers.of(item)))
        self._actors = ActorScorer(catalogue)
        self._topics = TopicScorer(topics, catalogue, list(weights.values()), loops.weigher)

    def tag(self, article: Article, rejected: list[Rejected] | None = None) -> Tags:
        """Return the tags of `article`; what was found but not accepted goes to `rejected`."""
        text = Text.of(article)
        met = self.automaton.scan(text.plain, text.folded)
        language = detect(text, article.language)
        english = language in (None, ENGLISH)
        day = article.time.date()
        found = self._found(text, met, day, english, rejected)
        return Tags(
            actors=self._actors.tags(text, found, day),
            topics=self._topics.score(text, met, found) if english else (),
            phrases=self._hits(text, met) if self._phrases else (),
            language=language,
        )

    def topic_weights(self, article: Article) -> dict[int, float]:
        """Return the weight, from which scores are made, of each topic (index in the rules) that has any."""
        text = Text.of(article)
        met = self.automaton.scan(text.plain, text.folded)
        return self._topics.weights(text, met, self._found(text, met, article.time.date()))

    def explain(self, article: Article) -> tuple[Tags, tuple[NotAccepted, ...]]:
        """Return the tags of `article` and what was found but not accepted, in the order of the text."""
        rejected: list[Rejected] = []
        tags = self.tag(article, rejected)
        text = Text.of(article)
        return tags, tuple(
            NotAccepted(*text.origin.place(start, end), actor=actor, kind=kind, rule=rule)
            for start, end, actor, kind, rule in sorted(rejected)
        )

    def topics_not_told(self, article: Article, tags: Tags) -> tuple[TopicNotTold, ...]:
        """Return the topics but those of its `tags` that words of `article` speak for, the nearest first."""
        if tags.language not in (None, ENGLISH):
            return ()
        text = Text.of(article)
        met = self.automaton.scan(text.plain, text.folded)
        found = self._found(text, met, article.time.date())
        return self._topics.not_told(text, met, found, tags.topics)

    def _found(
        self,
        text: Text,
        met: Scan,
        day: date,
        english: bool = True,  # noqa: FBT001, FBT002
        rejected: list[Rejected] | None = None,
    ) -> list[Found]:
        """Return the accepted mentions, in order."""
        found = self._resolver.resolve(
            text.plain,
            met.longest(_ACTOR),
            lambda: met.items(Family.CONTEXT, self._contexts),
            day,
            rejected,
        )
        if not english:
            return names_alone(found, rejected)
        if both := self._cut.resolve(text.plain, found):
            found = sorted((*found, *both), key=attrgetter("start"))
        if titles := met.longest(_TITLE):
            holders = self._titles.resolve(text.plain, titles, found, day, rejected)
            found = sorted((*found, *holders), key=attrgetter("start")) if holders else found
        return found

    def _hits(self, text: Text, met: Scan) -> tuple[PhraseHit, ...]:
        bare = BareText.of(text)
        met = self._bare.scan(bare.plain, bare.folded) if bare else met
        hits: list[PhraseHit] = []
        for start, end, item in sorted(met.of(Family.PHRASE)):
            phrase = self._phrases[item]
            place, words = text.origin.place(*(bare.span(start, end) if bare else (start, end)))
            if phrase.case == "any" or plain(words).startswith(plain(phrase.text)):
                hits.append(PhraseHit(phrase.id, place))
        return tuple(hits)


def _capitals(word: str) -> tuple[str, str]:
    """Return the spellings of a context word that has capitals: as written, and all of them."""
    spelled = plain(word.rstrip("*"))
    return spelled, spelled.upper()
