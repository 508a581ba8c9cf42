# ruff: noqa: RUF001  (letters that look like others are what is tested)
"""What words have in common however they are written, over all of Unicode; and the way back to the text."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from wirewatch.tagging.text.bare import BareText, bare
from wirewatch.tagging.text.fold import Text

LETTERS = [c for c in map(chr, range(sys.maxunicode + 1)) if c.isalpha()]
CHANGED = "ßẞﬁﬃŉæœėé\u0301\u0316ı İſς"


def test_a_letter_is_the_same_in_every_case():
    odd = {c for c in LETTERS if len({bare(c), bare(c.lower()), bare(c.upper()), bare(c.casefold())}) > 1}
    # An iota below is an accent, and no more there; capitals have it as a letter.
    assert {c for c in odd if "\u0345" not in unicodedata.normalize("NFD", c)} == set()


def test_once_is_enough():
    assert [c for c in LETTERS if bare(bare(c)) != bare(c)] == []


@given(st.text("aS ’-" + CHANGED))
def test_a_text_is_bare_as_its_words_are(text):
    read = Text(text, [])
    spelled = BareText.of(read)
    assert bare((spelled or read).plain) == bare(text)


@given(st.text("aS" + CHANGED, min_size=1))
def test_each_character_leads_back_to_where_it_came_from(text):
    read = Text(text, [])
    if (spelled := BareText.of(read)) is None:
        return
    origins = [at for at, c in enumerate(read.plain) for _ in bare(c)]
    for at, origin in enumerate(origins):
        start, end = spelled.span(at, at + 1)
        assert start == origin
        assert {bare(mark) for mark in read.plain[origin + 1 : end]} <= {""}  # an accent goes with its letter
    assert len(spelled.plain) == len(origins)
