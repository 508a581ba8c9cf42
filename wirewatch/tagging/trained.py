"""What a trained spaCy model adds, on articles that matter: names outside the catalogue, and deeds.

It takes some 30 ms an article, so it never stands on the path of all of them (`tagging.spacy_model`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from wirewatch.article import ActorTag, Article, Mention, Place
from wirewatch.errors import DependencyMissingError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

MAX_TEXT: Final = 20_000
"""Code points of an article that are read: a parser's memory and time grow with them."""
_KINDS: Final[Mapping[str, Literal["person", "organisation"]]] = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "organisation",
}
"""The labels of spaCy's models (OntoNotes; WikiNER) that are told."""
_SUBJECT = frozenset({"nsubj"})
_PASSIVE_SUBJECT = frozenset({"nsubjpass", "nsubj:pass"})
_OBJECT = frozenset({"dobj", "obj", "dative", "iobj"})
_AGENT = frozenset({"agent", "obl:agent"})
_PREPOSITION = frozenset({"prep"})
_OF_PREPOSITION = frozenset({"pobj"})
_JOINED = frozenset({"conj"})
_SUBJECTS = _SUBJECT | _PASSIVE_SUBJECT


class OutsideName(msgspec.Struct, frozen=True, kw_only=True):
    """A person or organisation that the model found and that is not in the catalogue."""

    name: str
    type: Literal["person", "organisation"]
    mentions: tuple[Mention, ...]
    """Of kind `model`; the rule is the model's label."""


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to whom: `source` and `target` are ids of catalogue actors that the article names."""

    source: str
    action: str
    """The verb and what leads from it to the target: `impose sanctions on`."""
    target: str
    sentence: str
    place: Place
    """Of the sentence."""


@dataclass(frozen=True)
class Reading:
    """What the model found in an article."""

    names: tuple[OutsideName, ...]
    deeds: tuple[Deed, ...]


_Spans: TypeAlias = Sequence[tuple[int, int, str]]
"""Start, end and actor id of the mentions in one part of the article."""


class TrainedModel:
    """A loaded model. Not safe to share between threads: its memory zone is the process's."""

    def __init__(self, name: str) -> None:
        """Load the installed model `name`, or the one in the folder of that path.

        Raises DependencyMissingError, with the install command, when it is not there or does not fit.
        """
        self.name = name
        self._nlp = _load(name)

    def read(self, article: Article, actors: Iterable[ActorTag]) -> Reading:
        """Return the names and deeds in `article`, whose catalogue actors are `actors`."""
        known: dict[int | None, list[tuple[int, int, str]]] = {}
        for actor in actors:
            for mention in actor.mentions:
                place = mention.place
                known.setdefault(place.paragraph, []).append((place.start, place.end, actor.id))
        names: dict[tuple[str, Literal["person", "organisation"]], list[Mention]] = {}
        deeds: dict[Deed, None] = {}
        # What the vocabulary learns from an article is forgotten at the end of the zone; nothing of spaCy's
        # may leave it.
        with self._nlp.memory_zone():
            for paragraph, text in _parts(article):
                spans = known.get(paragraph, ())
                doc = self._nlp(text)
                for ent in _outside(doc, spans):
                    names.setdefault((ent.text, _KINDS[ent.label_]), []).append(_mention(ent, paragraph))
                deeds.update(dict.fromkeys(_deeds(doc, spans, paragraph)))
        return Reading(
            names=tuple(
                OutsideName(name=name, type=kind, mentions=tuple(mentions))
                for (name, kind), mentions in names.items()
            ),
            deeds=tuple(deeds),
        )


def _load(name: str) -> "Language":
    import spacy  # noqa: PLC0415  # a second and 100 MB, for those who set a model

    try:
        return spacy.load(name)
    except (OSError, ValueError, ImportError) as error:
        version, why = spacy.about.__version__, str(error).splitlines()[0]
        raise DependencyMissingError(
            f"tagging.spacy_model: {name!r} is not installed, or not for spaCy {version}; install it with "
            f"`python -m spacy download {name}`, or take the setting out ({why})"
        ) from error


