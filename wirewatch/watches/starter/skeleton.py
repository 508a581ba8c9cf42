"""A watch to begin with, written from a few words: what they name is looked up, the rest are words."""

import re
import unicodedata
from collections.abc import Sequence

from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.watches.language import parse
from wirewatch.watches.language.errors import PREFIXES
from wirewatch.watches.language.tree import All, Any, Node, Term, quoted
from wirewatch.watches.starter.examples import Example, TagText, examples
from wirewatch.watches.starter.join import explicit, joined
from wirewatch.watches.starter.notes import notes
from wirewatch.watches.starter.said import Listener

_LANGUAGE = re.compile(rf"\b(?:AND|OR|NOT|NEAR/\d+|BEFORE/\d+|\d+ OF)\b|\b(?:{'|'.join(PREFIXES)}):")
"""What says that something is written in the watch language already."""


def skeleton(said: str, catalogue: Catalogue, topics: TopicRules, tag: TagText) -> str:
    """Return the YAML of a watch for what `said` names, with comments on what can be changed.

    What is said in the watch language stays as it is. Raises ValueError when it names nothing.
    """
    said = " ".join(said.split())
    if _LANGUAGE.search(said):
        return _yaml(said, when=said, nearer=_nearer(parse(said)))
    units = list(Listener(catalogue, topics, tag(said)).units(said))
    if not units:
        raise ValueError(f"{said!r} has no word to look for")
    chosen = joined(units)
    return _yaml(
        said,
        when=explicit(chosen.node),
        nearer=_nearer(chosen.node),
        notes=list(notes(chosen, catalogue, topics)),
        tests=list(examples(said, units, chosen, catalogue, tag)),
    )


def _nearer(node: Node) -> str:
    """Return an example of NEAR, of two things that `node` asks for if they can stand so."""
    for part in node.parts if isinstance(node, Any) else (node,):
        placed = [one for one in part.parts if _placed(one)] if isinstance(part, All) else []
        if len(placed) > 1:
            return " NEAR/30 ".join(f"({one})" if isinstance(one, Any) else str(one) for one in placed[:2])
    return f'({node}) NEAR/30 "another word"' if _placed(node) else 'actor:Iran NEAR/30 "another word"'


def _placed(node: Node) -> bool:
    """Tell whether `node` may stand between NEARs."""
    if isinstance(node, Any):
        return all(isinstance(part, Term) and part.placed for part in node.parts)
    return isinstance(node, Term) and node.placed


def _yaml(
    said: str, *, when: str, nearer: str, notes: Sequence[str] = (), tests: Sequence[Example] = ()
) -> str:
    tried = tests or (Example(said, "alert"), Example("Something else altogether.", "none"))
    written = "".join(f"    - {{text: {quoted(test.text)}, expect: {test.expect}}}\n" for test in tried)
    commented = "".join(f"  # {line}\n" for line in dict.fromkeys(notes))
    return f"""\
- id: {_slug(said)}
  name: {quoted(said[:1].upper() + said[1:])}
  severity: medium  # info, low, medium, high or critical
  # What an article must have. Words go in quotes ("oil tanker") or end in * (tanker*); title:word must be in
  # the headline; NOT leaves out. A headline may say it in other words: (leak* OR spill*) is either. To ask
  # that it stand together, so many words between at most:
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
{written}"""


def _slug(said: str) -> str:
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "new-watch"
