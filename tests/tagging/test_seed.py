from datetime import UTC, datetime

import pytest


@pytest.fixture(scope="module")
def tags(tagger, article, shared):
    text = (shared / "seeds" / "000_a0e3d952f8b9f08e.txt").read_text(encoding="utf-8")
    title, _, *paragraphs = text.strip().split("\n\n")
    return tagger.tag(article(title, *paragraphs, time=datetime(2020, 1, 9, tzinfo=UTC)))


def test_the_actors_of_the_seed_article(tags):
    assert tags.actors[0].name == "NATO"
    assert {a.iso2 for a in tags.actors if a.iso2} == {
        *("AF", "CA", "DE", "FR", "GB", "IQ", "IR", "JO", "KW", "US"),
    }
    people = {a.name for a in tags.actors if a.type == "person"}
    assert people == {"Barack Obama", "Donald Trump", "Jens Stoltenberg", "Qassem Soleimani"}


def test_who_is_quoted_is_no_actor(tags):
    assert "Reuters" not in {a.name for a in tags.actors}


def test_the_headline_counts(tags):
    assert {a.name for a in tags.actors if a.salience.headline} == {"NATO", "Donald Trump"}


def test_the_topics_of_the_seed_article(tags):
    assert {t.name for t in tags.topics if not t.via} >= {"defense", "international organization"}
    assert {t.name for t in tags.topics if t.via} >= {"politics", "government"}
