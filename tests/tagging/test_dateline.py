# ruff: noqa: RUF001  (dashes are among what is tested)
"""Bylines and datelines: who wrote an article, and where, is not what it is about."""

import pytest

BYLINES = {
    # name: (paragraphs, direct actors)
    "agency and people": (
        (
            "By Jordan Smith and Georgia Wells, Associated Press",
            "LONDON, May 3 - Turkey, Jordan and Iraq agreed.",
        ),
        {"Turkey", "Jordan", "Iraq"},
    ),
    "in capitals, with an accent": (
        ("BY ÉMILE CHAD JONES", "Troops from Sudan entered Chad."),
        {"Sudan", "Chad"},
    ),
    "a sentence": (("By Tuesday Iran had withdrawn.", "It rained."), {"Iran"}),
}


@pytest.mark.parametrize(("paragraphs", "names"), BYLINES.values(), ids=BYLINES.keys())
def test_bylines_are_not_what_an_article_is_about(tagger, article, paragraphs, names):
    tags = tagger.tag(article("It is so", *paragraphs))
    assert {actor.name for actor in tags.actors if not actor.via} == names


DATELINES = {
    "accents": ("SÃO PAULO, Brazil (AP) — It rained.", set()),
    "small letters with the agency": ("Beijing (AFP) - It rained.", set()),
    "small letters with the day": ("New Delhi, Nov 3 (AFP) — It rained.", set()),
    "an agency in small letters": ("BERLIN (dpa) - It rained.", set()),
    "both in small letters": ("Kyiv (dpa) - It rained.", set()),
    "a country and an agency in small letters": ("KYIV, Ukraine (dpa) — It rained.", set()),
    "two agencies": ("Berlin (AFP, dpa) – It rained.", set()),
    "an agency of a country": ("Damascus (SANA) - It rained.", set()),
    "a company and its ticker": ("Boeing (BA) – The jet maker's stock fell.", {"Boeing"}),
    "a person and a party": ("Benjamin Netanyahu (Likud) - The winner.", {"Benjamin Netanyahu", "Likud"}),
    "a state and its other name": ("Iran (Islamic Republic) – The council said no.", {"Iran"}),
    "a bar": ("AMMAN, Jordan | It rained.", set()),
    "a sentence with dashes": ("Beijing - it said so - agreed.", {"Beijing"}),
    "a sentence with brackets": ("Beijing (China) agreed.", {"China", "Beijing"}),
}


@pytest.mark.parametrize(("text", "names"), DATELINES.values(), ids=DATELINES.keys())
def test_where_an_article_was_written_is_not_what_it_is_about(tagger, article, text, names):
    tags = tagger.tag(article("It is so", text))
    assert {a.name for a in tags.actors if not a.via} == names


HEADLINES = {
    # name: (a headline, whom it names)
    "a company and its ticker": ("Boeing (BA) – shares fall", {"Boeing"}),
    "a state and a body": ("Israel (UN) - Iran says no", {"Israel", "Iran", "United Nations"}),
    "a text without a title": ("Kyiv (Reuters) - Iran says no", {"Iran"}),
}


@pytest.mark.parametrize(("title", "names"), HEADLINES.values(), ids=HEADLINES.keys())
def test_a_headline_has_a_dateline_where_an_agency_stands_in_it(tagger, article, title, names):
    assert {a.name for a in tagger.tag(article(title)).actors if not a.via} == names
