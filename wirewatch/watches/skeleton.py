"""A watch to begin with, written from a few words: the names among them are looked up, the rest are words."""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Final

from wirewatch.article import Place
from wirewatch.tagging.actors import Actor
from wirewatch.tagging.catalogue import Catalogue
from wirewatch.tagging.everyday import is_everyday
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
_CAPITALS = re.compile(r"\b[A-Z][^\W_]*(?: [A-Z][^\W_]*)*")
_LANGUAGE = re.compile(rf"\b(?:AND|OR|NOT|NEAR/\d+|BEFORE/\d+|\d+ OF)\b|\b(?:{'|'.join(PREFIXES)}):")
"""What says that something is written in the watch language already."""

_ALMOST: Final = 0.8
"""How alike a topic's name is that was meant and misspelt (difflib's ratio): econmic sanction."""

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
    named = [_named(part, catalogue, topics, tag(part)) for part in parts]
    groups = [terms for one in named if (terms := _terms(one))]
    if not groups:
        raise ValueError(f"{said!r} has no word to look for")
    joined = [" AND ".join(map(str, terms)) for terms in groups]
    when = " OR ".join(joined)
    two = next((terms for terms in groups if len(terms) > 1 and all(term.placed for term in terms[:2])), None)
    nearer = f"{two[0]} NEAR/30 {two[1]}" if two else f'({when}) NEAR/30 "another word"'
    all_terms = [term for terms in groups for term in terms]
    notes = [line for term in all_terms for line in _shared(term, catalogue)]
    notes += [line for term in all_terms for line in _borne_too(term, catalogue)]
    words = [one for group in named for one in group if isinstance(one, str) and _words(one)]
    notes += [line for one in words for line in _near(one, topics)]
    notes += [line for one in words for line in _unknown(one, catalogue)]
    example = _example(said, all_terms, catalogue, tag(said))
    return _yaml(said, when=when, nearer=nearer, notes=notes, example=example)


def _shared(term: Term, catalogue: Catalogue) -> list[str]:
    """Return what to say of a word that is a name of several actors; nothing of any other."""
    named = catalogue.find(term.value) if term.kind == "text" and term.value[0].isupper() else []
    if len(named) < 2:
        return []
    return [
        f"{term} is a name of {len(named)} actors, and the word is met by each. To mean one, write:",
        *(f"  {Term('actor', actor.id)} for {actor.name} ({actor.type})" for actor in named),
    ]


def _borne_too(term: Term, catalogue: Catalogue) -> list[str]:
    """Return what to say of an actor whose own name others bear too; nothing of any other."""
    for actor in catalogue.find(term.value) if term.kind == "actor" else ():
        if _needs(actor):
            tells = f"{term} is met where what stands around tells it from others of that name"
            return [f"{tells}; {quoted(actor.name)} is any of them."]
    return []


def _needs(actor: Actor) -> list[str]:
    """Return the words one of which must stand in an article for the actor's own name to be met."""
    named = (alias for alias in actor.spelled() if alias.text == actor.name)
    return [word for alias in named for word in alias.needs if not word.endswith("*")]


def _example(said: str, terms: Iterable[Term], catalogue: Catalogue, tags: Tags) -> str:
    """Return a text that has the terms: what was said, and behind it what a name needs: `: Tbilisi`."""
    told = {actor.id for actor in tags.actors}
    actors = [actor for term in terms if term.kind == "actor" for actor in catalogue.find(term.value)]
    needs = [need for actor in actors if actor.id not in told for need in _needs(actor)[:1]]
    return f"{said}: {', '.join(needs)}" if needs else said


def _near(words: str, topics: TopicRules) -> list[str]:
    """Return what to say of words that are looked for as words, though topics are near; nothing of others."""
    near = [str(Term("topic", name)) for name in topics.nearest(words, cutoff=_ALMOST)]
    return [f"By what it is about, with {quoted(words)} or without: {', '.join(near)}"] * bool(near)


def _unknown(words: str, catalogue: Catalogue) -> list[str]:
    """Return what to say of names that nobody in the catalogue bears, which are looked for as words."""
    notes = []
    for found in _CAPITALS.finditer(words):
        name = found[0]
        if is_everyday(name) or _PLURAL.search(name) or catalogue.find(name):
            continue
        notes += [
            f"No actor of the catalogue is called {quoted(name)}, so it is looked for as a word. To add one:",
            f"  wirewatch catalogue add {quoted(name)} --type person (or company, organisation …)",
        ]
    return notes


