"""Dead letters: what they carry, how they are listed, replayed and parked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.dead_letters import (
    MAX_ERROR_CHARS,
    MAX_LETTER_BYTES,
    dead_letter,
    dead_letter_headers,
    letters,
    parse_letter,
    replay,
    replays_of,
    why_not,
)
from connectors.kafka.limits import MAX_RECORD_BYTES, record_size, refuse_too_large
from connectors.kafka.protocols import DeliveryFailedError, Record, TopicPartition
from tests.service.memory_log import MemoryLog, MemoryReader, MemoryWriter
from wirewatch.reasons import Reason

TOPIC = "x.dead-letters"
HERE = [TopicPartition(TOPIC, 0)]


def record(value=b"{", *, key=b"k", headers=(), offset=7):
    return Record("x.articles", 2, offset, key, value, headers, 1_600_000_000_000)


def give_up(log, original):
    letter = dead_letter(original, stage="decode", reason=Reason.UNDECODABLE, error="not JSON")
    log.append(TOPIC, letter.key, letter.value, letter.headers, at_ms=1_600_000_000_000)


def listed(log):
    return list(letters(MemoryReader(log), HERE))


def test_a_letter_reads_back_as_it_was_written():
    log = MemoryLog()
    give_up(log, record(headers=[("traceparent", b"00-1-2-01"), ("other", b"dropped")]))
    [letter] = listed(log)
    assert (letter.topic, letter.origin, letter.key, letter.value) == ("x.articles", (2, 7), b"k", b"{")
    assert (letter.stage, letter.reason, letter.error) == ("decode", "undecodable", "not JSON")
    assert list(letter.trace) == [("traceparent", b"00-1-2-01")]
    assert letter.replays == 0
    assert why_not(letter) is None


def test_too_large_a_letter_is_a_pointer_and_is_not_replayed():
    letter = dead_letter(
        record(b"x" * (MAX_LETTER_BYTES + 1)), stage="sink", reason=Reason.TOO_LARGE, error=""
    )
    assert letter.key is None
    assert letter.value == b""  # kafka-python refuses a record with neither key nor value
    log = MemoryLog()
    log.append(TOPIC, *letter)
    [found] = listed(log)
    assert "x.articles 2:7" in why_not(found)


def test_a_record_of_nothing_but_trace_headers_makes_a_letter_within_the_limit():
    many = [("traceparent", b"x" * 512)] * 2_000
    value = b"x" * (MAX_RECORD_BYTES - record_size(b"k", b"", many))
    letter = dead_letter(
        record(value, headers=many), stage="decode", reason=Reason.UNDECODABLE, error="x" * 900
    )
    refuse_too_large(TOPIC, record_size(*letter))
    assert [name for name, _ in letter.headers].count("traceparent") == 1


def test_an_error_is_one_bounded_line():
    headers = dict(dead_letter_headers(record(), stage="tag", reason=Reason.TAG_FAILED, error="a\nb" * 1000))
    assert b"\n" not in headers["error"]
    assert len(headers["error"]) == MAX_ERROR_CHARS


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="a marker or a stranger"),
        pytest.param([("topic", b"t"), ("stage", b"s"), ("reason", b"r")], id="no place"),
        pytest.param(
            [("topic", b"t"), ("partition", b"-1"), ("offset", b"x"), ("stage", b"s"), ("reason", b"r")],
            id="place is no number",
        ),
    ],
)
def test_what_is_no_letter_is_passed_over(headers):
    assert parse_letter(record(headers=headers)) is None


def test_replay_sends_back_counts_and_marks():
    log = MemoryLog()
    give_up(log, record(offset=1))
    give_up(log, record(offset=2))
    assert replay(listed(log), MemoryWriter(log), TOPIC) == 2
    again = log.of("x.articles")
    assert [(r.key, r.value, replays_of(r.headers)) for r in again] == [(b"k", b"{", 1)] * 2
    assert [why_not(letter) for letter in listed(log)] == ["replayed already"] * 2


def test_the_third_return_parks_a_letter():
    log = MemoryLog()
    give_up(log, record())
    for _ in range(3):
        replay([letter for letter in listed(log) if why_not(letter) is None], MemoryWriter(log), TOPIC)
        give_up(log, log.of("x.articles")[-1])
    *old, last = listed(log)
    assert [letter.replays for letter in old] == [0, 1, 2]
    assert last.parked
    assert why_not(last) == "parked: came back 3 times"


def test_a_refused_replay_marks_nothing():
    log = MemoryLog()
    give_up(log, record())
    log.refuse = True
    with pytest.raises(DeliveryFailedError):
        replay(listed(log), MemoryWriter(log), TOPIC)
    assert why_not(listed(log)[0]) is None


@given(st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=30)), max_size=9))
def test_any_headers_are_parsed_or_passed_over(headers):
    found = parse_letter(record(headers=headers))
    assert found is None or found.topic is not None


@given(st.text(max_size=900), st.one_of(st.none(), st.binary(max_size=50)))
def test_any_error_and_key_survive_the_round_trip(error, key):
    out = dead_letter(record(key=key), stage="s", reason=Reason.TAG_FAILED, error=error)
    found = parse_letter(Record(TOPIC, 0, 0, out.key, out.value, out.headers, 0))
    assert found is not None
    assert (found.key, found.value, found.origin) == (key, b"{", (2, 7))
