"""Which places are near each other: words counted, and rows found, against trying all of them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.article import Place
from wirewatch.watches.language.tree import Link
from wirewatch.watches.near import chains, fewest_between, word_starts

WORDS = {
    "words": ("one two  three", 3),
    "marks are none": ("One, two - three … four!", 4),
    "an apostrophe is within": ("It's the president’s", 3),  # noqa: RUF001
    "a hyphen is between": ("war-game", 2),
    "a number": ("3,000.5 and 7", 3),
    "a comma without a blank": ("one,two", 2),
    "an abbreviation": ("the U.S. Navy", 3),
    "other scripts": ("Иран и нефть", 3),
    "written without blanks": ("石油タンカー", 6),
    "none": ("… - !", 0),
}


@pytest.mark.parametrize(("text", "count"), WORDS.values(), ids=WORDS)
def test_words(text, count):
    assert len(word_starts(text)) == count


TEXT = "a bb ccc d ee f, gg hhh; i j kk l m nnn o"
STARTS = word_starts(TEXT)
ENDS = [start + len(word.strip(",;")) for start, word in zip(STARTS, TEXT.split(), strict=True)]
places = st.builds(
    lambda paragraph, first, length: Place(
        paragraph, STARTS[first], ENDS[min(first + length, len(ENDS) - 1)]
    ),
    st.sampled_from([None, 0, 0]),
    st.integers(0, len(STARTS) - 1),
    st.integers(0, 2),
)
parts = st.lists(st.lists(places, max_size=5), min_size=2, max_size=4)
links = st.lists(st.builds(Link, st.integers(0, 4), st.booleans()), min_size=3, max_size=3)


def between(one, other):
    return sum(one.end <= start < other.start for start in STARTS)


def linked(one, other, link):
    if one.paragraph != other.paragraph:
        return False
    if one.end <= other.start:
        return between(one, other) <= link.words
    return not link.ordered and (other.end > one.start or between(other, one) <= link.words)


def is_row(row, joined):
    return all(linked(one, other, link) for one, other, link in zip(row, row[1:], joined, strict=False))


@given(parts, links)
def test_a_row_is_found_where_there_is_one(found, joined):
    rows = chains(found, joined[: len(found) - 1], lambda _: STARTS)
    possible = {row[0].paragraph for row in product(*found) if is_row(row, joined)}
    assert {row[0].paragraph for row in rows} == possible
    for row in rows:
        assert is_row(row, joined)
        assert all(place in part for place, part in zip(row, found, strict=True))


@given(st.lists(places, max_size=5), st.lists(places, max_size=5))
def test_the_fewest_words_between(first, second):
    gaps = [
        max(0, between(one, other) if one.end <= other.start else between(other, one))
        for one in first
        for other in second
        if one.paragraph == other.paragraph
    ]
    assert fewest_between(first, second, lambda _: STARTS) == min(gaps, default=None)


def test_many_places_take_no_longer_than_sorting_them():
    many = [Place(0, n, n + 1) for n in range(0, 100_000, 2)]
    starts = list(range(0, 100_000, 2))
    assert chains([many, many, many], [Link(3), Link(0, ordered=True)], lambda _: starts)
    assert chains([many, [Place(1, 0, 1)]], [Link(3)], lambda _: starts) == []
