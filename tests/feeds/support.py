"""What the tests with a running part share."""

from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen

import yaml

from connectors.kafka.clients import open_reader
from connectors.kafka.protocols import TopicPartition
from wirewatch.records import ALERTS, ARTICLES


def listed(*urls, **fields):
    """Return a feeds.yaml that holds `urls`, all of one source."""
    feeds = [{"url": url, "allow_private": True, **fields} for url in urls]
    return yaml.safe_dump({"sources": [{"name": "test.example", "country": "GB", "feeds": feeds}]})


def write_feeds(service, *urls, **fields):
    """Make feeds.yaml hold `urls`, all of one source."""
    (service.config_dir / "feeds.yaml").write_text(listed(*urls, **fields))


@contextmanager
def following(service, topic="articles", kind=ARTICLES):
    """Give a function that returns every record of a topic, repeats too; it reads only what is new."""
    settings = service.settings
    reader = open_reader(service, client="kafka-python", group="test")
    partition = TopicPartition(settings.kafka.topic(topic), 0)
    found = []

    def read():
        _, end = reader.bounds([partition])[partition]
        while len(found) < end:
            found.extend(kind.decode(record.value) for record in reader.poll(1.0, 1000))
        return found

    reader.assign({partition: 0})
    try:
        yield read
    finally:
        reader.close()


def read_articles(service):
    """Return every article in Kafka, repeats too."""
    with following(service) as articles:
        return articles()


def read_alerts(service):
    """Return every alert in Kafka, repeats too."""
    with following(service, "alerts", ALERTS) as alerts:
        return alerts()


def answers(service, path):
    """Return what the part's health server says at `path` (`/readyz`, `/metrics`), whatever the status."""
    try:
        with urlopen(f"http://127.0.0.1:{service.settings.ports.feeds}{path}", timeout=60) as answer:
            return answer.read().decode()
    except HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""


def metric(service, name):
    """Return the sum of a metric's samples in /metrics."""
    lines = answers(service, "/metrics").splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))
