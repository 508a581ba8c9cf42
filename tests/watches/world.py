"""A small world for the tests: a few actors and topics, and articles that speak of them."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from wirewatch.article import Article
from wirewatch.ids import text_hash
from wirewatch.tagging import Actor, Catalogue, Topic, TopicRules
from wirewatch.tagging.tagger import Tagger

START = datetime(2020, 1, 8, 6, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _country(id_, name, *aliases, parents=()):
    return Actor(id=id_, name=name, type="country", aliases=(name, *aliases), parents=parents)


CATALOGUE = Catalogue(
    [
        Actor(id="nato", name="NATO", type="organisation", aliases=("NATO", "the alliance")),
        Actor(
            id="stoltenberg",
            name="Jens Stoltenberg",
            type="person",
            parents=("nato",),
            aliases=("Stoltenberg",),
        ),
        _country("ir", "Iran", "Tehran", "Iranian", "Iranians"),
        _country("us", "United States", "US", "Washington", "American", "Trump", "White House"),
        _country("iq", "Iraq", "Iraqi", "Baghdad"),
        _country("tr", "Turkey", "Turkish", "Ankara", parents=("palace",)),
        _country("ru", "Russia", "Moscow", "Russian", "Kremlin"),
        _country("ua", "Ukraine", "Kyiv", "Ukrainian"),
        _country("de", "Germany", "Berlin", "German"),
        _country("ge", "Georgia"),
        Actor(id="opec", name="OPEC", type="organisation", aliases=("OPEC",), members=("ir", "iq")),
        Actor(id="palace", name="Palace", type="organisation", aliases=("Palace",)),
        Actor(id="us-ga", name="Georgia", type="territory"),
    ]
)
TOPICS = TopicRules(  # one word decides, wherever it stands
    (
        Topic("medtop:20000053", "armed conflict", {"missile": 40.0, "troops": 40.0}),
        Topic("medtop:15000000", "sport", {"striker": 40.0}),
    )
)


def article(title, *paragraphs, id_=None, at=0.0, source="example.com", revision=0):
    """An article `at` hours after START; its id is its title unless given."""
    when = START + timedelta(hours=at)
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


ARTICLE = msgspec.structs.replace(
    article(
        "NATO weighs Iran's answer in Zürich",
        "Two oil tankers left the Strait of Hormuz on Monday, the US Navy said. Prices rose 3,000 points.",
        "Stoltenberg will call Ankara. “It\u2019s a war-game,” Café owners said; gas, Gas, LNG-run ships.",
        "Missile batteries and troops stayed. Oil fell. The word us is not a country.",
        source="news.example.com",
    ),
    language="en",
    country="GB",
    tags=("Wire", "gulf desk"),
)
"""What the language is tried on."""


def tag(item, phrases=()):
    """The tags of `item`; `phrases` as a WatchSet asks for them."""
    return _tagger(tuple(phrases)).tag(item)


@lru_cache(maxsize=8)
def _tagger(phrases):
    return Tagger(CATALOGUE, TOPICS, phrases)
