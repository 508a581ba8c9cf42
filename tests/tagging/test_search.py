"""The compiled search finds what an automaton finds: every text, wherever it stands."""

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tagging.conftest import needs_compiled
from wirewatch.tagging import loops
from wirewatch.tagging.search.word_index import CHUNK

pytestmark = needs_compiled

LETTERS = st.sampled_from([b"a", b"b", b"\x80", b" ", b"a" * CHUNK])
FEW = st.lists(LETTERS, max_size=6).map(b"".join)
"""Of so few letters that they meet each other."""
TEXT = st.lists(LETTERS, max_size=60).map(lambda letters: b" %b " % b"".join(letters))


def found(texts, text, of=loops.FASTEST):
    met = of.search(of.index_of(texts))(text)
    if of is loops.PYTHON:
        return sorted(met)
    numbers = array("i", met)
    return sorted(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


@settings(max_examples=500)
@given(st.lists(FEW.filter(len), unique=True, max_size=12), TEXT)
def test_any(texts, text):
    assert found(texts, text) == (found(texts, text, loops.PYTHON) if texts else [])


@pytest.mark.parametrize(
    ("text", "article", "places"),
    [
        (b" iran ", b" iran  iran iranian ", [(0, 6), (6, 12)]),
        (b" sanction", b" sanctions sanction unsanctioned ", [(0, 9), (10, 19)]),
        (b" u s ", b" u s  u s a ", [(0, 5), (5, 10)]),
        (b" u s  china ", b" the u s  china deal u s china ", [(4, 16)]),
        (b" peace talk", b" peace talks  peace  talks peace ", [(0, 11)]),
        (b"rita", b" brita rita ", [(2, 6), (7, 11)]),
        (b" a a ", b" a a a ", [(0, 5), (2, 7)]),
    ],
    ids=["word", "stem", "words", "two spaces", "stem after a word", "within a word", "over itself"],
)
def test_where(text, article, places):
    assert [place[:2] for place in found([text], article)] == places


def test_many_matches():
    texts = [b" a", b" a ", b" a a ", b" a a a "]
    assert len(found(texts, b" " + b"a " * 50_000)) == 4 * 50_000 - 3


@pytest.mark.parametrize("text", [b"", b" ", b"iran ", b" iran"])
def test_a_text_without_its_spaces_is_refused(text):
    with pytest.raises(ValueError, match="a space at either end"):
        found([b" iran "], text)
