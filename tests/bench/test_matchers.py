"""What the matchers are measured on, and that those of this environment find what they are given."""

import pytest

from bench.articles import Mix, Newsroom
from bench.catalogues import grown
from bench.growth import articles_of
from bench.other_matchers import MATCHERS
from wirewatch.resources import default_config_dir, default_seeds_dir
from wirewatch.tagging import Actor, Catalogue


def test_a_grown_catalogue_has_as_many_aliases_all_different():
    shipped = Catalogue([Actor(id="a", name="Aa", type="company", aliases=("Aa", "Ab"))])
    aliases = [alias.text for actor in grown(shipped, 2_000).actors.values() for alias in actor.spelled()]
    assert len(aliases) == len(set(aliases)) == 2_000
    assert len(grown(shipped, 1)) == 1


@pytest.mark.parametrize("size", [10, 1_000, 40_000])
def test_articles_of_a_size(size):
    some = list(Newsroom(default_config_dir(), default_seeds_dir()).articles(3, Mix(watched=0.05)))
    made = articles_of(size, some, total=100_000)
    assert {sum(map(len, article.paragraphs)) for article in made} == {size}
    assert len(made) == max(3, 100_000 // size)


@pytest.mark.parametrize("name", ["spaCy's PhraseMatcher", "Python's re"])
def test_matchers_find_names(name):
    find = MATCHERS[name](["New York", "Iran"])
    assert len(find("In New York, Iran said; Iranian.")) == 2
