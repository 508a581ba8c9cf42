"""Emerging names: capitalised sequences that recur and that the catalogue does not know.

A name is told by its form alone, so the list is for a person to choose from, never for the tagger.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from wirewatch.article import Article
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.tagger import Tagger
from wirewatch.tagging.text import name_words
from wirewatch.tagging.text.fold import plain
from wirewatch.tagging.topics.topics import TopicRules

MAX_NAMES: Final = 20_000
"""Names kept while counting; beyond, the rarest go (lossy counting), so memory stays bounded."""
CONTEXTS: Final = 3
AROUND: Final = 70
"""Code points of context kept on either side of a name."""
MAX_WORDS: Final = 8

_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*")  # noqa: RUF001  # typographic apostrophe
_CAPITAL = re.compile(r"(?:^|^[a-z]{2}-)[^\W\d_a-z]")  # `al-Asad` too
_POSSESSIVE = re.compile(r"['’]s?$")  # noqa: RUF001
_NOBODY = name_words.NO_ACTORS | name_words.JOINING
_SENTENCE_ENDS = frozenset(".!?:;\"“”'‘()[]—–-•*|")  # noqa: RUF001


@dataclass
class Name:
    """A name with how often it was met."""

    text: str
    articles: int = 0
    mentions: int = 0
    contexts: list[str] = field(default_factory=list)
    """The words around its first mention in each of the first articles; those of copies once."""
    missed: int = 0
    """Articles it may have been in before it was (last) kept: the bound of lossy counting."""


class Emerging:
    """Counts unknown names over articles, one article at a time, in bounded memory."""

    def __init__(self, catalogue: Catalogue, *, max_names: int = MAX_NAMES) -> None:
        self._catalogue = catalogue
        self._tagger = Tagger(catalogue, TopicRules(()))
        self._max_names = max_names
        self._names: dict[str, Name] = {}
        self._floor = 0

    def add(self, article: Article) -> None:
        """Count the unknown names of `article`."""
        known: dict[int | None, list[tuple[int, int]]] = {}
        for actor in self._tagger.tag(article).actors:
            for mention in actor.mentions:
                known.setdefault(mention.place.paragraph, []).append((mention.place.start, mention.place.end))
        found: dict[str, list[str]] = {}
        for n, text in ((None, article.title), *enumerate(article.paragraphs)):
            for start, end in _names(text, known.get(n, ()), title=n is None):
                found.setdefault(plain(text[start:end]), []).append(_context(text, start, end))
        for name, contexts in _short_forms_joined(found).items():
            if not self._catalogue.find(name):
                self._count(name, contexts)

    def _count(self, text: str, contexts: Sequence[str]) -> None:
        name = self._names.get(text)
        if name is None:
            if len(self._names) >= self._max_names:
                self._drop_rarest()
            name = self._names[text] = Name(text, missed=self._floor)
        name.articles += 1
        name.mentions += len(contexts)
        if len(name.contexts) < CONTEXTS and contexts[0] not in name.contexts:
            name.contexts.append(contexts[0])

    def _drop_rarest(self) -> None:
        """Drop what was met least, half of all or more; what comes anew may have been among it."""
        counts = sorted(name.articles + name.missed for name in self._names.values())
        self._floor = counts[len(counts) // 2]
        self._names = {k: n for k, n in self._names.items() if n.articles + n.missed > self._floor}

    def names(self, *, least: int = 2) -> list[Name]:
        """Return the names met in at least `least` articles, the commonest first."""
        often = [name for name in self._names.values() if name.articles >= least]
        return sorted(often, key=lambda name: (-name.articles, -name.mentions, name.text))


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int
    begins: bool
    """Whether a sentence begins here: a capital then says nothing."""


def _names(text: str, known: Sequence[tuple[int, int]], *, title: bool) -> Iterator[tuple[int, int]]:
    """Yield where the capitalised sequences of `text` stand that are no known actor."""
    tokens = _tokens(text)
    capitals = [token for token in tokens if token.text[0].isupper()]
    if title and len(capitals) * 2 > len(tokens):  # A Headline Set Like This says nothing
        return
    small = {token.text for token in tokens if token.text[0].islower()}
    ahead = deque(sorted(known))
    for sequence in _sequences(text, tokens):
        while ahead and ahead[0][1] <= sequence[0].start:  # else each looks through all
            ahead.popleft()
        named = _trimmed(sequence, small)
        if named and not _says_little(named, ahead):
            yield named[0].start, named[-1].end


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _WORD.finditer(text):
        start = match.start()
        before = text[max(0, start - 2) : start].rstrip()[-1:]
        word = _POSSESSIVE.sub("", match.group())
        tokens.append(_Token(word, start, start + len(word), before in _SENTENCE_ENDS or start < 2))
    return tokens


def _sequences(text: str, tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """Yield runs of capitalised words one space apart, joined by `of`, `de`, `bin` and the like."""
    run: list[_Token] = []
    for token in tokens:
        follows = bool(run) and text[run[-1].end : token.start] == " " and not token.begins
        capital = _capitalised(token)
        if run and not (follows and (capital or token.text in name_words.JOINING)):
            yield run
            run = []
        if capital or run:
            run.append(token)
    if run:
        yield run


def _capitalised(token: _Token) -> bool:
    found = _CAPITAL.search(token.text)
    return found is not None and found.group()[-1].isupper() and token.text.lower() not in name_words.NO_NAME


def _trimmed(run: list[_Token], small: set[str]) -> list[_Token]:
    """Return `run` from the last title on, without a sentence opener and joining words at the ends."""
    titles = [n for n, token in enumerate(run) if token.text in name_words.TITLES]
    run = run[titles[-1] + 1 :] if titles else run
    if run and run[0].begins and run[0].text.lower() in small:
        run = run[1:]
    while run and run[0].text in name_words.JOINING:
        run = run[1:]
    while run and run[-1].text in name_words.JOINING:
        run = run[:-1]
    return run if len(run) <= MAX_WORDS else []


def _says_little(run: Sequence[_Token], known: Iterable[tuple[int, int]]) -> bool:
    """Tell whether `run` may be no name, is in capitals, names nobody, or hardly more than who is known."""
    first = run[0]
    if len(run) == 1 and (first.begins or len(first.text) < 3):
        return True
    if len(run) > 1 and all(token.text.isupper() for token in run):
        return True
    if all(token.text.lower() in _NOBODY for token in run):
        return True
    before_its_end = takewhile(lambda span: span[0] < run[-1].end, known)
    met = [(start, end) for start, end in before_its_end if first.start < end]
    telling = [t for t in run if t.text not in name_words.DESCRIBING and t.text not in name_words.JOINING]
    new = [t for t in telling if not any(start < t.end and t.start < end for start, end in met)]
    return len(new) < (2 if met else 1)


def _short_forms_joined(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return `found` with a lone surname counted with the full name that the article has."""
    full = {name.rpartition(" ")[2]: name for name in found if " " in name}
    joined: dict[str, list[str]] = {}
    for name in sorted(found, key=lambda name: -name.count(" ")):
        joined.setdefault(name if " " in name else full.get(name, name), []).extend(found[name])
    return joined


def _context(text: str, start: int, end: int) -> str:
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    if left:
        left = text.find(" ", left, start) + 1 or left
    if right < len(text):
        space = text.rfind(" ", end, right)
        right = space if space >= 0 else right
    return f"{'…' if left else ''}{text[left:right]}{'…' if right < len(text) else ''}"
