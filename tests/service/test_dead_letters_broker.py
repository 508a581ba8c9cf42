"""Dead letters on a real broker, by the command line."""

import json

import pytest

from connectors.kafka.bounded import read_to_end
from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.dead_letters import dead_letter, replays_of
from connectors.kafka.protocols import Record, TopicPartition
from connectors.kafka.topics import ensure_topics
from tests.service.support import make_site
from wirewatch.reasons import Reason
from wirewatch.service import dead_letter_desk

pytestmark = pytest.mark.kafka


@pytest.fixture
def site(kafka, tmp_path):
    """A site whose broker holds four dead letters, two of them pointers."""
    admin = open_admin(kafka.context())
    ensure_topics(admin, kafka.settings())
    admin.close()
    writer = open_writer(kafka.context(), client="kafka-python")
    for offset, reason, value in [
        (3, Reason.UNDECODABLE, b"{not json\x1b[31m"),
        (4, Reason.TAG_FAILED, b"{}"),
        (5, Reason.TOO_LARGE, b"x" * (3 << 20)),
    ]:
        original = Record(kafka.prefix + "articles", 0, offset, b"key", value, (), 0)
        letter = dead_letter(original, stage="decode", reason=reason, error=f"error {offset}")
        writer.send(kafka.prefix + "dead-letters", key=letter.key, value=letter.value, headers=letter.headers)
    writer.send(kafka.prefix + "articles", key=b"a", value=b"the original", headers=())
    pointer = dead_letter(
        Record(kafka.prefix + "articles", 0, 0, None, None, (), 0),
        stage="stories",
        reason=Reason.STORY_FAILED,
        error="error 0",
    )
    writer.send(kafka.prefix + "dead-letters", key=None, value=pointer.value, headers=pointer.headers)
    writer.flush(30)
    writer.close()
    return make_site(
        tmp_path / "site", kafka={"bootstrap_servers": kafka.bootstrap, "topic_prefix": kafka.prefix}
    )


def lines(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_list_show_and_replay(site, kafka):
    listed = lines(site.call("dead-letters", "list", "--json"))
    assert [(each["offset"], each["reason"]) for each in listed] == [
        (3, "undecodable"),
        (4, "tag_failed"),
        (5, "too_large"),
        (0, "story_failed"),
    ]
    tag_failed = lines(site.call("dead-letters", "list", "--json", "--reason", "tag_failed"))
    assert [each["offset"] for each in tag_failed] == [4]
    none = site.call("dead-letters", "list", "--since", "2999-01-01")
    assert (none.returncode, none.stdout, none.stderr) == (0, "", "no dead letters\n")

    shown = site.call("dead-letters", "show", listed[0]["id"]).stdout
    assert "{not json" in shown
    assert "\x1b" not in shown

    dry = lines(site.call("dead-letters", "replay", "--dry-run", "--json"))
    assert [each["sent"] for each in dry] == [False] * 4
    done = site.call("dead-letters", "replay")
    assert done.stderr == "sent: 3, passed over: 1\n"
    assert "too large to be kept" in done.stdout
    reader = open_reader(kafka.context(), client="kafka-python", group="test")
    articles = list(read_to_end(reader, [TopicPartition(kafka.prefix + "articles", 0)]))
    reader.close()
    assert [(record.value, replays_of(record.headers)) for record in articles] == [
        (b"the original", 0),
        (b"{not json\x1b[31m", 1),
        (b"{}", 1),
        (b"the original", 1),
    ]
    again = lines(site.call("dead-letters", "replay", "--json"))
    assert [each["note"] for each in again[:2]] == ["replayed already"] * 2


def test_a_letter_that_is_not_there(site):
    done = site.call("dead-letters", "show", "0:999")
    assert done.returncode == 1
    assert "there is no dead letter 0:999" in done.stderr


def test_a_record_with_neither_key_nor_value_is_passed_over_and_the_rest_is_sent(site, kafka):
    writer = open_writer(kafka.context(), client="confluent")
    writer.send(kafka.prefix + "articles", key=None, value=None)
    letter = dead_letter(
        Record(kafka.prefix + "articles", 0, 1, None, None, (), 0),
        stage="decode",
        reason=Reason.UNDECODABLE,
        error="no value",
    )
    writer.send(kafka.prefix + "dead-letters", key=letter.key, value=letter.value, headers=letter.headers)
    writer.flush(30)
    writer.close()
    done = site.call("dead-letters", "replay")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "sent: 3, passed over: 2\n"
    assert "neither key nor value" in done.stdout


def test_what_pointers_lead_to_is_read_by_one_connection(site, kafka, monkeypatch):
    """After a fault of ours there are thousands of them."""
    writer = open_writer(kafka.context(), client="kafka-python")
    for offset in (1, 2, 3):
        writer.send(kafka.prefix + "articles", key=b"a", value=b"original %d" % offset)
        letter = dead_letter(
            Record(kafka.prefix + "articles", 0, offset, None, None, (), 0),
            stage="stories",
            reason=Reason.STORY_FAILED,
            error="of ours",
        )
        writer.send(kafka.prefix + "dead-letters", key=None, value=letter.value, headers=letter.headers)
    writer.flush(30)
    writer.close()
    opened = []

    def counted(*given, **named):
        opened.append(named)
        return open_reader(*given, **named)

    monkeypatch.setattr(dead_letter_desk, "open_reader", counted)
    done = site.call("dead-letters", "replay", "--reason", "story_failed")
    assert done.stderr == "sent: 4, passed over: 0\n"
    assert len(opened) == 2  # one for the letters, one for the originals
