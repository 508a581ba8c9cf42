"""The articles a topic held at one moment."""

from datetime import timedelta

import msgspec
import pytest

from connectors.kafka.bounded import RetainedArticles
from connectors.kafka.protocols import OffsetOutOfRangeError, TopicPartition
from tests.acceptance.generated import START, article
from tests.service.memory_log import MemoryLog, MemoryReader
from wirewatch.errors import NewerRecordError, WirewatchError
from wirewatch.records import ARTICLES

PARTITIONS = [TopicPartition("articles", 0), TopicPartition("articles", 1)]


@pytest.fixture
def log():
    log = MemoryLog()
    for n in range(6):
        one = article(title=f"t{n}", paragraphs=["x"], source="s", url=f"https://s.example/{n}", time=START)
        log.append("articles", None, ARTICLES.encode(one), partition=n % 2)
    return log


def titles(retained):
    return sorted(one.title for one in retained)


def test_what_comes_later_is_left_out_each_time(log):
    retained = RetainedArticles(MemoryReader(log), PARTITIONS)
    before = titles(retained)
    log.append("articles", None, log.of("articles")[0].value)
    assert before == titles(retained) == [f"t{n}" for n in range(6)]
    assert len(titles(RetainedArticles(MemoryReader(log), PARTITIONS))) == 7


def test_a_topic_that_is_empty_or_not_there_has_none():
    assert titles(RetainedArticles(MemoryReader(MemoryLog()), PARTITIONS)) == []
    assert titles(RetainedArticles(MemoryReader(MemoryLog()), [])) == []


def test_what_the_pipeline_sets_aside_is_counted(log):
    log.append("articles", None, b"{")
    log.append("articles", None, None)
    ahead = msgspec.structs.replace(
        ARTICLES.decode(log.of("articles")[0].value), time=START + timedelta(days=9)
    )
    log.append("articles", None, ARTICLES.encode(ahead))
    log.append("articles", None, ARTICLES.encode(msgspec.structs.replace(ahead, time=START, guid="x" * 9999)))
    retained = RetainedArticles(MemoryReader(log), PARTITIONS)
    assert [(len(titles(retained)), retained.unreadable) for _ in range(2)] == [(6, 4), (6, 4)]


def test_a_newer_article_is_for_a_newer_wirewatch(log):
    log.append("articles", None, b'{"v": 99}')
    with pytest.raises(NewerRecordError):
        titles(RetainedArticles(MemoryReader(log), PARTITIONS))


def test_a_log_that_lost_its_beginning_is_said(log):
    class Losing(MemoryReader):
        def poll(self, timeout, max_records):
            raise OffsetOutOfRangeError(PARTITIONS[0])

    with pytest.raises(WirewatchError, match="Kafka gave up old articles meanwhile"):
        titles(RetainedArticles(Losing(log), PARTITIONS))
