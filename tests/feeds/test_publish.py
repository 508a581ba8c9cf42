"""From the outbox to a broker that is a list: what leaves it, when, and what a crash repeats."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from connectors.feeds.publish import Publisher
from connectors.feeds.state import FeedState
from connectors.feeds.store import FeedStore, open_database
from connectors.feeds.store.feeds import NewRecord
from connectors.kafka.protocols import BrokerAwayError, RecordTooLargeError
from wirewatch import ids
from wirewatch.article import Article
from wirewatch.part import PartContext
from wirewatch.records import ARTICLES
from wirewatch.settings import Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class CrashError(BaseException):
    """The process is gone."""


class Broker:
    """Writers of what it takes; `failure` is raised by a flush, after the records are there or before."""

    def __init__(self):
        self.log = []
        self.failure = None
        self.too_large = set()

    def open(self):
        return _Writer(self)


class _Writer:
    def __init__(self, broker):
        self.broker, self.sent = broker, []

    def send(self, topic, *, key, value, headers=()):
        if key in self.broker.too_large:
            raise RecordTooLargeError("too large")
        self.sent.append((key, value))

    def flush(self, timeout):
        failure = self.broker.failure
        if isinstance(failure, BrokerAwayError):
            raise failure
        self.broker.log += self.sent
        self.sent = []
        if failure is not None:
            raise failure

    def close(self):
        pass


def article(n, published=None, revision=0):
    return Article(
        id=f"{n:020}",
        origin="feed",
        source="test.example",
        title=str(n),
        paragraphs=(),
        published=published,
        fetched=NOW,
        time=published or NOW,
        time_source="published" if published else "fetched",
        revision=revision,
        text_hash=ids.text_hash(str(n), ()),
    )


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def store(tmp_path):
    store = FeedStore(open_database(tmp_path / "feeds.db"))
    yield store
    store.close()


@pytest.fixture
def publisher(tmp_path, store, broker):
    context = PartContext(Settings(), config_dir=tmp_path, data_dir=tmp_path, now=lambda: NOW)
    return Publisher(context, store, broker.open)


def put(store, *articles):
    records = [NewRecord("articles", a.id, ARTICLES.encode(a), "00-1-2-01") for a in articles]
    store.record("http://x/", FeedState(next_at=NOW), records=records)


def observed():
    return REGISTRY.get_sample_value("wirewatch_feeds_published_to_kafka_seconds_count")


def test_a_crash_after_the_flush_repeats_the_same_bytes(publisher, store, broker):
    put(store, article(1), article(2))
    broker.failure = CrashError()
    with pytest.raises(CrashError):
        publisher.drain()
    broker.failure = None
    assert Publisher(publisher.context, store, broker.open).drain()
    assert broker.log[:2] == broker.log[2:]
    assert store.backlog() == 0


def test_a_broker_away_keeps_everything_in_order(publisher, store, broker):
    put(store, article(1))
    broker.failure = BrokerAwayError("away")
    assert not publisher.drain()
    ready, why = publisher.context.health.state()
    assert (ready, "1 records wait" in why) == (False, True)
    put(store, article(2))
    broker.failure = None
    assert publisher.drain()
    assert [key for key, _ in broker.log] == [article(1).id.encode(), article(2).id.encode()]
    assert publisher.context.health.state()[0]


def test_a_record_too_large_holds_up_nothing(publisher, store, broker):
    put(store, article(1), article(2))
    broker.too_large = {article(1).id.encode()}
    assert publisher.drain()
    assert [key for key, _ in broker.log] == [article(2).id.encode()]


@pytest.mark.parametrize(
    ("item", "counted"),
    [
        pytest.param(article(1, NOW - timedelta(seconds=3)), 1, id="just published"),
        pytest.param(article(1, NOW - timedelta(days=2)), 0, id="there before we looked"),
        pytest.param(article(1), 0, id="no date"),
        pytest.param(article(1, NOW - timedelta(seconds=3), revision=1), 0, id="a revision"),
    ],
)
def test_latency_is_that_of_new_entries(publisher, store, item, counted):
    before = observed()
    put(store, item)
    publisher.drain()
    assert observed() - before == counted
