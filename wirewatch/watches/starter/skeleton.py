"""A watch to begin with, written from a few words: what they name is looked up, the rest are words."""

import re
import unicodedata
from collections.abc import Sequence

from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.watches.language import parse
from wirewatch.watches.language.errors import PREFIXES
from wirewatch.watches.language.tree import All, Any, Link, Near, Node, Term, quoted
from wirewatch.watches.starter.examples import Example, TagText, examples
from wirewatch.watches.starter.join import explicit, joined
from wirewatch.watches.starter.notes import notes
from wirewatch.watches.starter.said import Listener

_LANGUAGE = re.compile(rf"\b(?:AND|OR|NOT|NEAR/\d+|BEFORE/\d+|\d+ OF)\b|\b(?:{'|'.join(PREFIXES)}):")
"""What says that something is written in the watch language already."""
_SHORT = re.compile(r"\b\w{2,4}\b")
"""As long as acronyms are that no headline writes as words."""
_NEAR = 30
"""Words between what stands together: a sentence or two."""


def skeleton(said: str, catalogue: Catalogue, topics: TopicRules, tag: TagText) -> str:
    """Return the YAML of a watch for what `said` names, with comments on what can be changed.

    What is said in the watch language stays as it is. Raises ValueError when it names nothing.
    """
    said = " ".join(said.split())
    if _LANGUAGE.search(said):
        return _yaml(said, when=said, nearer=_nearer(parse(said)))
    said = _with_capitals(said, catalogue, tag)
    units = list(Listener(catalogue, topics, tag(said)).units(said))
    if not units:
        raise ValueError(f"{said!r} has no word to look for")
    chosen = joined(units)
    return _yaml(
        said,
        when=explicit(chosen.node),
        nearer=_nearer(chosen.node),
        notes=list(notes(units, chosen, catalogue, topics)),
        tests=list(examples(said, units, chosen, catalogue, tag)),
    )


def _with_capitals(said: str, catalogue: Catalogue, tag: TagText) -> str:
    """Return what is typed in small letters with the capitals of the names in it: `opec cuts`, `us trade`."""
    titled = _SHORT.sub(lambda word: _acronym(word[0], catalogue), said.title())
    if not said.islower() or len(titled) != len(said):
        return said
    for actor in tag(titled).actors:
        for mention in actor.mentions:
            if mention.place.paragraph is None and mention.rule != "office":
                start, end = mention.place.start, mention.place.end
                said = f"{said[:start]}{titled[start:end]}{said[end:]}"
    return said


def _acronym(word: str, catalogue: Catalogue) -> str:
    spelled = (alias for actor in catalogue.called(word.upper()) for alias in actor.spelled())
    return word.upper() if any(a.text == word.upper() and a.kind == "acronym" for a in spelled) else word


def _nearer(node: Node) -> str:
    """Return two things that `node` asks for, asked to stand together; "" where it asks for no two so."""
    for part in node.parts if isinstance(node, Any) else (node,):
        placed = list(filter(None, map(_placed, part.parts))) if isinstance(part, All) else []
        if len(placed) > 1:
            (first, second), near = placed[:2], (Link(_NEAR),)
            return str(Near(first.parts + second.parts, first.links + near + second.links))
    return ""


def _placed(node: Node) -> Near | None:
    """Return `node` as it may stand between NEARs; None where it may not."""
    if isinstance(node, Near):
        return node
    parts = node.parts if isinstance(node, Any) else (node,)
    terms = tuple(part for part in parts if isinstance(part, Term) and part.placed)
    return Near((terms,), ()) if len(terms) == len(parts) else None


def _yaml(
    said: str, *, when: str, nearer: str, notes: Sequence[str] = (), tests: Sequence[Example] = ()
) -> str:
    tried = tests or (Example(said, "alert"), Example("Something else altogether.", "none"))
    written = "".join(f"    - {{text: {quoted(test.text)}, expect: {test.expect}}}\n" for test in tried)
    if nearer:
        notes = [f"To ask that they occur together, at most this many words apart: {nearer}", *notes]
    commented = "".join(f"  # {line}\n" for line in dict.fromkeys(notes))
    return f"""\
- id: {_slug(said)}
  name: {quoted(said[:1].upper() + said[1:])}
  severity: medium  # info, low, medium, high or critical
  # What an article must contain. Put words in quotes ("oil tanker"), or end one with * (tanker*); title:word
  # must be in the headline; NOT excludes. Articles may use other words: (leak* OR spill*) matches either.
{commented}\
  when: >
    {when}
  # only: {{languages: [en], sources: [-example.com], published_within: 3d}}
  # volume: {{at_least: 3, distinct: sources, within: 2h}}  # alert only when this many report it; or a spike:
  # spike: {{times: 3, over: 14d}}
  per_story: {{window: 72h, update_at: [3, 10]}}  # one alert per story, and again at 3 and 10 sources
  # labels: {{desk: news}}
  tests:  # for `wirewatch watches test`; add texts that should match, and texts that should not
{written}"""


def _slug(said: str) -> str:
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "new-watch"
