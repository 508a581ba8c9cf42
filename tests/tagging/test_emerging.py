import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tagging.conftest import make_article
from tests.tagging.test_properties import TEXTS
from wirewatch.tagging import Actor, Catalogue
from wirewatch.tagging.emerging import MAX_WORDS, Emerging

CATALOGUE = Catalogue(
    (
        Actor(id="IR", name="Iran", type="country", aliases=("Iran", "Iranian")),
        Actor(id="B", name="Boris Johnson", type="person", aliases=("Boris Johnson",)),
    )
)

NAMES = {
    # name: (text, names offered)
    "a person": ("He met Zalmay Khalilzad there.", {"Zalmay Khalilzad"}),
    "a known actor": ("They said Iran and Boris Johnson agreed.", set()),
    "a body of several words": ("The Bank of Northern Freedonia failed.", {"Bank of Northern Freedonia"}),
    "a name with an article": ("It fell on Ain al-Asad at night.", {"Ain al-Asad"}),
    "a title": ("We heard Foreign Minister Javad Zarif speak.", {"Javad Zarif"}),
    "a possessive": ("It was Freedonia's army.", {"Freedonia"}),
    "more than a known actor": ("An Iranian Court of Audit said so.", {"Iranian Court of Audit"}),
    "hardly more than a known actor": ("The Iranian Army and Iran Air said so.", set()),
    "a lone word that opens a sentence": ("Yesterday it rained. Freedonia won.", set()),
    "two words that open a sentence": ("Margaret Dumont left.", {"Margaret Dumont"}),
    "a sentence opener before a name": ("Then officials left. Officials Acme Works", {"Acme Works"}),
    "a day, a month": ("It was on Monday in January.", set()),
    "continents and parts of a law": ("It left Western Europe for Asia. Under this Article it may.", set()),
    "a surname alone": ("He met Rufus Firefly. Later Mr Firefly spoke to Firefly.", {"Rufus Firefly"}),
}  # fmt: skip


def offered(*texts, least=1, **more):
    emerging = Emerging(CATALOGUE, **more)
    for text in texts:
        emerging.add(make_article("", text))
    return emerging.names(least=least)


@pytest.mark.parametrize(("text", "names"), NAMES.values(), ids=NAMES.keys())
def test_what_is_offered(text, names):
    assert {name.text for name in offered(text)} == names


def test_a_headline_set_in_capitals_says_nothing():
    emerging = Emerging(CATALOGUE)
    emerging.add(make_article("Chaos At Freedonia Bank After Run"))
    assert emerging.names(least=1) == []


def test_names_recur_and_are_counted_with_contexts():
    first, second = offered(
        "We met Rufus Firefly, and Firefly sang.",
        "So Rufus Firefly came to Old Freedonia.",
        "He left Old Freedonia.",
        least=2,
    )
    assert (first.text, first.articles, first.mentions, first.missed) == ("Rufus Firefly", 2, 3, 0)
    assert first.contexts == [
        "We met Rufus Firefly, and Firefly sang.",
        "So Rufus Firefly came to Old Freedonia.",
    ]
    assert (second.text, second.articles) == ("Old Freedonia", 2)


def test_a_copy_of_an_article_adds_no_context():
    (name,) = offered(*["We met Rufus Firefly."] * 3)
    assert (name.articles, name.contexts) == (3, ["We met Rufus Firefly."])


def test_memory_is_bounded_and_the_common_stay():
    texts = [f"He met Rufus Firefly and then Name{n}a Name{n}b." for n in range(500)]
    emerging = Emerging(CATALOGUE, max_names=50)
    for text in texts:
        emerging.add(make_article("", text))
        assert len(emerging.names(least=1)) <= 50
    (name,) = emerging.names(least=100)
    assert (name.text, name.articles, name.missed) == ("Rufus Firefly", 500, 0)


@settings(max_examples=100)
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_any_text_may_come(title, paragraphs):
    emerging = Emerging(CATALOGUE)
    emerging.add(make_article(title, *paragraphs))
    for name in emerging.names(least=1):
        assert name.text.strip()
        assert 1 <= len(name.text.split()) <= MAX_WORDS
        assert name.articles == 1 <= name.mentions
