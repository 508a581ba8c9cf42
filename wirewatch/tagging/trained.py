"""What a trained spaCy model adds, on articles that matter: names outside the catalogue, and deeds.

It takes 30 to 70 ms an article, so it never stands on the path of all of them: it reads those that alert, and
those given to `wirewatch tag` (`tagging.spacy_model`).
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from wirewatch.article import Mention, Place
from wirewatch.errors import DependencyMissingError
from wirewatch.reading import Deed, NameType, OutsideName, Passage, Readable, Reading

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

MAX_NAME: Final = 100
"""Code points: what is longer was no name."""
_KINDS: Final[Mapping[str, NameType]] = {
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

_Spans: TypeAlias = Sequence[tuple[int, int, str]]
"""Start, end and actor id of the mentions in one part of the article."""


class TrainedModel:
    """A loaded model. Threads may share it: they read one after the other."""

    def __init__(self, name: str) -> None:
        """Load the installed model `name`, or the one in the folder of that path.

        Raises DependencyMissingError, with the install command, when it is not there or does not fit.
        """
        self._nlp = _load(name)
        self._reads = threading.Lock()
        meta = self._nlp.meta
        self.name = f"{meta['lang']}_{meta['name']} {meta['version']}"

    def reads(self, language: str | None) -> bool:
        """Tell whether it is for texts in `language` (ISO 639-1), or for all (`xx`)."""
        return language is None or self._nlp.lang in (language, "xx")

    def read(self, readable: Readable) -> Reading:
        """Return the names and deeds in `readable`: the same for the same, whatever was read before."""
        names: dict[tuple[str, NameType], list[Mention]] = {}
        deeds: dict[Deed, None] = {}
        # What the vocabulary and the tokenizer learn from an article is forgotten at the end of the zone;
        # nothing of spaCy's may leave it, and no zone may begin in another.
        with self._reads, self._nlp.memory_zone():
            for part in readable.parts:
                doc = self._nlp(part.text)
                for ent in _outside(doc, part.named):
                    names.setdefault((ent.text, _KINDS[ent.label_]), []).append(_mention(ent, part))
                deeds.update(dict.fromkeys(_deeds(doc, part, readable.names)))
        return Reading(
            model=self.name,
            names=tuple(
                OutsideName(name=name, type=kind, mentions=tuple(mentions))
                for (name, kind), mentions in names.items()
            ),
            deeds=tuple(deeds),
            cut=readable.cut,
        )


def _load(name: str) -> "Language":
    import spacy  # noqa: PLC0415  # a second and 40 to 90 MB, for those who set a model

    setting, version = f"tagging.spacy_model: {name!r}", spacy.about.__version__
    try:
        return spacy.load(name)
    except OSError as error:
        if "/" in name:
            raise DependencyMissingError(
                f"{setting} is no folder with a model of spaCy's; give the absolute path of one, "
                f"or take the setting out ({_first_line(error)})"
            ) from error
        raise DependencyMissingError(
            f"{setting} is not installed; install it with `python -m spacy download {name}`, "
            f"or take the setting out ({_first_line(error)})"
        ) from error
    except Exception as error:  # a package of that name was run, and may be anything
        raise DependencyMissingError(
            f"{setting} is no model that spaCy {version} can load; install one that is, as with "
            f"`python -m spacy download en_core_web_sm`, or take the setting out ({_first_line(error)})"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _outside(doc: "Doc", known: _Spans) -> Iterator["Span"]:
    for ent in doc.ents:
        is_name = ent.label_ in _KINDS and len(ent.text) <= MAX_NAME
        if is_name and not _met(ent.start_char, ent.end_char, known):
            yield ent


def _mention(ent: "Span", part: Passage) -> Mention:
    place = Place(paragraph=part.paragraph, start=ent.start_char, end=ent.end_char)
    return Mention(place=place, text=ent.text, kind="model", rule=ent.label_)


def _met(start: int, end: int, spans: _Spans) -> list[str]:
    """Return the actors named between `start` and `end`, each once."""
    return list(dict.fromkeys(actor for begin, until, actor in spans if begin < end and start < until))


def _deeds(doc: "Doc", part: Passage, names: Mapping[str, str]) -> Iterator[Deed]:
    known = part.named
    if not known or not doc.has_annotation("DEP"):
        return
    for sentence in doc.sents:
        if len(_met(sentence.start_char, sentence.end_char, known)) < 2:
            continue
        place = Place(paragraph=part.paragraph, start=sentence.start_char, end=sentence.end_char)
        for verb in sentence:
            for source, action, target in _around(verb, known):
                yield Deed(
                    source=source,
                    source_name=names[source],
                    action=action,
                    target=target,
                    target_name=names[target],
                    sentence=sentence.text,
                    place=place,
                )


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
