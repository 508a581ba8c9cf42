"""Whom a surname tells beside the state, or above the office: `Tanzania's Hassan`, `Reeves cuts welfare`."""

from datetime import UTC, datetime

import pytest

DAY = datetime(2025, 7, 1, tzinfo=UTC)

OF_ITS_STATE = {
    # of what: (headline, text, people met)
    "sworn in": ("Tanzania's Hassan sworn in", "", {"Samia Suluhu Hassan"}),
    "orders": ("Israel's Katz orders strike on Yemen port", "", {"Israel Katz"}),
    "with another": ("South Korea's Lee meets Trump", "", {"Lee Jae-myung", "Donald Trump"}),
    "Meets In Title Case": ("South Korea's Lee Meets Trump", "", {"Lee Jae-myung", "Donald Trump"}),
    "in talks": ("China's Li in talks with Modi", "", {"Li Qiang", "Narendra Modi"}),
    "the office below": ("India's Singh inspects frigate", "The defence minister left.", {"Rajnath Singh"}),
    "of two by the office": ("China's Wang laughs", "The foreign minister was asked of it.", {"Wang Yi"}),
    "a player": ("South Korea's Lee wins US Open", "She is the first since 2011, the president said.", set()),
    "a batsman": ("India's Singh hails Australia", "He made 40; two wickets fell.", set()),
    "a writer": ("South Korea's Lee wins Tony", "She thanked the president of the theatre.", set()),
    "a tycoon": ("China's Li tops rich list", "He is 40.", set()),
    "a longer name": ("South Korea's Lee Kang-in warns of strike", "The president said so.", set()),
    "a firm's": ("Samsung's Lee meets Trump", "", {"Donald Trump"}),
    "a pitcher with accents": ("Venezuela's Rodríguez homers twice", "Boston won.", set()),
    "another day": ("Tanzania's Hassan sworn in as mayor of Tanga", "", {"Samia Suluhu Hassan"}),
}  # fmt: skip


@pytest.mark.parametrize(("title", "text", "people"), OF_ITS_STATE.values(), ids=OF_ITS_STATE.keys())
def test_by_a_common_surname_after_the_state(tagger, article, title, text, people):
    assert _people(tagger, article, title, text) == people


def test_not_of_a_day_without_the_office(tagger, article):
    before = datetime(2020, 1, 1, tzinfo=UTC)
    assert _people(tagger, article, "Tanzania's Hassan sworn in", "", before) == set()


ALONE = {
    # of what: (headline, text, people met)
    "the office below": ("Reeves cuts welfare", "The chancellor told MPs so.", {"Rachel Reeves"}),
    "whoever heads the state": ("Rayner quits", "Starmer was told.", {"Angela Rayner", "Keir Starmer"}),
    "what heads of states do": ("Lula hosts COP30", "", {"Luiz Inácio Lula da Silva"}),
    "a vote": ("Tusk wins confidence vote", "", {"Donald Tusk"}),
    "spending": ("Orpo cuts spending", "", {"Petteri Orpo"}),
    "a veto": ("Marcos vetoes budget", "", {"Ferdinand Marcos Jr."}),
    "another's office": ("Reeves joined film", "The chancellor of the university clapped.", set()),
    "another holder": ("Reeves joined film", "The chancellor, Jane Doe, clapped.", set()),
    "no verb": ("Tusk trade ban", "The prime minister was pleased.", set()),
    "another state": ("Bondi closed after shark sighting", "The attorney general left Sydney.", set()),
    "below": ("A by-election", "Reeves joined. The chancellor of the exchequer did too.", set()),
    "a governor": ("Cooper vetoes bill", "The governor cited doctors.", set()),
    "a judge": ("Lee sworn in", "She is the youngest judge in Memphis.", set()),
    "a longer name": ("Petro Star cuts spending", "", set()),
    "at the seat of the state": ("", "Anand said in Ottawa that talks had failed.", {"Anita Anand"}),
    "in a town of it": ("", "Anand said in Saskatoon that sales had fallen.", set()),
    "the head of it, in a town": ("", "Luxon said in Auckland that talks had failed.", {"Christopher Luxon"}),
}


@pytest.mark.parametrize(("title", "text", "people"), ALONE.values(), ids=ALONE.keys())
def test_in_a_headline_by_the_office(tagger, article, title, text, people):
    assert _people(tagger, article, title, text) == people


def _people(tagger, article, title, text, day=DAY):
    tags = tagger.tag(article(title, *([text] if text else []), time=day))
    return {actor.name for actor in tags.actors if actor.type == "person"}
