"""The part as a process: from a feed on a real server to Kafka, and to a signed webhook."""

import json
import time
from email.utils import formatdate

import pytest

from tests.acceptance.harness import wait_until
from tests.feeds.server import item, rss
from tests.feeds.support import read_alerts, read_articles, write_feeds

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


def test_once_writes_what_is_new_and_nothing_twice(make_service, server):
    service = make_service(feeds={"enabled": True})
    server.pages["/rss"] = rss(
        item(
            "First",
            "https://test.example/1?utm_source=rss",
            body="&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;",
        ),
        item("Second", "https://test.example/2", guid="g2"),
    )
    write_feeds(service, server.url("/rss"))
    service.make_topics()
    for _ in range(2):
        service.start("feeds", options=("--once",))
        assert service.wait("feeds") == 0, service.logs()
        server.pages["/rss"] = rss(
            item("Third", "https://test.example/3"), item("Second!", "https://test.example/2")
        )
    articles = read_articles(service)
    assert [(a.title, a.revision) for a in articles] == [
        ("First", 0),
        ("Second", 0),
        ("Third", 0),
        ("Second!", 1),
    ]
    assert articles[0].paragraphs == ("One.", "Two.")
    assert (articles[0].source, articles[0].country, articles[0].feed) == (
        "test.example",
        "GB",
        server.url("/rss"),
    )
    assert articles[3].changed == ("title",)


HEADLINES = [
    "NATO foreign ministers suspend training mission in Iraq as Iran threatens retaliation",
    *(
        f"NATO {what}"
        for what in (
            "opens a school for divers on a Norwegian island",
            "orders twelve thousand pairs of boots from a Portuguese cooperative",
            "auditors find a hole in the pension fund of interpreters",
            "general retires to keep bees near Utrecht",
            "headquarters canteen drops beef from its menu",
            "satellites photograph a calving glacier off Greenland",
            "cyber team wins a chess tournament against students",
            "convoy delayed by migrating toads on an Estonian road",
            "archives release letters of a forgotten cartographer",
            "radar mistakes a flock of starlings for drones over Gdansk",
        )
    ),
]


@pytest.mark.parametrize(
    "titles",
    [pytest.param(HEADLINES[:1], id="one"), pytest.param(HEADLINES, id="eleven", marks=pytest.mark.soak)],
)
def test_a_headline_becomes_a_signed_webhook(make_service, receiver, server, titles):
    service = make_service(feeds={"enabled": True, "shortest_minutes": 0.01})
    now = time.time()  # a lively feed: it is polled at the shortest interval, 0.6 s
    dull = [
        item(f"Nothing of note {n}", f"https://test.example/{n}", date=formatdate(now - n, usegmt=True))
        for n in range(20)
    ]
    server.pages["/rss"] = rss(*dull)
    write_feeds(service, server.url("/rss"))
    service.start("pipeline", "notify", "feeds")
    wait_until(lambda: all(service.ready(part) for part in ("pipeline", "notify", "feeds")), 120, service)
    wait_until(lambda: "/rss" in server.paths(), 60, service)
    took = []
    for number, title in enumerate(titles):
        published, url = time.time(), f"https://test.example/new/{number}"
        server.pages["/rss"] = rss(item(title, url, date=formatdate(published, usegmt=True)))
        wait_until(lambda url=url: any(a["url"] == url for _, a in receiver.received), 60, service)
        took.append(time.time() - published)
        alert = next(a for _, a in receiver.received if a["url"] == url)
        assert (alert["title"], alert["source"]) == (title, "test.example")
    took.sort()
    print(json.dumps({"n": len(took), "publish_to_webhook_p50_s": took[len(took) // 2], "most_s": took[-1]}))
    assert receiver.refused == []
    assert service.stop("feeds") == 0, service.logs()


def test_trouble_with_a_feed_is_told_once_and_closed_once(make_service, receiver, server):
    service = make_service(feeds={"enabled": True})
    write_feeds(service, server.url("/rss"))
    service.start("notify")
    for page in (b"<html><body>Welcome", b"<html><body>Still no feed", rss(), rss()):
        server.pages["/rss"] = page
        service.start("feeds", options=("--once",))
        assert service.wait("feeds") == 0, service.logs()
    wait_until(lambda: len(receiver.received) >= 2, 60, service)
    (first, opened), (second, closed) = receiver.received
    assert [opened["status"], closed["status"]] == ["opened", "closed"]
    assert {opened["kind"], closed["kind"]} == {"system"}
    assert opened["labels"] == {"feed": server.url("/rss"), "state": "failing"}
    assert "HTML" in opened["title"]
    assert first != second
    assert [alert.id for alert in read_alerts(service)] == [opened["id"], closed["id"]]
