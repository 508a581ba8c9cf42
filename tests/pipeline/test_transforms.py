"""A step that raises for one article sets it aside, with its reason, and the others go on."""

from datetime import timedelta

import msgspec
import pytest

from connectors.kafka import limits
from pipelines import metrics
from pipelines.elements import OUTGOING_ALERT
from tests.acceptance.generated import START, article
from tests.pipeline.steps import news, record, understood
from wirewatch.errors import NewerRecordError
from wirewatch.records import ALERTS
from wirewatch.resources import default_config_dir
from wirewatch.tagging.tagger import Tagger
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.stories.index import StoryIndex

CONFIG = default_config_dir()
GOOD = [1, 2, 4, 5]
TRACE = b"00-" + b"1" * 32 + b"-" + b"2" * 16 + b"-01"


def raising(monkeypatch, owner, method, is_bad):
    """Let `owner.method` raise for what `is_bad` says, and do its work for all else."""
    works = getattr(owner, method)

    def fails(self, subject, *others):
        if is_bad(subject):
            raise ZeroDivisionError("as arranged")
        return works(self, subject, *others)

    monkeypatch.setattr(owner, method, fails)


def title_is_bad(article):
    return "item3" in article.paragraphs[0]


STEPS = {
    "decode": (None, "undecodable"),
    "tag": ((Tagger, "tag", title_is_bad), "tag_failed"),
    "match": ((WatchSet, "match", title_is_bad), "match_failed"),
    "stories": ((StoryIndex, "apply", lambda match: "gamma3q" in match.article.title), "story_failed"),
}


@pytest.mark.parametrize("stage", STEPS)
def test_the_one_it_raises_for_is_set_aside_and_the_rest_goes_on(monkeypatch, stage):
    breaks, reason = STEPS[stage]
    if breaks:
        raising(monkeypatch, *breaks)
    batch = [record(n, news(n, "NATO")) for n in range(1, 6)]
    if not breaks:
        batch[2] = record(3, b"{")
    _, alerts, dead = understood([batch], CONFIG)
    assert [offset_of(alert) for alert in alerts] == GOOD
    (letter,) = dead
    headers = dict(letter.record.headers)
    assert (letter.stage, letter.reason) == (stage, reason)
    assert (headers["stage"], headers["reason"]) == (stage.encode(), reason.encode())
    assert (headers["topic"], headers["partition"], headers["offset"]) == (b"articles", b"0", b"3")
    # The last step has no bytes of the record: it leaves a pointer.
    assert ("pointer" in headers) == (stage == "stories")
    assert letter.record.value == (b"" if stage == "stories" else batch[2].value)


def offset_of(packed):
    alert = ALERTS.decode(OUTGOING_ALERT.decode(packed).value)
    return int(alert.url.rpartition("/")[2])


UNDECODABLE = {
    "no value": None,
    "nothing": b"",
    "not UTF-8": b"\xff\xfe",
    "another kind": b'{"id": "x"}',
    "a list": b"[]",
    "objects 100,000 deep": b'{"a":' * 100_000,
    "lists 100,000 deep": b'{"a":' + b"[" * 100_000,
    "half a surrogate pair": b'{"id": "\\ud800"}',
    "a version that is no number": b'{"v": "x"}',
}


@pytest.mark.parametrize("case", UNDECODABLE)
def test_bytes_that_are_no_article(case):
    batch = [record(1, UNDECODABLE[case]), record(2, news(2, "NATO"))]
    tagged, alerts, dead = understood([batch], CONFIG)
    assert [item.record.offset for item in tagged] == [2]
    assert len(alerts) == 1
    assert [(letter.stage, letter.reason) for letter in dead] == [("decode", "undecodable")]


@pytest.mark.parametrize(
    ("ahead", "read"),
    [pytest.param(10, True, id="a clock that is fast"), pytest.param(11, False, id="a lie")],
)
def test_an_article_from_after_it_was_fetched(ahead, read):
    item = news(1, "NATO")
    late = msgspec.structs.replace(item, time=item.fetched + timedelta(minutes=ahead))
    tagged, _, dead = understood([[record(1, late), record(2, news(2, "NATO"))]], CONFIG)
    assert [item.record.offset for item in tagged] == ([1, 2] if read else [2])
    assert [(letter.stage, letter.reason) for letter in dead] == ([] if read else [("decode", "dated_ahead")])


@pytest.mark.parametrize("field", ["title", "url", "guid", "source", "tags"])
def test_an_article_with_a_field_of_any_length_is_set_aside(field):
    huge = "https://wire.example/" + "x" * 30_000
    endless = msgspec.structs.replace(news(1, "NATO"), **{field: (huge,) if field == "tags" else huge})
    tagged, _, (dead,) = understood([[record(1, endless), record(2, news(2, "NATO"))]], CONFIG)
    assert [item.record.offset for item in tagged] == [2]
    assert (dead.stage, dead.reason) == ("decode", "field_too_long")
    error = dict(dead.record.headers)["error"].decode()
    assert error.startswith(f"`{field}` has ")
    assert "30,021 characters" in error


@pytest.mark.parametrize("value", [b'{"v": 2}', b'{"v": 99, "id": 5}'])
def test_a_newer_record_stops_everything_and_is_no_dead_letter(value):
    with pytest.raises(NewerRecordError, match="upgrade wirewatch"):
        understood([[record(1, news(1, "NATO")), record(2, value)]], CONFIG)


def test_an_alert_too_large_to_write_is_set_aside_and_its_story_is_not_taken_as_told(monkeypatch):
    monkeypatch.setattr(limits, "MAX_RECORD_BYTES", 2800)  # an article's own bounds keep it far below
    huge = news(1, "NATO " + "x" * 1900)
    tagged, alerts, dead = understood([[record(1, huge), record(2, news(2, "NATO"))]], CONFIG)
    assert len(tagged) == 2
    assert [offset_of(alert) for alert in alerts] == [2]
    assert [(letter.stage, letter.reason) for letter in dead] == [("stories", "too_large")]


TRACES = {
    "one": ([("traceparent", TRACE)], TRACE.decode()),
    "none": ([], None),
    "empty": ([("traceparent", b"")], None),
    "no text": ([("traceparent", b"\xff" * 55)], None),
    "endless": ([("traceparent", b"01" + TRACE[2:] + b"-" + b"x" * 1_000_000)], None),
}


@pytest.mark.parametrize("case", TRACES)
def test_the_trace_travels_with_the_alert(case):
    headers, expected = TRACES[case]
    _, (alert,), dead = understood([[record(1, news(1, "NATO"), headers)]], CONFIG)
    assert OUTGOING_ALERT.decode(alert).traceparent == expected
    assert dead == []


def test_ten_thousand_matches_in_one_poll():
    batch = [record(n, news(n, "NATO")) for n in range(10_000)]
    _, alerts, dead = understood([batch], CONFIG)
    assert len(alerts) == 10_000
    assert dead == []


def test_languages_are_marked_and_counted():
    def counted(language):
        return metrics.LANGUAGES.labels(language=language)._value.get()

    spanish = article(
        title="El presidente visita la capital",
        paragraphs=["El martes dijo que volvería a la mesa cuando se levanten las sanciones de Europa."],
        source="wire.example",
        url="https://wire.example/es",
        time=START,
    )
    before = counted("es"), counted("unknown")
    tagged, _, _ = understood([[record(0, spanish)]], default_config_dir())
    metrics.count_languages([None, "Klingon"])
    assert [item.tags.language for item in tagged] == ["es"]
    assert (counted("es"), counted("unknown")) == (before[0] + 1, before[1] + 2)
