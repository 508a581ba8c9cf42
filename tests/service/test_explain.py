"""`watches explain` of what the service has read: which alert told of an article's story, and to whom."""

import json
import re

import msgspec
import pytest

from connectors.kafka.clients import open_admin, open_writer
from connectors.kafka.topics import ensure_topics
from connectors.notify.store import DATABASE, Owed, Shared, insert_delivery, open_database
from connectors.notify.store.arrivals import Arrival, add_alert
from connectors.notify.store.database import to_ms
from connectors.seeds.folder import read_articles
from pipelines.engines.embedded.admin import CHECKPOINT
from tests.notify.support import T0, TRACE, alert
from tests.pipeline.test_removed import run as decide
from tests.service.desk import Desk
from tests.service.support import write_texts
from tests.watches.cells import matched
from wirewatch.alert import CountedArticle, Incident
from wirewatch.ids import alert_id, story_id
from wirewatch.part import utc_now
from wirewatch.records import ALERTS, ARTICLES

WATCHES = """\
- {id: oil, name: Oil, when: "\\"oil tanker\\"", per_story: {update_at: [3]}}
- {id: ships, name: Ships, when: tanker}
- {id: many, name: Many, when: tanker, volume: {at_least: 2, distinct: sources, within: 2h}}
- {id: grain, name: Grain, when: grain}
"""
NEWS = "Oil tanker in the news\n\n9 Jan 2020\nSource: {0}.example\nURL: https://{0}.example/1\n\n"
FILES = {name: NEWS.format(name) + "An oil tanker was seized at sea.\n" for name in ("one", "two")}


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """The folder of two articles, of which the watch `oil` has made one story."""
    return write_texts(tmp_path_factory.mktemp("past"), FILES)


def watch_and_tell(desk, past):
    """Have `desk` keep what a service would that has read the articles; return the id of its alert."""
    desk.write(WATCHES)
    articles = read_articles([past], undated=utc_now()).articles
    matches = [msgspec.structs.replace(matched(article), watch="oil") for article in articles]
    checkpoint = desk.site.data / CHECKPOINT
    checkpoint.parent.mkdir(parents=True)
    assert decide(checkpoint, *matches) == [("oil", "opened")]
    first, second = articles
    told = alert_id(story_id("oil", first.id), "opened")
    counted = (CountedArticle(id=a.id, title=a.title, source=a.source, time=a.time) for a in articles)
    incident = Incident(
        kind="volume", count=2, distinct="sources", within=7200, threshold=2, articles=tuple(counted)
    )
    keep(
        desk,
        alert(told, watch="oil", article=first.id, title=first.title),
        alert("b0", watch="many", article=second.id, title=second.title, incident=incident),
    )
    return told


def keep(desk, *alerts):
    """Have notify's history of `desk` hold alerts, each owed to the receiver r1."""
    shared = Shared(open_database(desk.site.data / DATABASE))
    with shared.writing() as db:
        for n, each in enumerate(alerts):
            body = ALERTS.encode(each)
            seq = add_alert(db, Arrival(each, body, 0, n, to_ms(T0), TRACE), now=T0)
            insert_delivery(db, Owed("r1", each.id, body), ((seq, body),), to_ms(T0))
    shared.close()


class Told(Desk):
    """A desk whose notify has told of some of `past`."""

    def __init__(self, folder, past):
        super().__init__(folder)
        self.alert = watch_and_tell(self, past)


@pytest.fixture(scope="module")
def desk(tmp_path_factory, past):
    return Told(tmp_path_factory.mktemp("explain"), past)


@pytest.mark.parametrize(
    ("watch", "name", "line"),
    [
        pytest.param(
            "oil", "one", "raised alert {} (opened, 2026-01-05 12:00 UTC)", id="it opened the story"
        ),
        pytest.param(
            "oil",
            "two",
            "counted to the story of alert {} (opened, 2026-01-05 12:00 UTC): Oil tanker in the news",
            id="it joined the story",
        ),
        pytest.param(
            "many",
            "one",
            "counted to the incident of alert b0 (opened, 2026-01-05 12:00 UTC): Oil tanker in the news",
            id="one of an incident",
        ),
        pytest.param("ships", "one", None, id="no alert"),
        pytest.param("grain", "one", None, id="not met"),
    ],
)
def test_the_alert_that_told_of_it(desk, past, watch, name, line):
    said = desk.run("watches", "explain", watch, str(past / f"{name}.txt")).splitlines()
    at = [n for n, each in enumerate(said) if re.search(r" alert \w+ \(", each)]
    assert [said[n].strip() for n in at] == ([line.format(desk.alert[:8])] if line else [])
    if line:
        assert said[at[0] + 1].strip() == "on its way to r1"
    shown = json.loads(desk.run("watches", "explain", watch, str(past / f"{name}.txt"), "--json"))
    assert shown["alerts"] == (["b0" if watch == "many" else desk.alert] if line else [])


@pytest.mark.kafka
def test_an_article_is_found_by_its_url(kafka, past, tmp_path):
    settings = kafka.settings()
    admin = open_admin(kafka.context())
    ensure_topics(admin, settings)
    admin.close()
    writer = open_writer(kafka.context(), client="kafka-python")
    for article in read_articles([past], undated=utc_now()).articles:
        writer.send(kafka.prefix + "articles", key=None, value=ARTICLES.encode(article))
    writer.flush(30)
    writer.close()
    desk = Desk(tmp_path, kafka={"bootstrap_servers": kafka.bootstrap, "topic_prefix": kafka.prefix})
    told = watch_and_tell(desk, past)
    explain = ("watches", "explain")
    assert f"raised alert {told[:8]}" in desk.run(*explain, "oil", "https://one.example/1")
    assert f"counted to the story of alert {told[:8]}" in desk.run(
        *explain, "oil", "https://two.example/1?utm_source=x"
    )
    untold, spellings = (
        "no alert about it was found",
        ("https://one.example/1?utm_source=x#top", "https://one.example/1"),
    )
    assert desk.run(*explain, "ships", *spellings).count(untold) == 1
    said = desk.run(*explain, "ships", "https://nowhere.example/", str(past / "one.txt"), code=2)
    assert "https://nowhere.example/: Kafka, which keeps 7 days, has no article with this URL" in said
    assert "✓ meets ships" in said
