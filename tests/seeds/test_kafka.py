"""The part itself against a real broker."""

import threading

import pytest

from connectors.kafka.clients import open_reader
from connectors.kafka.protocols import TopicPartition
from connectors.seeds import replay
from connectors.seeds.folder import read_articles
from tests.seeds.memory import write
from wirewatch.part import PartContext, utc_now
from wirewatch.records import ARTICLES
from wirewatch.resources import default_seeds_dir
from wirewatch.trace import parse_traceparent

pytestmark = pytest.mark.kafka


class Running:
    """The part in a thread, as a supervisor would run it in a process."""

    def __init__(self, settings, data) -> None:
        self.context = PartContext(settings=settings, config_dir=data, data_dir=data)
        self._thread = threading.Thread(target=replay.run, args=(self.context,))

    def __enter__(self):
        self._thread.start()
        return self.context

    def __exit__(self, *_):
        self.context.stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


def read(settings, data, count):
    """Return the first `count` records of `articles`; fewer when no more come within 2 s."""
    reader = open_reader(PartContext(settings, data, data), client="kafka-python", group="test")
    try:
        reader.assign({TopicPartition(settings.kafka.topic("articles"), 0): 0})
        records = []
        while len(records) < count and (more := reader.poll(2, count)):
            records += more
        return records
    finally:
        reader.close()


def test_the_shipped_seeds_reach_the_topic_once_and_in_order(kafka, tmp_path, eventually):
    settings = kafka.settings(replay={"enabled": True})
    expected = [a.id for a in read_articles([default_seeds_dir()], undated=utc_now()).articles]
    for _ in range(2):  # the second run has nothing left to send
        with Running(settings, tmp_path) as context:
            eventually(lambda: context.health.state() == (True, "ready"), timeout=60)
    records = read(settings, tmp_path, len(expected) + 1)
    assert [record.key.decode() for record in records] == expected
    assert [ARTICLES.decode(record.value).id for record in records] == expected
    traces = {parse_traceparent(dict(record.headers)["traceparent"]) for record in records}
    assert None not in traces
    assert len(traces) == len(expected)


def test_it_waits_for_a_broker_that_is_away_and_goes_on_when_it_is_back(own_broker, tmp_path, eventually):
    folder = tmp_path / "seeds"
    folder.mkdir()
    write(folder, "1.txt", "before", "9 January 2020")
    settings = own_broker.settings(replay={"enabled": True, "seeds": str(folder)})
    with Running(settings, tmp_path) as context:
        eventually(lambda: context.health.state()[0], timeout=60)
        own_broker.kill()
        write(folder, "2.txt", "while it is away", "10 January 2020")
        eventually(lambda: "is away" in context.health.state()[1], timeout=60)
        own_broker.start()
        eventually(lambda: context.health.state()[0], timeout=60)
    titles = [ARTICLES.decode(record.value).title for record in read(settings, tmp_path, 3)]
    assert list(dict.fromkeys(titles)) == ["before", "while it is away"]
