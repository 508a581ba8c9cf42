"""What the news is about: sources, actors, topics, and whether the sources of a watch are alive."""

import pytest
from prometheus_client import REGISTRY

from pipelines.elements import TaggedRecord
from pipelines.news.tallies import ALIVE_SECONDS, TELL_SECONDS, Tallies
from tests.pipeline.steps import news as article_of
from tests.pipeline.steps import record
from tests.service.support import copy_shipped
from wirewatch.snapshot import load_snapshot
from wirewatch.watches.model import Only, Watch


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("config")
    copy_shipped(folder, "watches.yaml", "topics.yaml", "actors")
    return load_snapshot(folder)


def read(loaded, *titles):
    articles = [article_of(n, title) for n, title in enumerate(titles)]
    return [TaggedRecord(record(0, a), a, loaded.tagger.tag(a)) for a in articles]


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels)


def test_articles_are_counted_by_source_actor_and_topic(loaded):
    before = {
        name: value(f"wirewatch_{kind}_articles_total", **{kind: name}) or 0
        for kind, name in (("source", "wire.example"), ("actor", "NATO"), ("actor", "Iran"))
    }
    now = [1000.0]
    Tallies(lambda: now[0]).count(read(loaded, "NATO troops", "Iran and NATO"), loaded)
    assert value("wirewatch_source_articles_total", source="wire.example") == before["wire.example"] + 2
    assert value("wirewatch_actor_articles_total", actor="NATO") == before["NATO"] + 2
    assert value("wirewatch_actor_articles_total", actor="Iran") == before["Iran"] + 1
    assert value("wirewatch_last_article_timestamp_seconds", origin="replay") == 1000


def test_what_is_counted_shows_within_a_second_or_at_the_next_refresh(loaded):
    def counted():
        return value("wirewatch_topic_articles_total", topic=topic) or 0

    now = [0.0]
    news = Tallies(lambda: now[0])
    (article,) = read(loaded, "Earthquake in Iran kills hundreds")
    topic = next(topic.name for topic in article.tags.topics if not topic.via)
    before = counted()
    news.count([article], loaded)
    assert counted() == before + 1
    now[0] += TELL_SECONDS / 2
    news.count([article], loaded)
    assert counted() == before + 1  # not yet
    now[0] += TELL_SECONDS / 2
    news.count([article], loaded)
    assert counted() == before + 3
    news.count([article], loaded)
    news.refresh([])
    assert counted() == before + 4
    news.refresh([])
    assert counted() == before + 4


def test_watched_actors_are_those_that_watches_name(loaded):
    assert {"NATO", "Iran"} <= loaded.watches.actors


def test_a_watch_that_names_sources_knows_which_are_alive(loaded):
    now = [0.0]
    news = Tallies(lambda: now[0])
    news.count(read(loaded, "NATO"), loaded)
    watches = [
        Watch(id="w", name="W", when="x", only=Only(sources=("wire.example", "gone.example"))),
        Watch(id="all", name="All", when="x", only=Only(sources=("-wire.example",))),
    ]
    news.refresh(watches)
    assert value("wirewatch_sources_alive") == 1
    assert value("wirewatch_watch_sources", watch="w", state="alive") == 1
    assert value("wirewatch_watch_sources", watch="w", state="silent") == 1
    assert value("wirewatch_watch_sources", watch="all", state="alive") is None  # it reads them all
    assert value("wirewatch_watch_info", watch="all", severity="medium") == 1
    now[0] += ALIVE_SECONDS + 1
    news.refresh(watches[:1])
    assert value("wirewatch_watch_sources", watch="w", state="alive") == 0
    assert (
        value("wirewatch_watch_info", watch="all", severity="medium") is None
    )  # it is in no config any more
    news.refresh([])


def test_what_is_followed_is_shown_of_the_watches_in_force(loaded):
    """A watch that was removed or renamed would else have open stories until the next restart."""

    def shown(watch):
        names = ("wirewatch_stories_open", "wirewatch_story_sources_max")
        return tuple(value(name, watch=watch) for name in names)

    news = Tallies(lambda: 0.0)
    kept, removed = (Watch(id=each, name="W", when="x") for each in ("kept", "removed"))
    news.follow("kept", 2, None)
    news.follow("removed", 5, 3)
    news.refresh([kept, removed])
    assert (shown("kept"), shown("removed")) == ((2, None), (5, 3))
    news.refresh([kept])
    news.follow("removed", 6, None)  # of what was read before the change
    news.refresh([kept])
    assert (shown("kept"), shown("removed")) == ((2, None), (None, None))
    news.refresh([kept, removed])
    assert shown("removed") == (6, 3)
    news.refresh([])
