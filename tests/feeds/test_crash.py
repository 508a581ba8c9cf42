"""SIGKILL while entries flow: none is lost, and what goes out twice goes out under one id."""

import random
import time
from collections import defaultdict

import pytest

from tests.acceptance.harness import wait_until
from tests.feeds.server import Wire
from tests.feeds.support import following, write_feeds
from wirewatch.ids import article_id

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]
PATIENCE = 180
"""Seconds for what takes a few on a machine that has nothing else to do."""


@pytest.mark.parametrize(
    ("kills", "every"),
    [pytest.param(3, 0.2, id="short"), pytest.param(20, 0.4, id="whole", marks=pytest.mark.soak)],
)
def test_no_kill_loses_an_entry(make_service, server, kills, every):
    """The documents hold 2,000 times `every` seconds of entries: none leaves one before it was read."""
    service = make_service(feeds={"enabled": True, "shortest_minutes": 0.01})
    service.make_topics()
    wires = [Wire(f"wire{n}.example", every=every, held=2000) for n in range(4)]
    server.pages |= {f"/{wire.site}": wire for wire in wires}
    write_feeds(service, *(server.url(f"/{wire.site}") for wire in wires))
    rng = random.Random(20)
    for kill in range(kills):
        before = len(server.seen)
        service.start("feeds")
        if kill % 4:  # and one in four in the middle of its start
            wait_until(lambda before=before: len(server.seen) > before, PATIENCE, service)
        time.sleep(rng.uniform(0.0, 2.0))
        service.kill("feeds")
    service.start("feeds")
    wait_until(lambda: service.ready("feeds"), PATIENCE, service)
    for wire in wires:
        wire.end()
    expected = set().union(*(wire.links() for wire in wires))
    with following(service) as articles:
        wait_until(lambda: {a.url for a in articles()} >= expected, PATIENCE, service)
        assert service.stop("feeds") == 0, service.logs()
        check(articles(), expected)


def check(articles, expected):
    """Each entry is there, always under the id of its URL, and never as a change."""
    ids = defaultdict(set)
    for article in articles:
        ids[article.url].add((article.id, article.revision))
    assert set(ids) == expected
    for url, found in ids.items():
        identity = article_id(url=url, source="", guid=None, title="", published=None)
        assert found == {(identity, 0)}
    print({"entries": len(ids), "records": len(articles), "repeated": len(articles) - len(ids)})
