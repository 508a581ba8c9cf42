"""What is known of one article while watches are held against it: looked up once, however many ask."""

from collections.abc import Sequence

from wirewatch.article import Article, Place
from wirewatch.tagging.tagger import Tags
from wirewatch.watches.atoms import Atom
from wirewatch.watches.near import word_starts
from wirewatch.watches.vocabulary import Vocabulary


class Facts:
    """One article, tagged."""

    __slots__ = ("_atoms", "_places", "_starts", "article", "has", "tags")

    def __init__(self, vocabulary: Vocabulary, article: Article, tags: Tags) -> None:
        self.article = article
        self.tags = tags
        self.has = vocabulary.has(article, tags)
        """Numbers of the terms it has; of a regular expression, that its literal is there."""
        self._atoms = vocabulary.atoms
        self._places: dict[int, tuple[Place, ...]] = {}
        self._starts: dict[int | None, list[int]] = {}

    def atom(self, number: int) -> Atom:
        """Return what a term of that number looks for."""
        return self._atoms[number]

    def places(self, number: int) -> tuple[Place, ...]:
        """Return where the article has a term."""
        if number not in self._places:
            there = number in self.has
            self._places[number] = tuple(self._atoms[number].places(self.article, self.tags)) if there else ()
        return self._places[number]

    def word_starts(self, paragraph: int | None) -> Sequence[int]:
        """Return where the words of a paragraph (None: the title) begin."""
        if paragraph not in self._starts:
            text = self.article.title if paragraph is None else self.article.paragraphs[paragraph]
            self._starts[paragraph] = word_starts(text)
        return self._starts[paragraph]
