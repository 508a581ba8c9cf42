"""`North and South Korea` are two states, though the name of one is cut short."""

import pytest

BOTH = {"North Korea", "South Korea"}

HEADLINES = {
    # of what: (headline, states met)
    "both": ("North and South Korea trade fire", BOTH),
    "agree": ("North and South Korea agree", BOTH),
    "whose leaders": ("Leaders of North and South Korea meet", BOTH),
    "a comma": ("North, South Korea agree", BOTH),
    "the other way round": ("South and North Korea agree", BOTH),
    "their troops": ("North and South Korean troops clash", BOTH),
    "capitals": ("NORTH AND SOUTH KOREA TRADE FIRE", BOTH),
    "one of which is no state": ("North and South Sudan sign deal", {"South Sudan"}),
    "of the US": ("North and South Carolina brace for storm", set()),
    "one": ("South Korea and Japan agree", {"South Korea", "Japan"}),
    "a direction": ("Wind turns north, South Korea warns", {"South Korea"}),
    "the world's": ("Global North and South Korea differ on aid", {"South Korea"}),
}


@pytest.mark.parametrize(("headline", "states"), HEADLINES.values(), ids=HEADLINES.keys())
def test_states_that_share_a_word(tagger, article, headline, states):
    actors = tagger.tag(article(headline)).actors
    assert {actor.name for actor in actors if actor.type == "country" and not actor.via} == states
