"""How a text is read for the search, its common words counted, and the way back: in C as in Python."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tagging.conftest import needs_compiled
from tests.tagging.test_properties import TEXTS
from wirewatch.article import Mention, Place
from wirewatch.tagging.text import fold, language
from wirewatch.tagging.text.beside import (
    word_after,
    word_after_in_python,
    word_before,
    word_before_in_python,
)
from wirewatch.tagging.text.counter import counter, counter_in_python
from wirewatch.tagging.text.origin import Origin, OriginInPython

ANY = st.text(st.characters(), max_size=80)  # surrogates, too
WORDS = st.lists(st.sampled_from([*language.COMMON, b"iran", b"themselves", b"thethethe", b"t", b"\xe9"]))


@pytest.mark.parametrize("read", [fold.read, fold.read_in_python], ids=["as installed", "in Python"])
@pytest.mark.parametrize(
    ("text", "folded", "beyond"),
    [
        ("Iran's 2nd U.S. deal", b" iran s 2nd u s  deal ", ""),
        ("Iran\u2019s \u201cÉcole\u201d", b" iran s  \xe9cole  ", "\u2019\u201cÉ\u201d"),
        ("\u0130ran \u02bc \u00b2", b" iran   \xb2 ", "\u0130\u02bc\u00b2"),
        ("\u5317\u4eac", b" \x97\x8c ", "\u5317\u4eac"),  # a byte of its last five bits
        ("@[`{/:\x00\x7f", b"          ", ""),
        ("", b"  ", ""),
    ],
)
def test_read(read, text, folded, beyond):
    assert read(text) == (folded, beyond)


@needs_compiled
@settings(max_examples=500)
@given(TEXTS | ANY)
@example("a\ud800\u0301b")
def test_any_text_is_read_alike(text):
    assert fold.read(text) == fold.read_in_python(text)


@needs_compiled
def test_every_character_is_read_alike():
    for first in range(0, 0x30000, 0x400):
        text = " ".join(map(chr, range(first, first + 0x400)))
        assert fold.read(text) == fold.read_in_python(text), hex(first)


@pytest.mark.parametrize(
    "count", [counter(language.COMMON), counter_in_python(language.COMMON)], ids=["as installed", "in Python"]
)
@pytest.mark.parametrize(
    ("text", "words", "common"),
    [
        (b" the  end of the road ", 5, 3),
        (b" the the", 2, 2),
        (b" athe thea othe", 3, 0),
        (b" xxxxxxxxthe ", 1, 0),  # of more letters than a number holds
        (b"   ", 0, 0),
        (b"", 0, 0),
    ],
)
def test_count(count, text, words, common):
    assert count(text) == (words, common)


@needs_compiled
@settings(max_examples=300)
@given(
    WORDS.map(b" ".join) | st.text("the of\xe9").map(lambda text: text.encode("latin-1")), st.integers(0, 90)
)
def test_any_words_are_counted_alike(text, cut):
    assert counter(language.COMMON)(text[:cut]) == counter_in_python(language.COMMON)(text[:cut])


def test_long_words_are_counted():
    """Of one of more than eight letters, at least those are."""
    words = [b"agreement", b"ceasefire", b"of"]
    for count in (counter(words), counter_in_python(words)):
        assert count(b" ceasefire of an agreement ceasefir easefir") == (6, 3)


@pytest.mark.parametrize(
    ("before", "after"),
    [(word_before, word_after), (word_before_in_python, word_after_in_python)],
    ids=["as installed", "in Python"],
)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("told Iran it", ("told", "it")),
        ("the \u201cold Iran\u2019s", ("old", "")),
        ("(AP) Iran 'said',", ("AP)", "said")),
        ("old  Iran\u201d\nNo", ("", "")),
        (" Iran Israel's\nNo", ("", "Israel")),
        ("Iran said\nNo", ("", "said")),
        ("Mr.\tIran\tsaid", ("", "")),
        ("Mr.\t Iran a\tb c", ("Mr.", "a\tb")),
        ("x" * 30 + " Iran " + "y" * 30, ("x" * 23, "y" * 23)),
    ],
)
def test_words_beside(before, after, text, words):
    at = text.index("Iran")
    assert (before(text, at), after(text, at + len("Iran"))) == words


@needs_compiled
@settings(max_examples=500)
@given(TEXTS | ANY | st.text("a.' \t\n\u2009\u201d)"))
def test_any_words_beside_are_found_alike(text):
    for at in range(len(text) + 1):
        assert word_before(text, at) == word_before_in_python(text, at)
        assert word_after(text, at) == word_after_in_python(text, at)


PARTS = ("Talks", "", "Iran said.", "No.")
COMPOSED = fold.composed("\n".join(("E\u0301tude", "a", "\u0301b")))[1]


@pytest.mark.parametrize("origin", [Origin, OriginInPython], ids=["as installed", "in Python"])
class TestOrigin:
    @pytest.mark.parametrize(
        ("start", "end", "place", "words"),
        [
            (0, 5, Place(None, 0, 5), "Talks"),
            (7, 11, Place(1, 0, 4), "Iran"),
            (18, 21, Place(2, 0, 3), "No."),
        ],
    )
    def test_place(self, origin, start, end, place, words):
        assert origin(PARTS).place(start, end) == (place, words)
        mention = Mention(place=place, text=words, kind="name", rule="alias")
        assert origin(PARTS).mention(start, end, "name", "alias") == mention

    def test_where_letters_and_their_marks_were_joined(self, origin):
        parts = ("E\u0301tude", "a", "\u0301b")
        assert origin(parts, COMPOSED).place(0, 1) == (Place(None, 0, 2), "E\u0301")
        assert [origin(parts, COMPOSED).start(part) for part in range(5)] == [0, 6, 9, 11, 11]

    def test_start(self, origin):
        assert [origin(PARTS).start(part) for part in range(6)] == [0, 6, 7, 18, 22, 22]


@needs_compiled
@settings(max_examples=200)
@given(st.lists(TEXTS | ANY, min_size=1, max_size=4).map(tuple))
def test_any_place_is_found_alike(parts):
    joined = "\n".join(parts)
    for offsets in (None, fold.composed(joined)[1]):
        one, other = Origin(parts, offsets), OriginInPython(parts, offsets)
        size = len(joined) if offsets is None else len(offsets) - 1
        for start in range(size):
            for end in (start, start + 1, size):
                assert one.place(start, end) == other.place(start, end)
        assert [one.start(part) for part in range(7)] == [other.start(part) for part in range(7)]