def _yaml(said: str, *, when: str, nearer: str, notes: Sequence[str] = (), example: str = "") -> str:
    commented = "".join(f"  # {line}\n" for line in dict.fromkeys(notes))
    return f"""\
- id: {_slug(said)}
  name: {quoted(said[:1].upper() + said[1:])}
  severity: medium  # info, low, medium, high or critical
  # What an article must have. Words go in quotes ("oil tanker") or end in * (tanker*); title:word must be in
  # the headline; NOT leaves out. To ask that it stand together, so many words between at most:
  #   {nearer}
{commented}\
  when: >
    {when}
  # only: {{languages: [en], sources: [-example.com], published_within: 3d}}
  # volume: {{at_least: 3, distinct: sources, within: 2h}}  # only when so many report it; or a spike:
  # spike: {{times: 3, over: 14d}}
  per_story: {{window: 72h, update_at: [3, 10]}}  # one alert a story, and again at 3 and at 10 sources
  # labels: {{desk: news}}
  tests:  # for `wirewatch watches test`; put in what it should find, and what it should leave out
    - {{text: {quoted(example or said)}, expect: alert}}
    - {{text: "Something else altogether.", expect: none}}
"""


def _named(part: str, catalogue: Catalogue, topics: TopicRules, tags: Tags) -> list[Term | str]:
    """Return the actors and topics that `part` names, and other words as they stand, in its order."""
    found: list[tuple[int, Term | str]] = []
    taken: list[Place] = []
    for actor in tags.actors:
        own = [mention.place for mention in actor.mentions if mention.place.paragraph is None]
        if own and not actor.via:
            known = catalogue.find(actor.name)
            found.append((own[0].start, Term("actor", actor.name if len(known) == 1 else actor.id)))
            taken += own
    for state, place in _states(part, catalogue):
        if all(place.end <= one.start or one.end <= place.start for one in taken):
            found.append((place.start, Term("actor", state)))
            taken.append(place)
    told = {topic.code for topic in tags.topics}
    for start, words in _rest(part, taken):
        bare = _LITTLE_ENDS.sub("", words)
        topic = _topic(bare, topics, told)
        found.append((start, bare if topic is None else Term("topic", topic)))
    return [named for _, named in sorted(found, key=lambda one: one[0])]


def _states(part: str, catalogue: Catalogue) -> Iterator[tuple[str, Place]]:
    """Yield the states that `part` names in full: `coup in Guinea`; not `Michael Jordan`, `Georgia Tech`.

    In so few words the tagger cannot know that no other of that name is meant.
    """
    for found in _CAPITALS.finditer(part):
        named = catalogue.named(found[0])
        if len(named) == 1 and named[0].iso2:
            yield named[0].name, Place(None, *found.span())


def _topic(words: str, topics: TopicRules, told: Container[str]) -> str | None:
    """Return the name of the topic that `words` are: its own, or a part that is enough to be `told` of it."""
    called = topics.find(words)
    if called:
        return called[0].name if len(called) == 1 else None
    meant = topics.meant(words)
    return meant.name if meant is not None and meant.code in told else None


def _rest(part: str, taken: Sequence[Place]) -> list[tuple[int, str]]:
    """Return the stretches of `part` that no place covers, and where each begins."""
    stretches, at = [], 0
    for place in sorted(taken, key=lambda one: one.start):
        stretches.append((at, part[at : place.start]))
        at = max(at, place.end)
        at += len("'s") * part.startswith(("'s ", "\u2019s "), at)
    stretches.append((at, part[at:]))
    return [(start, words.strip()) for start, words in stretches if words.strip()]


def _terms(named: Sequence[Term | str]) -> list[Term]:
    """Return the terms for what is named, each once."""
    terms = [
        term
        for at, one in enumerate(named)
        for term in ([one] if isinstance(one, Term) else _words(one, begins=at == 0))
    ]
    return list(dict.fromkeys(terms))


def _words(words: str, *, begins: bool = False) -> list[Term]:
    """Return the terms for words; where they begin what was said, a plural may have a capital: `Floods`."""
    terms = []
    for found in _WORD.finditer(words):
        word = found[0].rstrip(".'’-")  # noqa: RUF001  # as typeset
        if word.lower() not in _LITTLE_WORDS:
            first = begins and found.start() == 0 and word.istitle() and _PLURAL.search(word) is not None
            goes_on = word.isalpha() and (word.islower() or first) and len(word) > MIN_PREFIX
            looked_for = _PLURAL.sub("", word) if goes_on else word
            terms.append(Term("text", looked_for, prefix=goes_on))
    return terms


def _slug(said: str) -> str:
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "new-watch"
