import os

import pytest

from wirewatch.trace import Trace, new_traceparent, parse_traceparent

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def test_a_new_one_parses_and_uses_the_randomness_it_is_given():
    header = new_traceparent(lambda n: bytes(range(1, n + 1)))
    assert header == "00-0102030405060708090a0b0c0d0e0f10-0102030405060708-01"
    assert parse_traceparent(header) == Trace("0102030405060708090a0b0c0d0e0f10", "0102030405060708", True)
    assert new_traceparent(os.urandom) != new_traceparent(os.urandom)


def test_zeros_are_never_an_id():
    assert parse_traceparent(new_traceparent(bytes)) is not None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(f"00-{TRACE}-{PARENT}-01", Trace(TRACE, PARENT, True), id="the specification's own"),
        pytest.param(
            f"00-{TRACE}-{PARENT}-00".encode(), Trace(TRACE, PARENT, False), id="bytes, not sampled"
        ),
        pytest.param(f"cc-{TRACE}-{PARENT}-01-more", Trace(TRACE, PARENT, True), id="a later version"),
        pytest.param(f"00-{TRACE}-{PARENT}-01-more", None, id="version 00 has no more"),
        pytest.param(f"cc-{TRACE}-{PARENT}-01more", None, id="later version, glued"),
        pytest.param(f"ff-{TRACE}-{PARENT}-01", None, id="forbidden version"),
        pytest.param(f"00-{TRACE.upper()}-{PARENT}-01", None, id="upper case"),
        pytest.param(f"00-{'0' * 32}-{PARENT}-01", None, id="no trace id"),
        pytest.param(f"00-{TRACE}-{'0' * 16}-01", None, id="no parent id"),
        pytest.param(f"00-{TRACE}-{PARENT}-01\n", None, id="a line break"),
        pytest.param(b"\xff\xfe", None, id="not ASCII"),
        pytest.param("", None, id="empty"),
    ],
)
def test_parse(value, expected):
    assert parse_traceparent(value) == expected
