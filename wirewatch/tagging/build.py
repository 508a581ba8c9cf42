"""What a tagger is made of that takes long to make: the automaton over all phrases, and who bears each."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.names.senses import Bearer, Senses, bearers_by_phrase, context_words
from wirewatch.tagging.search.patterns import Family, Pattern, Tables, tables_of
from wirewatch.tagging.text.bare import bare
from wirewatch.tagging.text.fold import fold


@dataclass(frozen=True)
class Phrase:
    """A watch's phrase or word: met by what is `bare` the same, unless `case` is `exact`.

    `prefix`: the word may go on after it (`tanker*`). `inside`: it may stand anywhere within words.
    """

    id: int
    text: str
    case: Literal["any", "exact"] = "any"
    prefix: bool = False
    inside: bool = False


class Build(msgspec.Struct, frozen=True, gc=False):
    """Plain data, so that it can be kept in a file. Numbers stand in it as `array` has them."""

    tables: Tables
    bare: Tables
    """Watch phrases alone: for a `BareText`; names are looked for in the text as it is."""
    contexts: list[str]
    ends: bytes
    """Where the bearers of each of the actors' phrases begin in `bearers`, and where the last ones end."""
    bearers: bytes

    @property
    def patterns(self) -> int:
        """The number of all that is looked for: names, phrases, words beside them."""
        return len(self.tables.ends) // array("I").itemsize - 1


class Bearers:
    """Who bears each of the actors' phrases, by the automaton's item."""

    def __init__(self, build: Build) -> None:
        self._ends = array("I", build.ends)
        self._flat = array("I", build.bearers)

    def of(self, item: int) -> Iterator[Bearer]:
        """Yield the bearers of a phrase."""
        flat = self._flat[self._ends[item] : self._ends[item + 1]]
        return zip(flat[::2], flat[1::2], strict=True)


def make_build(
    catalogue: Catalogue,
    titles: Iterable[str],
    topic_phrases: Iterable[str],
    phrases: Sequence[Phrase],
    index: Callable[[Sequence[bytes]], bytes],
) -> Build:
    """Return the build of these actors, titles (in lower case), topic phrases and watch phrases.

    `index`: of the loops that use it (`wirewatch.tagging.loops`).
    """
    contexts = context_words(catalogue)
    by_phrase = bearers_by_phrase(catalogue)
    flat, ends = array("I"), array("I", [0])
    for bearers in by_phrase.values():
        for bearer in bearers:
            flat.extend(bearer)
        ends.append(len(flat))
    watched = list(_watched(phrases))
    senses = Senses(catalogue, contexts)
    names = (
        Pattern(text, prefix=False, family=Family.ACTOR, item=item, spelling=senses.spelling(text, bearers))
        for item, (text, bearers) in enumerate(by_phrase.items())
    )
    others = (
        Pattern(*_starred(text), family=family, item=item)
        for family, texts in (
            (Family.CONTEXT, contexts),
            (Family.TITLE, titles),
            (Family.TOPIC, topic_phrases),
        )
        for item, text in enumerate(texts)
    )
    return Build(
        tables=tables_of([*names, *others, *watched], index),
        bare=tables_of(watched, index),
        contexts=contexts,
        ends=ends.tobytes(),
        bearers=flat.tobytes(),
    )


def _watched(phrases: Sequence[Phrase]) -> Iterator[Pattern]:
    for item, phrase in enumerate(phrases):
        yield Pattern(bare(phrase.text), phrase.prefix, Family.PHRASE, item, inside=phrase.inside)


def _starred(phrase: str) -> tuple[str, bool]:
    return fold(phrase.rstrip("*")), phrase.endswith("*")
