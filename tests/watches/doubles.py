"""Stand-ins for the tagging room with the same shapes: names looked up as they stand, nothing resolved."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

from wirewatch.article import ActorTag, Article, Mention, Place, Salience, TopicTag
from wirewatch.ids import text_hash

START = datetime(2020, 1, 8, 6, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Actor:
    id: str
    name: str
    type: str = "country"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    code: str
    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    phrase: int
    place: Place


@dataclass(frozen=True)
class Tags:
    actors: tuple[ActorTag, ...] = ()
    topics: tuple[TopicTag, ...] = ()
    phrases: tuple[Hit, ...] = ()


class Actors:
    def __init__(self, *actors):
        self.all = actors

    def find(self, name):
        by_id = [a for a in self.all if a.id == name]
        return by_id or [a for a in self.all if name in (a.name, *a.aliases)]

    def nearest(self, name):
        return get_close_matches(name, [a.name for a in self.all])


class Topics:
    def __init__(self, *topics):
        self.all = topics

    def find(self, name):
        return [t for t in self.all if name in (t.code, t.name)]

    def nearest(self, name):
        return get_close_matches(name, [t.name for t in self.all])


ACTORS = Actors(
    Actor("nato", "NATO", "organisation", ("the alliance",)),
    Actor("ir", "Iran", aliases=("Tehran", "Iranian", "Iran's")),
    Actor("us", "United States", aliases=("US", "Washington", "American", "Trump", "White House")),
    Actor("iq", "Iraq", aliases=("Iraqi", "Baghdad")),
    Actor("tr", "Turkey", aliases=("Turkish", "Ankara")),
    Actor("ru", "Russia", aliases=("Moscow", "Russian", "Kremlin")),
    Actor("ua", "Ukraine", aliases=("Kyiv", "Ukrainian")),
    Actor("de", "Germany", aliases=("Berlin", "German")),
    Actor("ge", "Georgia", "country"),
    Actor("us-ga", "Georgia", "territory"),
)
TOPICS = Topics(
    Topic("medtop:20000053", "armed conflict", ("missile", "troops")),
    Topic("medtop:15000000", "sport", ("striker",)),
)


def article(title, *paragraphs, id_=None, at=0.0, source="example.com", time=None, revision=0):
    """An article `at` hours after START; its id is its title unless given."""
    when = time or START + timedelta(hours=at)
    return Article(
        id=id_ or title,
        origin="replay",
        source=source,
        title=title,
        paragraphs=tuple(paragraphs),
        fetched=when,
        time=when,
        time_source="published",
        revision=revision,
        text_hash=text_hash(title, paragraphs),
    )


def tag(item, phrases=(), actors=ACTORS, topics=TOPICS):
    """What the words of `item` say; `phrases` as a WatchSet asks for them."""
    blocks = [(None, item.title), *enumerate(item.paragraphs)]
    found = [(a, _mentions(blocks, (a.name, *a.aliases))) for a in actors.all]
    spoken = [(t, _mentions(blocks, t.words)) for t in topics.all]
    hits = [
        Hit(n, mention.place)
        for n, phrase in enumerate(phrases)
        for mention in _mentions(blocks, (phrase.text,), any_case=not phrase.exact, prefix=phrase.prefix)
    ]
    return Tags(
        tuple(
            ActorTag(id=a.id, name=a.name, type=a.type, salience=_salience(ms), mentions=ms)
            for a, ms in found
            if ms
        ),
        tuple(TopicTag(code=t.code, name=t.name, score=0.5, mentions=ms) for t, ms in spoken if ms),
        tuple(hits),
    )


def _mentions(blocks, names, *, any_case=False, prefix=False):
    if not names:
        return ()
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(
        rf"\b(?:{alternatives})" + (r"\w*" if prefix else r"\b"), re.IGNORECASE if any_case else 0
    )
    return tuple(
        Mention(place=Place(n, m.start(), m.end()), text=m[0], kind="name", rule="exact")
        for n, text in blocks
        for m in pattern.finditer(text)
    )


def _salience(mentions):
    where = {m.place.paragraph for m in mentions}
    return Salience(headline=None in where, lead=0 in where, count=len(mentions), score=0.5)
