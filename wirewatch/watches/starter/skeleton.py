"""A watch to begin with, written from a few words: what they name is looked up, the rest are words."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import yaml

from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.watches.language import parse
from wirewatch.watches.language.errors import PREFIXES
from wirewatch.watches.language.tree import All, Any, Link, Near, Node, Term, quoted, terms
from wirewatch.watches.starter.examples import Example, Heard, examples
from wirewatch.watches.starter.join import explicit, joined, without
from wirewatch.watches.starter.notes import notes
from wirewatch.watches.starter.request import Said, TagText, parted, read
from wirewatch.watches.starter.said import Listener

_LANGUAGE = re.compile(rf"\b(?:AND|OR|NOT|NEAR/\d+|BEFORE/\d+|\d+ OF)\b|\b(?:{'|'.join(PREFIXES)}):")
"""What says that something is written in the watch language already."""
_NEAR = 30
"""Words between what stands together: a sentence or two."""


def skeleton(typed: str, catalogue: Catalogue, topics: TopicRules, tag: TagText) -> str:
    """Return the YAML of a watch for what `typed` names, with comments on what can be changed.

    What is typed in the watch language stays as it is. Raises ValueError when it names nothing.
    """
    typed = " ".join(typed.split())
    if _LANGUAGE.search(typed):
        return _yaml(typed, when=typed, nearer=_nearer(parse(typed)))
    said = read(typed, catalogue, tag)
    first, *others = parted(said, catalogue, topics, tag(said.text))
    wanted = _heard(first, catalogue, topics, tag)
    if wanted is None:
        if others:
            raise ValueError(
                f'{typed!r} names only what to leave out: say first what to find: "oil, not Iran"'
            )
        raise ValueError(f"{typed!r} has no word to look for")
    left_out = [heard for each in others if (heard := _heard(each, catalogue, topics, tag, left_out=True))]
    return _yaml(
        said.text,
        when=explicit(without(wanted.chosen.node, [heard.chosen.node for heard in left_out])),
        nearer="" if [unit.kind for unit in wanted.units] == [True] else _nearer(wanted.chosen.node),
        notes=[
            *(
                f"An article that meets {heard.chosen.node} is left out, whatever else it says."
                " Not meant? Put the words in quotes."
                for heard in left_out
            ),
            *(
                line
                for each in (wanted, *left_out)
                for line in notes(each.said, each.units, each.chosen, catalogue, topics)
            ),
        ],
        tests=list(examples(wanted, left_out, catalogue, tag)),
    )


def _heard(
    said: Said, catalogue: Catalogue, topics: TopicRules, tag: TagText, *, left_out: bool = False
) -> Heard | None:
    """Return what `said` comes to; None when it names nothing. Of `not A and B`, either is `left_out`."""
    units = Listener(catalogue, topics, tag(said.text)).units(said) if said.text else []
    if left_out:
        units = [replace(unit, joint="or") if unit.joint == "and" else unit for unit in units]
    return Heard(said.text, units, joined(units)) if units else None


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
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "new-watch"
    return slug if isinstance(yaml.safe_load(slug), str) else f"watch-{slug}"  # 2024, null
