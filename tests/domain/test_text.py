import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirewatch.text import MAX_TITLE_BYTES, clean_line, fit, one_line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("  plain \t", "plain", id="blanks around"),
        pytest.param("a\tb", "a b", id="tab"),
        pytest.param("red \x1b[31malert\x07", "red [31malert", id="terminal escape"),
        pytest.param("Łódź\u00a0: Tōkyō", "Łódź\u00a0: Tōkyō", id="letters of any language"),
        pytest.param("می‌خواهم", "می‌خواهم", id="joiners stay"),
    ],
)
def test_clean_line(line, expected):
    assert clean_line(line) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The White  House", "The White House", id="two blanks"),
        pytest.param(" oil\u00a0\t\n tanker ", "oil tanker", id="blanks of any kind"),
        pytest.param("tan\u00adker, oil\u200bfield", "tanker, oilfield", id="what is not seen"),
        pytest.param("\x1b[31malert", "[31malert", id="terminal escape"),
    ],
)
def test_one_line(text, expected):
    assert one_line(text) == expected


def test_what_fits_is_not_touched():
    assert fit("T", ["ab", "é"], limit=5) == ("T", ("ab", "é"), False)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        pytest.param(4, ("T", ("ab",), True), id="cut within a character drops it"),
        pytest.param(2, ("T", ("a",), True), id="cut within a paragraph"),
        pytest.param(1, ("T", (), True), id="only the title"),
    ],
)
def test_cut_is_marked(limit, expected):
    assert fit("T", ["ab", "é"], limit=limit) == expected


def test_an_endless_headline_is_cut():
    title, _, cut = fit("x" * 10_000, [])
    assert (len(title), cut) == (MAX_TITLE_BYTES, True)


@settings(deadline=None)  # a loaded machine is no failure
@given(st.text(), st.lists(st.text(min_size=1)), st.integers(0, 200))
def test_never_over_the_limit_and_marked_when_anything_is_missing(title, paragraphs, limit):
    head, kept, cut = fit(title, paragraphs, limit=limit)
    assert len(head.encode()) + sum(len(p.encode()) for p in kept) <= limit
    assert cut == ((head, kept) != (title, tuple(paragraphs)))
