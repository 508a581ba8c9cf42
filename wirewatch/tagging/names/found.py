"""What becomes of a phrase found in an article: a mention, or a rejection with its reason."""

from typing import NamedTuple

from wirewatch.article import Place
from wirewatch.tagging.catalogue.actors import Actor


class Found:
    """A mention that was accepted.

    No Struct, so that it can be one of C's where it is compiled (`found.pxd`).
    """

    __slots__ = ("actor", "end", "kind", "rule", "start")

    def __init__(self, start: int, end: int, actor: Actor, kind: str, rule: str) -> None:
        self.start = start
        self.end = end
        self.actor = actor
        self.kind = kind
        self.rule = rule


class Rejected(NamedTuple):
    """A mention that was not, and the rule that said so. `actor` is empty for a decoy."""

    start: int
    end: int
    actor: str
    kind: str
    rule: str


class NotAccepted(NamedTuple):
    """A rejected mention as a reader finds it: its place in the article, and the words there."""

    place: Place
    text: str
    actor: str
    kind: str
    rule: str


REASONS = {
    "another_chief": "a chief under the one at the top",
    "called": "something else of that name",
    "capitals": "a pronoun among capitals",
    "club": "a club",
    "dateline": "where the article was written, or who wrote it",
    "decoy": "a phrase that only holds the name",
    "given_name": "a person of that name",
    "language_or_food": "a language or a food",
    "namesake": "a town, someone or something else bears the name here",
    "named_after": "a school, a shop of that name",
    "named_after_place": "a street, a thing of that name",
    "named_beside_it": "the holder is named beside it",
    "no_context": "too few words around speak for it",
    "no_holder_known": "nobody is known to have held the office that day",
    "no_longer": "who held it before, will, or is under who does",
    "no_verb": "the city, not its government",
    "not_yet": "who does not hold it yet",
    "one_of_many": "one of several who are called so, not the holder",
    "other_language": "no English, where only plain names count",
    "person": "a person of that name",
    "relative": "someone or something else of that surname",
    "river": "the river",
    "ruled_out": "words in the article speak against it",
    "source": "who reports it, not who it is about",
    "surname_alone": "neither the full name, nor a title, nor an office of that day",
    "team": "a team",
    "us_place": "a town in the United States",
    "verb": "a verb",
}
"""What each rule that rejects says, for people."""
