from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.dates import looks_like_date, parse_date


def at(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9 January 2020", at(2020, 1, 9)),
        ("09 JANUARY 2020", at(2020, 1, 9)),
        ("9 Jan 2020 14:30 UTC", at(2020, 1, 9, 14, 30)),
        ("9-Jan-2020", at(2020, 1, 9)),
        ("9th of January, 2020", at(2020, 1, 9)),
        ("January 9, 2020", at(2020, 1, 9)),
        ("Jan. 9, 2020 at 2:30 p.m.", at(2020, 1, 9, 14, 30)),
        ("Sept 1, 2020", at(2020, 9, 1)),
        ("Thursday, 9 January 2020", at(2020, 1, 9)),
        ("Thu, 09 Jan 2020 14:30:05 +0200", at(2020, 1, 9, 12, 30, 5)),
        ("2020-01-09", at(2020, 1, 9)),
        ("2020/01/09", at(2020, 1, 9)),
        ("2020-01-09T14:30:00Z", at(2020, 1, 9, 14, 30)),
        ("2020-01-09 14:30", at(2020, 1, 9, 14, 30)),
        ("2020-01-09T23:30:00.123456-05:30", at(2020, 1, 10, 5)),
        ("9.1.2020", at(2020, 1, 9)),
        ("Date: 9 January 2020", at(2020, 1, 9)),
        ("9 January 2020, 12:05 am", at(2020, 1, 9, 0, 5)),
        ("9 January 2020 12:05 pm", at(2020, 1, 9, 12, 5)),
        ("29 February 2020", at(2020, 2, 29)),
    ],
)
def test_dates(text, expected):
    assert parse_date(text) == expected
    assert parse_date(text).utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    "text",
    [
        "3/4/2020",  # two days
        "13/1/2020",
        "9 January",
        "January 2020",
        "2020",
        "tomorrow",
        "29 February 2019",
        "32 January 2020",
        "9 January 2020 25:00",
        "9 January 2020 13:00 pm",
        "9 January 2020 14:30 EST",
        "9 January 2020 10:00 +2400",
        "9 January 1066",
        "9 January 20200",
        "9 January 2020 was a Thursday",
        "",
        "9 January 2020" + " " * 80 + "x",
        "٩ January 2020",
    ],
)
def test_what_is_no_plain_date(text):
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3/4/2020", True),
        ("3.4.20", True),
        ("9 janvier 2020", True),
        ("Thursday 9 January 2020 14:30 EST", True),
        ("2020-02-31", True),
        ("Turnover rose by a fifth in the course of 2020.", False),
        ("One.", False),
        ("", False),
    ],
)
def test_what_a_reader_would_take_for_a_date(text, expected):
    assert looks_like_date(text) is expected


@given(st.integers(0, 300 * 365 * 24 * 60))
def test_every_date_survives_being_written(minutes):
    moment = at(1900, 1, 1) + timedelta(minutes=minutes)
    for form in ("%d %B %Y %H:%M", "%B %d, %Y %I:%M %p", "%Y-%m-%dT%H:%MZ", "%a, %d %b %Y %H:%M:00 +0000"):
        assert parse_date(moment.strftime(form)) == moment


@given(st.text(max_size=80) | st.text("0123456789-/:. TZ+JanuaryPMUTC", max_size=80))
def test_any_text_is_a_date_or_none(text):
    looks_like_date(text)
    found = parse_date(text)
    assert found is None or found.tzinfo is UTC
