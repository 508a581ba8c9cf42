import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.acceptance.generated import START, article
from wirewatch.article import MAX_NAME, MAX_TAGS, MAX_URL, Article
from wirewatch.bounds import MAX_TITLE_BYTES, FieldTooLongError, fit, refuse_long


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


BOUNDS = {
    "title": "é" * MAX_TITLE_BYTES,
    "url": "é" * MAX_URL,
    "guid": "é" * MAX_URL,
    "feed": "é" * MAX_URL,
    "id": "é" * MAX_NAME,
    "source": "é" * MAX_NAME,
    "country": "é" * MAX_NAME,
    "language": "é" * MAX_NAME,
    "text_hash": "é" * MAX_NAME,
    "tags": ("é",) * MAX_TAGS,
    "changed": ("é" * MAX_NAME,),
}


@pytest.mark.parametrize("field", BOUNDS)
def test_every_free_field_of_an_article_has_a_bound(field):
    most = BOUNDS[field]
    longer = most + "é" if isinstance(most, str) else (most[0] + "é",) if len(most) == 1 else (*most, "é")
    plain = article(title="T", paragraphs=["x"], source="s", url="https://s.example/", time=START)
    refuse_long(msgspec.structs.replace(plain, **{field: most}))
    with pytest.raises(FieldTooLongError, match=f"`{field}` has .* at most"):
        refuse_long(msgspec.structs.replace(plain, **{field: longer}))


def test_no_free_field_is_forgotten():
    free = {field.name for field in msgspec.structs.fields(Article) if "str" in str(field.type)}
    assert free - BOUNDS.keys() == {"paragraphs"}


@given(st.text(), st.lists(st.text(min_size=1)), st.integers(0, 200))
def test_never_over_the_limit_and_marked_when_anything_is_missing(title, paragraphs, limit):
    head, kept, cut = fit(title, paragraphs, limit=limit)
    assert len(head.encode()) + sum(len(p.encode()) for p in kept) <= limit
    assert cut == ((head, kept) != (title, tuple(paragraphs)))
