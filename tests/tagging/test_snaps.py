"""Topics of single headlines: a clause that has one word for its topic, and one that only has the word."""

import pytest

TOLD = {
    "EU lists more of Russia's shadow fleet": "economic sanction",
    "Magnitude 7.1 hits off Tonga": "natural disaster",
    "Mount Semeru erupts": "natural disaster",
    "Pirates board tanker off Somalia": "hijacking",
    "Ecuador runoff": "national elections",
    "Turnout at 60 percent": "voting",
    "Ballots being counted in Honduras": "voting",
    "Thousands uprooted by fighting in the east": "refugees and internally displaced people",
    "Forty people in dinghies reach Kent": "illegal immigration",
    "Czechs expel military attache": "diplomacy",
    "China abstained": "diplomacy",
    "Brewer agrees to acquire rival": "business information",
    "Takeover of rival blocked": "business information",
    "Lockdown lifted in Lanzhou": "communicable disease",
    "Colonel charged with treason": "espionage and intelligence",
    "Amnesty bill passes": "human rights",
    "Sterling slips": "foreign exchange market",
    "Rand firms": "foreign exchange market",
    "Copper futures at new high": "commodity market",
    "Crude slides": "commodity market",
    "Nickel prices at two-year low": "commodity market",
    "Health premiums to double": "health insurance",
    "India launches two satellites": "aerospace engineering",
    "Killer of schoolgirl loses appeal": "homicide",
    "Cardinal Parolin visits": "religious leader",
    "Christmas markets open early": "religious festival and holiday",
    "Troika returns to Athens": "debt market",
    "Pisa results due": "educational testing and examinations",
    "Vigil held in Dundee": "funeral and memorial service",
    "Wolves attack in Tyrol": "animal",
    "Morocco youth movement calls fresh protests": "demonstration",
    "Lawmakers vote to oust Peru president": "impeachment",
    "Gangs seize police station in Haiti": "organized crime",
    "IMF approves $1bn for Sri Lanka": "economy",
    "Canada and India restore high commissioners": "diplomacy",
    "Japan protests to China over jets": "diplomacy",
    "Premier rejects aid": "foreign aid",
    "Rutte warns of drone incursions": "defense",
    "Opposition unites behind one man": "politics",
    "Missile hits Kyiv high-rise": "armed conflict",
    "US strikes boat in Caribbean": "armed conflict",
    "Israel kills Hezbollah chief": "armed conflict",
    "Bus falls off bridge": "transportation accident and incident",
    "Two National Guards shot": "shootings",
    "Sarkozy freed from jail": "law enforcement",
    "Lagos lifts ban on raw shea exports": "economic policy",
    "Asian shares mixed": "market and exchange",
    "Police used water cannon and tear gas": "civil unrest",
    "Teachers stage one-day walkout": "labor dispute",
}

NOT_TOLD = {
    "Ship hit by Chinese water cannon": ("civil unrest", "riot"),
    "Water cannon salute for last flight": ("civil unrest", "riot"),
    "Nurse shares tips": ("market and exchange",),
    "Spieth shares lead after first round": ("market and exchange", "national elections"),
    "Ternus is front-runner for top job": ("political campaigns", "political candidates"),
    "Miss Universe crowned after walkout row": ("labor dispute",),
    "Blue Origin lands booster at sea": ("vaccine",),
    "Booster club sells cakes": ("vaccine",),
    "Political jabs fly": ("vaccine",),
    "Fuel tanker stuck in mud": ("explosion accident and incident",),
    "DNA of the first farmers": ("agriculture",),
    "Streeting's allies deny plot": ("international relations",),
    "Awful, says our columnist": ("news media",),
    "Office vacancies at record": ("employment",),
    "Montreal bagel shop turns 100": ("birthday",),
    "Couple wed at bus stop": ("transport",),
    "Pastor stole from flock": ("animal",),
    "Snake plants top the list": ("animal",),
    "Eagles owner sells stake": ("animal",),
    "King prawns with garlic": ("royalty", "heads of state"),
    "Coronation Street star leaves": ("royalty", "heads of state"),
    "Jets fire coordinator": ("fire",),
    "Avalanche rout Stars": ("natural disaster",),
    "Earthquake in British politics": ("natural disaster",),
    "Downing Street cat": ("heads of government",),
    "Man sirens again": ("weather warning",),
    "Visitors wear masks": ("communicable disease",),
    "Newspapers say so": ("mass media",),
    "Fans queueing for buns": ("lifestyle",),
    "Farm runoff fouls lake": ("election", "national elections"),
    "School lockdown lifted": ("communicable disease", "public health"),
    "Smoking is the biggest killer of men": ("homicide",),
    "Raheem Sterling hits out": ("foreign exchange market",),
    "Recipe for disaster": ("lifestyle",),
    "Gear for firefighters": ("armed conflict",),
    "Monkeypox spreads": ("animal",),
    "Bangkok gets wet for Songkran": ("music",),
    "Naturalist dies": ("immigration",),
}


def direct(tags):
    return {topic.name for topic in tags.topics if not topic.via}


@pytest.mark.parametrize(("title", "name"), TOLD.items(), ids=TOLD.keys())
def test_one_clause_is_enough(tagger, article, title, name):
    assert name in direct(tagger.tag(article(title)))


@pytest.mark.parametrize(("title", "names"), NOT_TOLD.items(), ids=NOT_TOLD.keys())
def test_one_word_is_not(tagger, article, title, names):
    assert not direct(tagger.tag(article(title))) & set(names)
