"""The broker goes: reading goes on into the store up to a bound, then pauses; nothing is lost."""

import time

import pytest

from tests.acceptance.harness import wait_until
from tests.feeds.server import Wire, item, rss
from tests.feeds.support import answers, following, metric, read_articles, write_feeds
from tests.feeds.test_crash import PATIENCE, check
from tests.ports import free_port

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]
BOUND = 100


@pytest.mark.parametrize(
    ("seconds", "every"),
    [pytest.param(3, 0.05, id="short"), pytest.param(60, 0.2, id="a minute", marks=pytest.mark.soak)],
)
def test_reading_goes_on_up_to_the_bound(make_service, own_broker, server, seconds, every):
    service = make_service(
        own_broker.bootstrap, feeds={"enabled": True, "shortest_minutes": 0.01, "backlog": BOUND}
    )
    service.make_topics()
    wire = Wire("wire.example", every=every, held=2000)
    server.pages["/wire"] = wire
    write_feeds(service, server.url("/wire"))
    service.start("feeds")
    wait_until(lambda: service.ready("feeds") and wire.count() > 40, PATIENCE, service)
    own_broker.kill()
    wait_until(lambda: not service.ready("feeds"), PATIENCE, service)
    assert "is away" in answers(service, "/readyz")
    wait_until(lambda: metric(service, "wirewatch_feeds_paused") == 1, PATIENCE, service)
    wait_until(lambda: "reading pauses" in answers(service, "/readyz"), PATIENCE, service)
    assert metric(service, "wirewatch_feeds_backlog_records") >= BOUND  # it read on meanwhile
    paused = len(server.paths())
    time.sleep(seconds)
    assert len(server.paths()) <= paused + 1  # a poll may have been under way; one is due every 0.6 s
    own_broker.start()
    wait_until(lambda: service.ready("feeds"), PATIENCE, service)
    wire.end()
    with following(service) as articles:
        wait_until(lambda: {a.url for a in articles()} >= wire.links(), PATIENCE, service)
        wait_until(lambda: metric(service, "wirewatch_feeds_paused") == 0, PATIENCE, service)
        assert service.stop("feeds") == 0, service.logs()
        check(articles(), wire.links())


def test_once_says_that_the_broker_is_away_and_keeps_what_it_read(make_service, server, monkeypatch):
    service = make_service(feeds={"enabled": True})
    service.make_topics()
    server.pages["/rss"] = rss(item("A", "https://test.example/1"))
    write_feeds(service, server.url("/rss"))
    with monkeypatch.context() as nobody_listens:
        nobody_listens.setenv("WIREWATCH_KAFKA__BOOTSTRAP_SERVERS", f"127.0.0.1:{free_port()}")
        service.start("feeds", options=("--once",))
        assert service.wait("feeds", timeout=PATIENCE) == 3, service.logs()
    assert "1 records are kept" in service.logs()
    server.pages["/rss"] = rss()
    service.start("feeds", options=("--once",))
    assert service.wait("feeds", timeout=PATIENCE) == 0, service.logs()
    assert [article.title for article in read_articles(service)] == ["A"]
