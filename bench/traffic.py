"""Articles into Kafka, and records out of it again."""

import random
import time
from collections.abc import Callable, Iterable

from bench.service import Service
from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.protocols import Record, TopicPartition
from connectors.kafka.topics import ensure_topics, topic_specs
from wirewatch.article import Article
from wirewatch.records import ARTICLES
from wirewatch.trace import HEADER, new_traceparent

FLUSH_SECONDS = 60


def make_topics(service: Service) -> None:
    """Make the four topics. What is written out is stamped by the broker when it arrives.

    The clients' own stamps would not compare: Quix Streams passes on that of the article.
    """
    kafka = service.settings.kafka
    stamped = {kafka.topic("articles.tagged"), kafka.topic("alerts")}
    admin = open_admin(service)
    try:
        admin.create(
            spec._replace(config={**spec.config, "message.timestamp.type": "LogAppendTime"})
            if spec.name in stamped
            else spec
            for spec in topic_specs(service.settings)
        )
        ensure_topics(admin, service.settings)
    finally:
        admin.close()


class Producer:
    """Writes articles as replay and feeds do."""

    def __init__(self, service: Service) -> None:
        self._writer = open_writer(service, client="confluent")
        self._topic = service.settings.kafka.topic("articles")
        self._random = random.Random(1).randbytes

    def send(self, articles: Iterable[Article]) -> None:
        """Write articles as fast as it goes."""
        for article in articles:
            self._send(article)
        self._writer.flush(FLUSH_SECONDS)

    def send_paced(self, articles: Iterable[Article], per_second: float) -> None:
        """Write articles at an even pace."""
        begun = time.monotonic()
        for number, article in enumerate(articles):
            time.sleep(max(0.0, begun + number / per_second - time.monotonic()))
            self._send(article)
            self._writer.flush(FLUSH_SECONDS)

    def close(self) -> None:
        """Give up the connection."""
        self._writer.close()

    def _send(self, article: Article) -> None:
        headers = [(HEADER, new_traceparent(self._random).encode())]
        self._writer.send(
            self._topic, key=article.id.encode(), value=ARTICLES.encode(article), headers=headers
        )


class Outlet:
    """Looks at what is written to a topic from now on, or all of it, without being in anyone's way."""

    def __init__(self, service: Service, topic: str, *, whole: bool = False) -> None:
        self._reader = open_reader(service, client="confluent", group="bench")
        admin = open_admin(service)
        try:
            partitions = admin.topics([topic])[topic].partitions
        finally:
            admin.close()
        self._places = [TopicPartition(topic, n) for n in range(partitions)]
        bounds = self._reader.bounds(self._places)
        self._start = {place: first if whole else end for place, (first, end) in bounds.items()}

    def count(self) -> int:
        """Return how many records have come."""
        bounds = self._reader.bounds(self._places)
        return sum(end - self._start[place] for place, (_, end) in bounds.items())

    def records(self) -> list[Record]:
        """Return what has come, in the order of each partition."""
        count = self.count()
        self._reader.assign(self._start)
        found: list[Record] = []
        while len(found) < count:
            found += self._reader.poll(1.0, 10_000)
        return found

    def wait_for(self, count: int, seconds: float, check: Callable[[], object]) -> None:
        """Wait until `count` records have come; calls `check` again and again, which may raise."""
        deadline = time.monotonic() + seconds
        while self.count() < count:
            check()
            if time.monotonic() > deadline:
                raise SystemExit(f"bench: {self.count()} of {count} records after {seconds:g} s")
            time.sleep(0.05)

    def close(self) -> None:
        """Give up the connection."""
        self._reader.close()
