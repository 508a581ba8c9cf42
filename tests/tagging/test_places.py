"""Parts of states and great cities name their state, and what only bears their name does not."""

from datetime import UTC, datetime

import pytest

DAY = datetime(2026, 11, 26, tzinfo=UTC)

COUNTRIES = {
    # name: (headline, text, countries met or rolled up to)
    "a state of the US": ("Gunman kills four at mall in Texas", "", {"United States"}),
    "a city of it": ("Ferry runs aground near Seattle", "", {"United States"}),
    "a town of it, named after another": ("Paris, Texas, votes for mayor", "", {"United States"}),
    "the state of Georgia": ("Georgia Senate passes bill", "Gov. Kemp will sign it.", {"United States"}),
    "Georgia": ("Georgia's ruling party passes law", "Tbilisi students marched.", {"Georgia"}),
    "what the state has": ("Virginia Democrats pick a governor", "", {"United States"}),
    "a painter": ("Georgia O'Keeffe show opens in Paris", "", {"France"}),
    "someone": ("Virginia Brown opens shop in London", "", {"United Kingdom"}),
    "a team": ("Houston Rockets win", "", set()),
    "a province": ("Wildfires rage in Saskatchewan", "", {"Canada"}),
    "a Land": ("AfD wins state election in Thuringia", "", {"Germany"}),
    "concertos": ("Brandenburg Concertos draw crowds", "", set()),
    "an oblast": ("Drones hit Zakarpattia region", "", {"Ukraine"}),
    "a city of India": ("Jet crashes on landing in Kochi", "", {"India"}),
    "one of Japan": ("Quake off Kochi", "Japan issued a tsunami warning.", {"Japan"}),
    "Punjab in India": ("Punjab floods kill 30", "Amritsar was worst hit.", {"India"}),
    "Punjab in Pakistan": ("Smog shuts schools in Punjab", "Lahore had the worst air.", {"Pakistan"}),
    "Punjab in either": ("Punjab bans kites", "", set()),
    "a state of Nigeria": ("Gunmen seize pupils in Niger State", "", {"Nigeria"}),
    "Victoria in Australia": ("Victoria bans machetes", "Melbourne shops complied.", {"Australia"}),
    "a queen": ("Queen Victoria letters sold", "", set()),
    "a capital known without its state": ("Chain opens bakery in Dublin", "", {"Ireland"}),
    "a town of its name": ("Dublin police arrest teen", "Columbus, Ohio, is nearby.", {"United States"}),
    "what befalls a city that is a club too": ("Gunman wounds four in Barcelona", "", {"Spain"}),
    "a club": ("Barcelona lost at Getafe", "", set()),
    "letters": ("PISA scores fall", "", set()),
}


@pytest.mark.parametrize(("title", "text", "wanted"), COUNTRIES.values(), ids=COUNTRIES.keys())
def test_a_place_names_its_country(tagger, article, title, text, wanted):
    tags = tagger.tag(article(title, text, time=DAY))
    assert {actor.name for actor in tags.actors if actor.type == "country"} == wanted
