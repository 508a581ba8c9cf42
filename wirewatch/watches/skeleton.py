"""A watch to begin with, written from a few words: the names among them are looked up, the rest are words."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from wirewatch.article import Place
from wirewatch.tagging.catalogue import Catalogue
from wirewatch.tagging.tagger import Tags
from wirewatch.tagging.topics import TopicRules
from wirewatch.watches.language import parse
from wirewatch.watches.language.errors import PREFIXES
from wirewatch.watches.language.terms import MIN_PREFIX
from wirewatch.watches.language.tree import Term, quoted

_WORD = re.compile(r"[^\W_][\w'’.-]*")  # noqa: RUF001  # as typeset
_OR = re.compile(r"\s+or\s+|,", re.IGNORECASE)
_LITTLE_WORDS: Final = ("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with")
_LITTLE_ENDS = re.compile(
    rf"^(?:(?:{'|'.join(_LITTLE_WORDS)})\s+)+|(?:\s+(?:{'|'.join(_LITTLE_WORDS)}))+$", re.IGNORECASE
)

# Of an English word, so that strike* stands for "strikes" and crash* for "crashes"; never of a short one.
_PLURAL: Final = re.compile(r"(?<=\w{3})(?:ies|(?<=sh|ch|ss)es|(?<=[xz])es|(?<![siu])s)$")
_LANGUAGE = re.compile(rf"\b(?:AND|OR|NOT|NEAR/\d+|BEFORE/\d+|\d+ OF)\b|\b(?:{'|'.join(PREFIXES)}):")
"""What says that something is written in the watch language already."""

TagText = Callable[[str], Tags]
"""Returns the tags of an article with that title."""


def skeleton(said: str, catalogue: Catalogue, topics: TopicRules, tag: TagText) -> str:
    """Return the YAML of a watch for what `said` names, with comments on what can be changed.

    What is said in the watch language stays as it is. Raises ValueError when it names nothing.
    """
    said = " ".join(said.split())
    if _LANGUAGE.search(said):
        _ = parse(said)
        return _yaml(said, when=said, nearer='actor:Iran NEAR/30 "another word"')
    parts = [part.strip() for part in _OR.split(said) if part.strip()]
    groups = [terms for part in parts if (terms := _terms(part, catalogue, topics, tag(part)))]
    if not groups:
        raise ValueError(f"{said!r} has no word to look for")
    joined = [" AND ".join(map(str, terms)) for terms in groups]
    when = " OR ".join(joined)
    two = next((terms for terms in groups if len(terms) > 1 and all(term.placed for term in terms[:2])), None)
    nearer = f"{two[0]} NEAR/30 {two[1]}" if two else f'({when}) NEAR/30 "another word"'
    all_terms = [term for terms in groups for term in terms]
    notes = [line for term in all_terms for line in (*_shared(term, catalogue), *_as_topic(term, topics))]
    return _yaml(said, when=when, nearer=nearer, notes=notes)


def _shared(term: Term, catalogue: Catalogue) -> list[str]:
    """Return what to say of a word that is a name of several actors; nothing of any other."""
    named = catalogue.find(term.value) if term.kind == "text" and term.value[0].isupper() else []
    if len(named) < 2:
        return []
    return [
        f"{term} is a name of {len(named)} actors, and the word is met by each. To mean one, write:",
        *(f"  {Term('actor', actor.id)} for {actor.name} ({actor.type})" for actor in named),
    ]


def _as_topic(term: Term, topics: TopicRules) -> list[str]:
    """Return what to say of a word that alone shows a topic; nothing of any other."""
    named = topics.almost(term.value) if term.kind == "text" else None
    return (
        [f"{Term('topic', named)} is met by other words for {term} too, in English articles."]
        if named
        else []
    )


def _yaml(said: str, *, when: str, nearer: str, notes: Sequence[str] = ()) -> str:
    comments = "".join(f"  # {line}\n" for line in dict.fromkeys(notes))
    return f"""\
- id: {_slug(said)}
  name: {quoted(said[:1].upper() + said[1:])}
  severity: medium  # info, low, medium, high or critical
  # What an article must have. Words go in quotes ("oil tanker") or end in * (tanker*); title:word must be in
  # the headline; NOT leaves out. To ask that it stand together, so many words between at most:
  #   {nearer}
{comments}\
  when: >
    {when}
  # only: {{languages: [en], sources: [-example.com], published_within: 3d}}
  # volume: {{at_least: 3, distinct: sources, within: 2h}}  # only when so many report it; or a spike:
  # spike: {{times: 3, over: 14d}}
  per_story: {{window: 72h, update_at: [3, 10]}}  # one alert a story, and again at 3 and at 10 sources
  # labels: {{desk: news}}
  tests:  # for `wirewatch watches test`; put in what it should find, and what it should leave out
    - {{text: {quoted(said)}, expect: alert}}
    - {{text: "Something else altogether.", expect: none}}
"""


def _terms(part: str, catalogue: Catalogue, topics: TopicRules, tags: Tags) -> list[Term]:
    """Return the terms that `part` names, in its order."""
    found: list[tuple[int, Term]] = []
    taken: list[Place] = []
    for actor in tags.actors:
        own = [mention.place for mention in actor.mentions if mention.place.paragraph is None]
        if own and not actor.via:
            known = catalogue.find(actor.name)
            found.append((own[0].start, Term("actor", actor.name if len(known) == 1 else actor.id)))
            taken += own
    for start, words in _rest(part, taken):
        named = topics.find(_LITTLE_ENDS.sub("", words))
        found += [(start, Term("topic", named[0].name))] if len(named) == 1 else _words(start, words)
    return list(dict.fromkeys(term for _, term in sorted(found, key=lambda one: one[0])))


def _rest(part: str, taken: Sequence[Place]) -> list[tuple[int, str]]:
    """Return the stretches of `part` that no place covers, and where each begins."""
    stretches, at = [], 0
    for place in sorted(taken, key=lambda one: one.start):
        stretches.append((at, part[at : place.start]))
        at = max(at, place.end)
    stretches.append((at, part[at:]))
    return [(start, words.strip()) for start, words in stretches if words.strip()]


def _words(start: int, words: str) -> list[tuple[int, Term]]:
    terms = []
    for found in _WORD.finditer(words):
        word = found[0].rstrip(".'’-")  # noqa: RUF001  # as typeset
        if word.lower() not in _LITTLE_WORDS:
            begins = start + found.start() == 0 and word.istitle() and _PLURAL.search(word) is not None
            goes_on = word.isalpha() and (word.islower() or begins) and len(word) > MIN_PREFIX
            looked_for = _PLURAL.sub("", word) if goes_on else word
            terms.append((start + found.start(), Term("text", looked_for, prefix=goes_on)))
    return terms


def _slug(said: str) -> str:
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "new-watch"
