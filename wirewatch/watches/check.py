"""Everything that is wrong with a watches.yaml, and what in it looks like a slip."""

import difflib
import os.path
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten
from typing import Final

from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.tagging.text.language import ENGLISH
from wirewatch.watches.language import All, Node, Term
from wirewatch.watches.language.checks import met_by_most, read_as_words, repeated
from wirewatch.watches.language.mixed import mixed
from wirewatch.watches.language.tree import Span, terms
from wirewatch.watches.model import Watch
from wirewatch.watches.names import Names
from wirewatch.watches.parse import find_problems
from wirewatch.watches.problems import Finding, Problem
from wirewatch.watches.sources import domains
from wirewatch.watches.vocabulary import Vocabulary
from wirewatch.yaml_files import KeyPath

_READ: Final = 200
"""Characters of how a condition is read."""


@dataclass(frozen=True)
class Sent:
    """What the articles of the live feeds have: names of sources, and tags."""

    sources: Collection[str]
    tags: Collection[str]


def check_watches(
    path: Path, catalogue: Catalogue, topics: TopicRules, sent: Sent | None = None
) -> list[Finding]:
    """Return all that is wrong with the watches at `path`, and warnings, in the order of the file.

    `sent`: what the live feeds send, where any are read. Raises ConfigError when it cannot be read at all.
    """

    def check(watches: Mapping[int, Watch]) -> list[Problem]:
        unsent = () if sent is None else _unsent(watches, sent)
        return [*_problems(watches, catalogue, topics), *_missing_files(watches, path.parent), *unsent]

    return find_problems(path, check)


def _problems(watches: Mapping[int, Watch], catalogue: Catalogue, topics: TopicRules) -> Iterator[Problem]:
    vocabulary, names = Vocabulary(catalogue, topics), Names(catalogue, topics)
    for n, watch in watches.items():
        place, node = (n, "when"), watch.condition
        for term in terms(node):
            try:
                vocabulary.number(term)
            except ValueError as error:
                yield Problem(place, str(error), term.span)
            else:
                if term.kind == "actor" and not term.members and names.is_silent(term.value):
                    what = f"config/actors does not say how a text names {term.value}"
                    yield Problem(place, what, term.span, fix=_naming(term, names))
        for part in repeated(node):
            yield Problem(place, f"{part} occurs here twice", part.span, fix="once is enough")
        for span, read in mixed(watch.when):
            fix = f"add parentheses; without them it means {shorten(read, _READ, placeholder=' …')}"
            yield Problem(place, "AND and NOT join before OR does", span, fix=fix)
        for term in read_as_words(node):
            what = f"the word {term.value.lower()} meets this too, as capitals do not count"
            yield Problem(place, what, term.span, fix=f'write ="{term.value}" for what is written so')
        if met_by_most(node):
            fix = "say what it is to be about, as in actor:Iran"
            yield Problem(place, "nearly every article meets this", node.span, fix=fix)
        yield from _languages(watch, node, n)


def _unsent(watches: Mapping[int, Watch], sent: Sent) -> Iterator[Problem]:
    """Yield a warning for each source and tag that no live feed has; what else feeds Kafka may send it."""
    sources = {domain for source in sent.sources for domain in domains(source)}
    there = {"source": sources, "tag": {tag.casefold() for tag in sent.tags}}
    for n, watch in watches.items():
        for term in terms(watch.condition):
            if term.kind in there and term.value.casefold() not in there[term.kind]:
                yield _no_feed(term.kind, term.value, there[term.kind], (n, "when"), term.span)
        for number, name in enumerate(watch.only.sources):
            if (source := name.removeprefix("-").casefold()) not in sources:
                yield _no_feed("source", source, sources, (n, "only", "sources", number), None)


def _no_feed(kind: str, name: str, there: Collection[str], place: KeyPath, span: Span | None) -> Problem:
    near = difflib.get_close_matches(name, there, n=1)
    meant = f"did you mean {near[0]}? Else " if near else ""
    fix = f"{meant}add it there; leave it if something else than the feeds sends it"
    return Problem(place, f"no feed of feeds.yaml that is on has the {kind} {name}", span, fix=fix)


def _naming(term: Term, names: Names) -> str:
    """Return what to do about an actor that no text names."""
    members = replace(term, members=True)
    return f"write {members}" if names.has_members(term.value) else "give it an alias there"


def _missing_files(watches: Mapping[int, Watch], folder: Path) -> Iterator[Problem]:
    """Yield a warning for each test of an article that is not there, named from `folder`."""
    for n, watch in watches.items():
        for number, test in enumerate(watch.tests):
            # Unlike Path's, this one takes a whole text, too long for a name, for a file that is not there.
            if test.article is not None and not os.path.exists(folder / test.article):  # noqa: PTH110
                what = f"no such file: {test.article}"
                fix = f"name it from {folder}, or take the test out"
                yield Problem((n, "tests", number, "article"), what, fix=fix)


def _languages(watch: Watch, node: Node, number: int) -> Iterator[Problem]:
    """Yield a warning for what `when` asks for and no article in the languages of the watch has."""
    asked = [part for part in (node.parts if isinstance(node, All) else (node,)) if isinstance(part, Term)]
    languages = {part.value.lower() for part in asked if part.kind == "lang"} or set(watch.only.languages)
    for part in asked:
        if part.kind == "lang" and watch.only.languages and part.value.lower() not in watch.only.languages:
            what = f"only.languages leaves {part.value} out, so no article could meet this"
            fix = f"add {part.value} to only.languages, or take {part} out"
            yield Problem((number, "when"), what, part.span, fix=fix)
        if part.kind == "topic" and languages and ENGLISH not in languages:
            what = "topics are found in English articles alone, so no article could meet this"
            fix = f"let English in, or name words and actors in place of {part}"
            yield Problem((number, "when"), what, part.span, fix=fix)
