# ruff: noqa: RUF001  (typographic quotes are among what is tested)

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tagging import in_python
from tests.tagging.conftest import make_article
from wirewatch.tagging import Actor, Catalogue, Phrase, Tagger

WORDS = """
    Iran Iran’s IRAN Iranian Tehran NATO US U.S. us President Trump Jordan Michael Georgia Lebanon , Pa.
    İran İ Erdog\u0306an ( ) “ ” told Reuters sanctions missile - ’ ﬁ ẞ ß Côte
    d'Ivoire \u0301 北京 🙂
"""
NEWS = st.sampled_from([*WORDS.split(), "\n", "\t", "\u00a0", "\ud800"])
TEXTS = st.lists(NEWS | st.text(st.characters(), max_size=6), max_size=25).map(" ".join) | st.text(
    st.characters(), max_size=80
)


@pytest.fixture(scope="module")
def tagger(catalogue, topics):
    return Tagger(catalogue, topics, [Phrase(1, "an", prefix=True), Phrase(2, "Iran")])


def words_at(article, place):
    part = article.title if place.paragraph is None else article.paragraphs[place.paragraph]
    assert 0 <= place.start < place.end <= len(part)
    return part[place.start : place.end]


@settings(max_examples=300)
@given(TEXTS, st.lists(TEXTS, max_size=3))
@example("I\u0307ran", ["a\u0301 Iran", "\u0301Iran", "\ud800 Iran"])
def test_any_text_gives_places_inside_it(tagger, title, paragraphs):
    article = make_article(title, *paragraphs)
    tags = tagger.tag(article, [])
    for mentions in (tag.mentions for kind in (tags.actors, tags.topics) for tag in kind):
        for mention in mentions:
            assert words_at(article, mention.place) == mention.text
    for hit in tags.phrases:
        assert words_at(article, hit.place)


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_tags_do_not_depend_on_what_was_tagged_before(tagger, first, second):
    article = make_article(second)
    alone = tagger.tag(article)
    tagger.tag(make_article(first))
    assert tagger.tag(article) == alone


NEXT = {
    # name: (an article, the one after it, whom that names)
    "a person": ("Mr. Jordan spoke.", "Jordan closed the airport near Amman.", ["Jordan", "Amman"]),
    "a full name": ("Theresa May said.", "May said.", []),
    "a state": ("South Africa agreed.", "Pandor smiled.", []),
    "words around": ("Tbilisi says Georgia will sign.", "Georgia will sign.", []),
    "a dateline": (
        "AMMAN, Jordan (AP) — It rained.",
        "Jordan closed the airport near Amman.",
        ["Jordan", "Amman"],
    ),
}


@pytest.mark.parametrize(("before", "text", "names"), NEXT.values(), ids=NEXT.keys())
def test_what_one_article_says_of_a_name_does_not_hold_for_the_next(tagger, before, text, names):
    tagger.tag(make_article("", before))
    assert [actor.name for actor in tagger.tag(make_article("", text)).actors if not actor.via] == names


UNRELATED = Actor(
    id="x", name="Zyzzyx", type="company", aliases=("Zyzzyx", "Iran Zyzzyx Works"), decoys=("zyz an",)
)


@pytest.fixture(scope="module")
def wider(catalogue, topics):
    return Tagger(
        Catalogue((*catalogue.actors.values(), UNRELATED)),
        topics,
        [Phrase(9, "iran"), Phrase(8, "us", prefix=True), Phrase(7, "sanctions against Iran")],
    )


@settings(max_examples=100)
@given(TEXTS)
def test_a_watch_or_an_unrelated_actor_changes_no_tag(tagger, wider, text):
    article = make_article(text)
    one, other = tagger.tag(article), wider.tag(article)
    assert (one.actors, one.topics) == (other.actors, other.topics)


@pytest.fixture(scope="module")
def reordered(catalogue, topics):
    return Tagger(Catalogue(reversed(catalogue.actors.values())), topics)


@settings(max_examples=60)
@given(TEXTS)
def test_the_order_of_the_files_changes_no_tag(tagger, reordered, text):
    article = make_article("", text)
    one, other = tagger.tag(article), reordered.tag(article)
    assert (one.actors, one.topics) == (other.actors, other.topics)


def test_work_grows_with_the_text_and_no_faster():
    for kind, (once, fourfold) in in_python.run("steps").items():
        assert fourfold < 4.4 * once, kind


@pytest.mark.parametrize(
    "unit", ["Iran ", "President Trump told us, ", "a", "İ\u0301 ", "\u0301\u0316", "“Lebanon, Pa.” "]
)
def test_a_megabyte_is_tagged(tagger, unit):
    text = (unit * (1_000_000 // len(unit)))[:1_000_000]
    tagger.tag(make_article("", text))
