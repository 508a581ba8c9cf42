"""`only`: which articles a watch looks at, by source, language and age."""

from datetime import timedelta

import msgspec
import pytest

from tests.watches.world import ARTICLE, CATALOGUE, TOPICS, tag
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.model import Watch

ONLY = {
    "a language": ({"languages": ["de", "en"]}, True),
    "another language": ({"languages": ["de"]}, False),
    "a source": ({"sources": ["example.com"]}, True),
    "another source": ({"sources": ["example.org"]}, False),
    "not a source": ({"sources": ["-example.com"]}, False),
    "not another source": ({"sources": ["-example.org"]}, True),
    "a source, but not a part of it": ({"sources": ["example.com", "-news.example.com"]}, False),
    "a tier": ({"tiers": [1, 2]}, True),
    "another tier": ({"tiers": [3]}, False),
    "fresh": ({"published_within": "3d"}, True),
    "stale": ({"published_within": "2d"}, False),
    "all at once": ({"languages": ["en"], "tiers": [2], "published_within": "4d"}, True),
    "all but one": ({"languages": ["en"], "tiers": [1]}, False),
}


@pytest.mark.parametrize(("only", "met"), ONLY.values(), ids=ONLY)
def test_only(only, met):
    item = msgspec.structs.replace(ARTICLE, tier=2, published=ARTICLE.fetched - timedelta(days=2.5))
    watches = WatchSet([Watch(id="w", name="W", when="nato", only=only)], CATALOGUE, TOPICS)
    tags = tag(item, watches.phrases)
    assert bool(watches.match(item, tags)) is met
    assert bool(watches.explain("w", item, tags).refusals) is not met


@pytest.mark.parametrize("asked", ["nato AND lang:en", "nato"])
@pytest.mark.parametrize("declared", [None, "de"])
def test_the_language_is_the_one_an_article_is_in_whatever_its_publisher_says(asked, declared):
    item = msgspec.structs.replace(ARTICLE, language=declared)
    watches = WatchSet(
        [
            Watch(id="w", name="W", when=asked, only={"languages": ["en"]}),
            Watch(id="de", name="W", when="nato AND lang:de"),
        ],
        CATALOGUE,
        TOPICS,
    )
    tags = tag(item, watches.phrases)
    assert [match.watch for match in watches.match(item, tags)] == ["w"]
    assert watches.explain("w", item, tags).met
    assert watches.explain("de", item, tags).misses[0].hint == "its language is en"


@pytest.mark.parametrize("only", [{"languages": ["en"]}, {"tiers": [1]}, {"published_within": "3d"}], ids=str)
def test_what_is_unknown_is_not_met(only):
    item = msgspec.structs.replace(
        ARTICLE, title="NATO", paragraphs=(), language=None, tier=None, published=None
    )
    watches = WatchSet([Watch(id="w", name="W", when="nato", only=only)], CATALOGUE, TOPICS)
    assert watches.match(item, tag(item, watches.phrases)) == []
