"""Offices that one body alone has, said without it: `the pope`; and offices in a headline In Title Case."""

from datetime import UTC, datetime

import pytest

LEO, FRANCIS, BENEDICT = "Pope Leo XIV", "Pope Francis", "Benedict XVI"

POPES = {
    # of what: (headline, text, day, people met)
    "calls": ("Pope calls for truce in Gaza", "", "2025-11-20", {LEO}),
    "is to": ("Pope to visit Turkey", "", "2025-11-20", {LEO}),
    "Title Case": ("Pope Urges Peace in Sudan", "", "2025-11-20", {LEO}),
    "capitals": ("POPE CONDEMNS ATTACK ON CHURCH", "", "2025-11-20", {LEO}),
    "met": ("Zelensky meets pope", "", "2025-11-20", {LEO, "Volodymyr Zelensky"}),
    "of two": ("Meloni, Pope Discuss Migration", "", "2025-11-20", {LEO, "Giorgia Meloni"}),
    "his": ("Pope's Gaza plea draws rebuke", "", "2025-11-20", {LEO}),
    "another word": ("Pontiff appeals for calm", "", "2025-11-20", {LEO}),
    "in the text": ("Crowds in Rome", "They waited for the pope.", "2025-11-20", {LEO}),
    "the one before": ("Pope calls for truce", "", "2024-11-20", {FRANCIS}),
    "two before": ("Pope calls for truce", "", "2010-11-20", {BENEDICT}),
    "between two": ("Thousands mourn pope", "", "2025-04-24", {FRANCIS}),
    "whom the text names": ("A life of Pope Francis", "The pope loved tango.", "2025-11-20", {FRANCIS}),
    "a batsman": ("Pope hits century", "", "2025-11-20", set()),
    "a batsman who is out": ("Pope out for 12", "", "2025-11-20", set()),
    "a batsman who says": ("Pope says he is fit", "He made 40 in the second innings.", "2025-11-20", set()),
    "a full name": ("Ollie Pope calls for calm", "", "2025-11-20", set()),
    "a poet": ("Alexander Pope letters sold", "", "2025-11-20", set()),
    "a field": ("Two hurt at Pope Field", "", "2025-11-20", set()),
    "a family": ("A fire in Ohio", "The Pope family escaped.", "2025-11-20", set()),
    "of another church": ("Coptic pope says mass", "The pope spoke in Cairo.", "2025-11-20", set()),
    "of another thing": ("The pope of trash turns 80", "", "2025-11-20", set()),
    "a bird": ("How to carve the pope's nose", "", "2025-11-20", set()),
    "any": ("What makes a pope", "", "2025-11-20", set()),
    "no headline": ("Crime", "Pope says he was not there.", "2025-11-20", set()),
}  # fmt: skip


@pytest.mark.parametrize(("title", "text", "day", "people"), POPES.values(), ids=POPES.keys())
def test_the_pope(tagger, article, title, text, day, people):
    assert _people(tagger, article, title, text, day) == people


def test_brings_the_holy_see(tagger, article):
    tags = tagger.tag(article("Pope to visit Turkey", time=datetime(2025, 11, 20, tzinfo=UTC)))
    assert {actor.name: bool(actor.via) for actor in tags.actors}["Vatican City"]


OFFICES = {
    # of what: (headline, people met)
    "a verb": ("NATO Chief Urges Allies to Spend More", {"Mark Rutte"}),
    "a verb among capitals": ("WHO CHIEF DECLARES END OF MPOX EMERGENCY", {"Tedros Adhanom Ghebreyesus"}),
    "possessive among capitals": ("FRANCE'S PRESIDENT SAYS NO TO DEAL", {"Emmanuel Macron"}),
    "surname among capitals": ("SOUTH KOREA'S YOON GETS LIFE SENTENCE", {"Yoon Suk Yeol"}),
    "an office of two bodies": ("UN human rights chief decries killings", {"Volker Türk"}),
    "refugees": ("UN refugee chief warns of cuts", {"Filippo Grandi"}),
    "aid": ("UN aid chief warns of cuts", {"Tom Fletcher"}),
    "a spokesman": ("Kremlin spokesman says no talks planned", {"Dmitry Peskov"}),
    "a group's": ("Taliban supreme leader bans chess", {"Haibatullah Akhundzada"}),
    "a name": ("NATO Chief Jens Smith Visits Kyiv", set()),
    "nobody's": ("A US president has never been there", set()),
    "a given name": ("Egypt's President Mohamed Smith speaks", set()),
    "at odds": ("Lula clashes with Trump", {"Luiz Inácio Lula da Silva", "Donald Trump"}),
    "at odds with": ("Trump clashes with Lula", {"Luiz Inácio Lula da Silva", "Donald Trump"}),
    "of a player": ("Lula clashes with Messi", set()),
}


@pytest.mark.parametrize(("title", "people"), OFFICES.values(), ids=OFFICES.keys())
def test_offices_in_headlines(tagger, article, title, people):
    assert _people(tagger, article, title, "", "2025-11-20") == people


BESIDE = {
    # of what: (headline, actors met)
    "a firm in Title Case": ("Target Raises Outlook", {"Target Corporation"}),
    "a firm's officer": ("Target names new chief executive", {"Target Corporation"}),
    "a firm that must pay": ("Meta must pay 479 million euros", {"Meta Platforms"}),
    "practice in Title Case": ("Target Practice Sparks Grass Fire", set()),
    "lawmakers": ("United States Senators Back Bill", {"United States"}),
    "a team among capitals": ("TORONTO BLUE JAYS WIN", set()),
    "a county among capitals": ("LEBANON COUNTY FAIR OPENS", set()),
    "a market among capitals": ("CHINA MARKET RALLY FADES", {"China"}),
    "a high court": ("Kenya High Court Blocks Deal", {"Kenya"}),
    "a high school": ("Cuba High Wins Homecoming Game", set()),
    "someone of a town": ("Peru man charged in Indiana crash", {"Indiana"}),
    "a town's board": ("MALTA TOWN BOARD VOTES ON ZONING", set()),
    "who fires": ("Peru School Fires Teacher", set()),
    "what burns": ("Nigeria Market Fire Kills 12", {"Nigeria"}),
}


@pytest.mark.parametrize(("title", "names"), BESIDE.values(), ids=BESIDE.keys())
def test_words_beside(tagger, article, title, names):
    tags = tagger.tag(article(title, time=datetime(2025, 11, 20, tzinfo=UTC)))
    assert {actor.name for actor in tags.actors if not actor.via} == names


def _people(tagger, article, title, text, day):
    time = datetime.fromisoformat(day).replace(tzinfo=UTC)
    tags = tagger.tag(article(title, *([text] if text else []), time=time))
    return {actor.name for actor in tags.actors if actor.type == "person"}