def _parts(article: Article) -> Iterator[tuple[int | None, str]]:
    left = MAX_TEXT
    for paragraph, text in ((None, article.title), *enumerate(article.paragraphs)):
        if left <= 0:
            return
        if text.strip():
            yield paragraph, text[:left]
        left -= len(text)


def _outside(doc: "Doc", known: _Spans) -> Iterator["Span"]:
    for ent in doc.ents:
        if ent.label_ in _KINDS and not _met(ent.start_char, ent.end_char, known):
            yield ent


def _mention(ent: "Span", paragraph: int | None) -> Mention:
    place = Place(paragraph=paragraph, start=ent.start_char, end=ent.end_char)
    return Mention(place=place, text=ent.text, kind="model", rule=ent.label_)


def _met(start: int, end: int, spans: _Spans) -> list[str]:
    """Return the actors named between `start` and `end`, each once."""
    return list(dict.fromkeys(actor for begin, until, actor in spans if begin < end and start < until))


def _deeds(doc: "Doc", known: _Spans, paragraph: int | None) -> Iterator[Deed]:
    if not known or not doc.has_annotation("DEP"):
        return
    for sentence in doc.sents:
        if len(_met(sentence.start_char, sentence.end_char, known)) < 2:
            continue
        place = Place(paragraph=paragraph, start=sentence.start_char, end=sentence.end_char)
        for verb in sentence:
            for source, action, target in _around(verb, known):
                yield Deed(source=source, action=action, target=target, sentence=sentence.text, place=place)


def _around(verb: "Token", known: _Spans) -> Iterator[tuple[str, str, str]]:
    """Yield source, action and target of what `verb` says, if it is a verb."""
    subjects = _subjects(verb)
    if not subjects:
        return
    passive = any(token.dep_ in _PASSIVE_SUBJECT for token in subjects)
    named = [actor for token in subjects for actor in _named(token, known)]
    others = _agents(verb) if passive else _objects(verb)
    for words, token in others:
        for other in _named(token, known):
            for actor in named:
                if actor != other:
                    action = " ".join(_word(word) for word in words)
                    yield (other, action, actor) if passive else (actor, action, other)


def _subjects(verb: "Token") -> list["Token"]:
    """Return the subjects of `verb`, or those of the verb it is joined to: `bombed and seized`."""
    own = [child for child in verb.children if child.dep_ in _SUBJECTS]
    if own or verb.dep_ not in _JOINED:
        return own
    return [child for child in verb.head.children if child.dep_ in _SUBJECTS]


def _objects(verb: "Token") -> Iterator[tuple[list["Token"], "Token"]]:
    """Yield each object of `verb` with the words that lead to it: itself, `fire missiles at`, `meet with`."""
    for child in verb.children:
        if child.dep_ in _OBJECT:
            yield [verb], child
            for word, noun in _through_prepositions(child):
                yield [verb, child, word], noun
    for word, noun in _through_prepositions(verb):
        between = [child for child in verb.children if child.dep_ in _OBJECT and child.i < word.i]
        yield [verb, *between, word], noun


def _agents(verb: "Token") -> Iterator[tuple[list["Token"], "Token"]]:
    for child in verb.children:
        if child.dep_ in _AGENT:
            nouns = [noun for noun in child.children if noun.dep_ in _OF_PREPOSITION]
            for noun in nouns or [child]:
                yield [verb], noun


def _through_prepositions(token: "Token") -> Iterator[tuple["Token", "Token"]]:
    for child in token.children:
        if child.dep_ in _PREPOSITION:
            for noun in child.children:
                if noun.dep_ in _OF_PREPOSITION:
                    yield child, noun


def _named(noun: "Token", known: _Spans) -> list[str]:
    """Return the actors of a noun phrase: `Iran's army and Russia`; of its relative clauses, none."""
    actors = _met(noun.left_edge.idx, noun.idx + len(noun), known)
    for child in noun.children:
        if child.dep_ in _JOINED:
            actors += [actor for actor in _named(child, known) if actor not in actors]
    return actors


def _word(token: "Token") -> str:
    return str(token.lemma_ or token.lower_)
