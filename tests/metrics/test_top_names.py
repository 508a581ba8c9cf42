"""Which names have a series of their own."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipelines.news.top_names import CANDIDATES, HALF_LIFE, OTHER, TopNames

HOUR = 3600.0


def test_the_first_names_have_a_series_and_the_rest_count_as_other():
    top = TopNames(2)
    assert top.count({"a": 3, "b": 1, "c": 1}, 0).tally == {"a": 3, "b": 1, OTHER: 1}


def test_a_name_that_grows_takes_the_place_of_the_least():
    top = TopNames(2)
    top.count({"a": 9, "b": 2}, 0)
    assert top.count({"c": 4}, 1) == ({OTHER: 4}, ())  # only twice as frequent: no reason to change
    assert top.count({"c": 1}, 2) == ({"c": 1}, ("b",))
    assert top.count({"b": 1}, 3).tally == {OTHER: 1}


def test_yesterdays_names_make_room():
    top = TopNames(1)
    top.count({"old": 1000}, 0)
    assert top.count({"new": 5}, 60 * HOUR) == ({"new": 5}, ("old",))


def test_an_article_counts_half_after_the_half_life():
    top = TopNames(1)
    top.count({"old": 16}, 0)
    assert top.count({"new": 16}, HALF_LIFE).dropped == ()  # 16 is not more than twice 8
    assert top.count({"new": 1}, HALF_LIFE).dropped == ("old",)


def test_watched_names_always_have_a_series_and_take_no_place():
    top = TopNames(1)
    top.count({"a": 5}, 0)
    assert top.count({"w": 1, "a": 1, "b": 1}, 1, always={"w"}).tally == {"w": 1, "a": 1, OTHER: 1}


def test_names_without_end_take_no_memory_without_end():
    top = TopNames(5)
    for n in range(10_000):
        top.count({f"name{n}": 1}, float(n))
    assert len(top._scores) <= 5 * CANDIDATES


@given(st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9), max_size=6), max_size=40))
def test_nothing_is_lost_and_the_series_stay_few(tallies):
    top, series, total = TopNames(3), set(), Counter()
    for now, tally in enumerate(tallies):
        counted = top.count(tally, now * HOUR)
        total.update(tally)
        assert sum(counted.tally.values()) == sum(tally.values())
        series = series - set(counted.dropped) | counted.tally.keys() - {OTHER}
        assert len(series) <= 3
