"""A watch to begin with, written from a few words: what they name is looked up, the rest are words."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.watches.language import parse
from wirewatch.watches.language.errors import PREFIXES
from wirewatch.watches.language.tree import All, Any, Link, Near, Node, Term, quoted, terms
from wirewatch.watches.starter.examples import Example, Heard, TagText, examples
from wirewatch.watches.starter.join import explicit, joined, without
from wirewatch.watches.starter.notes import notes
from wirewatch.watches.starter.said import Listener

_LANGUAGE = re.compile(rf"\b(?:AND|OR|NOT|NEAR/\d+|BEFORE/\d+|\d+ OF)\b|\b(?:{'|'.join(PREFIXES)}):")
"""What says that something is written in the watch language already."""
_NOT = re.compile(
    r"[,;]?(?: ?\b(?:but|and|aber|und))? ?(?<![\w-])(?:not|except(?: for)?|excluding|nicht)(?![\w-])",
    re.IGNORECASE,
)
"""Says that what follows is to be left out."""
_VERB = re.compile(
    r"\b(?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|should|was|were|will|would)$",
    re.IGNORECASE,
)
"""What a `not` behind it denies."""
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
    first, *others = _parted(said)
    wanted = _heard(first, catalogue, topics, tag)
    if wanted is None:
        if others:
            raise ValueError(
                f'{said!r} begins with what to leave out: say first what to find: "oil, not Iran"'
            )
        raise ValueError(f"{said!r} has no word to look for")
    left_out = [heard for each in others if (heard := _heard(each, catalogue, topics, tag, left_out=True))]
    return _yaml(
        said,
        when=explicit(without(wanted.chosen.node, [heard.chosen.node for heard in left_out])),
        nearer="" if [unit.kind for unit in wanted.units] == [True] else _nearer(wanted.chosen.node),
        notes=[
            *(
                f"An article that meets {heard.chosen.node} is left out, whatever else it says."
                for heard in left_out
            ),
            *(
                line
                for each in (wanted, *left_out)
                for line in notes(each.units, each.chosen, catalogue, topics)
            ),
        ],
        tests=list(examples(wanted, left_out, catalogue, tag)),
    )


def _parted(said: str) -> list[str]:
    """Return what is said before the first `not`, and after each; that of `do not travel` parts nothing."""
    cuts = [found for found in _NOT.finditer(said) if not _VERB.search(said, 0, found.start())]
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(said)]
    return [said[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _heard(
    said: str, catalogue: Catalogue, topics: TopicRules, tag: TagText, *, left_out: bool = False
) -> Heard | None:
    """Return what `said` comes to; None when it names nothing. Of `not A and B`, either is `left_out`."""
    units = list(Listener(catalogue, topics, tag(said)).units(said)) if said else []
    if left_out:
        units = [replace(unit, joint="or") if unit.joint == "and" else unit for unit in units]
    return Heard(said, units, joined(units)) if units else None


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
        parts = sorted(part.parts, key=_is_topic) if isinstance(part, All) else ()
        placed = list(filter(None, map(_placed, parts)))
        if len(placed) > 1:
            (first, second), near = placed[:2], (Link(_NEAR),)
            return str(Near(first.parts + second.parts, first.links + near + second.links))
    return ""


def _is_topic(node: Node) -> bool:
    return all(term.kind == "topic" for term in terms(node))


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
