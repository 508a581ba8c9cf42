"""What looks like an actor and is none, beside those that are."""

from datetime import UTC, datetime

import pytest

from wirewatch.tagging.names.found import REASONS
from wirewatch.tagging.names.local import rules_for

LOOK_ALIKES = {
    # name: (title, text, actors met directly, places aside)
    "a town of the dateline": ("Peru council votes", "PERU, Ind. - Members agreed.", set()),
    "a town named first": ("", "Cairo, Ill., lost its grocer. Cairo said it was sad.", set()),
    "a town, and the country": (
        "Peru council votes",
        "PERU, Ind. - Members agreed to host Peruvian pupils.",
        {"Peru"},
    ),
    "a church there": ("Nigeria Church Attack Kills 40", "", {"Nigeria"}),
    "a village there": ("Israeli Strike Hits Lebanon Village", "", {"Israel", "Lebanon"}),
    "a school board": ("Peru School Board Votes", "", set()),
    "a school's raiders": ("Peru School Board Hit By Fire", "", set()),
    "a village that explores": ("Norway Village Explores Merger", "", set()),
    "a hospital that is fined": ("Norway Hospital Hit With Fine", "", set()),
    "a market hall": ("Norway Market Opens on Main Street", "", set()),
    "two leaders": ("Trump and Xi Meet", "", {"Donald Trump", "Xi Jinping"}),
    "one met by another": ("Sunak Meets Albanese", "", {"Rishi Sunak", "Anthony Albanese"}),
    "whoever meets a namesake": ("Tom Meets Carney at Fair", "", set()),
    "a cup of states": ("Argentina win Copa America", "", {"Argentina"}),
    "the state of that name": ("America votes on Tuesday", "", {"United States"}),
    "an open of golf": ("Irish Open moves north", "", set()),
    "an open mine": ("Australian open-pit mine floods", "", {"Australia"}),
    "who is open to talks": ("Italy Open to Talks With Egypt", "", {"Italy", "Egypt"}),
    "two who open them": ("Iran, Egypt Open Talks", "", {"Iran", "Egypt"}),
    "a contestant": ("Miss Universe Thailand walks out", "", set()),
    "where she walks": ("Miss Universe contest opens in Thailand", "", {"Thailand"}),
    "an airline": ("Royal Jordanian orders jets", "", {"Royal Jordanian"}),
    "an air force": ("Iran Air Force Chief Killed", "", {"Iran"}),
    "a pot": ("Dutch Oven Recall Widens", "", set()),
    "what casts are made of": ("Plaster of Paris Sold Out", "", set()),
    "geese": ("CANADA GEESE RETURN", "Canada Geese are back.", set()),
    "a cabinet": ("", "The Israeli cabinet approved a truce.", {"Israel"}),
    "food that is traded": ("", "Russian food exports fell.", {"Russia"}),
    "called a threat": ("", "Trump called Canada a state. It was angry.", {"Canada", "Donald Trump"}),
    "named by a report": ("", "The report named Russia. Russia denied it.", {"Russia"}),
    "a people and another": ("", "Polish and German troops drilled.", {"Poland", "Germany"}),
    "a noun after US": ("UKRAINE GETS US MISSILES", "", {"Ukraine", "United States"}),
    "bonds": ("CHINA SOLD US BONDS", "", {"China", "United States"}),
    "called by a minister": ("", "A minister called Israel's strike illegal.", {"Israel"}),
    "fears for": ("FEARS FOR US ECONOMY GROW", "", {"United States"}),
    "between": ("TALKS BETWEEN US AND IRAN COLLAPSE", "", {"United States", "Iran"}),
    "an agency's snap": ("PAKISTAN ASKS US COURT TO DROP CASE", "", {"Pakistan", "United States"}),
    "most of us": ("MOST OF US WANT PEACE", "", set()),
    "for us all": ("WHAT IT MEANS FOR US ALL", "", set()),
    "real": ("", "Real Russia experts say so.", {"Russia"}),
    "a match": ("", "Germany Netherlands (2) draw.", {"Germany", "Netherlands"}),
    "sent there": ("", "He was sent to Moscow as a child.", set()),
    "a firm's": ("", "Tesla's Merz said the plant in Germany would close.", {"Germany"}),
    "a driver": ("", "Police in South Korea arrested Lee. The president left.", {"South Korea"}),
    "a dog": ("Dogs in Togo", "A husky called Togo pulled a sled.", set()),
    "a country called so": ("", "A country called Togo voted. Togo is small.", {"Togo"}),
    "a capital's namesake": ("Idaho arrest", "He was held in Moscow, a college town.", set()),
    "another city": ("", "Shots fell in the Lebanese city of Tripoli.", {"Lebanon"}),
    "spruce": ("", "A Norway spruce.", set()),
    "food and more": ("", "Greek yoghurt, Thai curry and Egyptian cotton.", set()),
    "hounds": ("", "An Afghan hound and a Welsh corgi.", set()),
    "a verb at the head": ("Polish your silver", "“Polish it.” POLISH THEM", set()),
    "a people": ("Polish farmers strike", "Polish lorries stood.", {"Poland"}),
    "whoever has an age": ("", "Mali Davies, 8, of Swansea won.", set()),
    "friars": ("", "The Dominican friars left the priory.", set()),
    "of the larger one": ("", "A Dominican-born pitcher signed.", {"Dominican Republic"}),
    "colloquial": ("", "The Aussies beat the Kiwis.", {"Australia", "New Zealand"}),
    "fruit": ("", "Kiwis and other fruit are dear.", set()),
    "peoples in the plural": ("", "Finns, Swedes and Poles vote.", {"Finland", "Sweden", "Poland"}),
    "poles": ("", "Poles for the vault and utility poles.", set()),
    "a goddess": ("Isis and Osiris", "The goddess Isis spreads her wings.", set()),
    "jihadists": ("Isis bombs a market", "Isis said so.", {"Islamic State"}),
    "blood pressure": ("", "Her BP fell; her blood pressure was low.", set()),
    "an oil firm": ("", "BP cut its payout.", {"BP"}),
    "reporters": ("", "RSF (Reporters Without Borders) ranked it.", {"Reporters Without Borders"}),
    "a militia": ("", "The RSF shelled Omdurman in Sudan.", {"Rapid Support Forces", "Sudan"}),
    "sold us": ("THE MAN WHO SOLD US A DREAM", "", set()),
    "us all": ("IT HURTS US ALL, SAYS VICAR", "", set()),
    "an agency by its work": ("", "The UN's atomic watchdog said so.", {"IAEA"}),
    "a relative": ("", "Steve Macron and Victoria Starmer won. Scholz Stadium shut.", set()),
    "a sergeant": ("", "Police Sergeant Trump smiled.", set()),
    "one person's surname": ("Sunak calls a vote", "", {"Rishi Sunak"}),
    "a pun": ("", "Biden his time, he sat.", set()),
    "clubs": ("", "Dynamo Kyiv and Real Madrid drew. The Washington Wizards won.", set()),
    "a club": ("", "He owns Dynamo Kyiv.", set()),
    "a state after as": ("SAME AS MONACO VOTES", "", {"Monaco"}),
    "a bank of that name": ("", "The Bank of Canada met in Accra.", {"Bank of Canada"}),
    "another's bank": ("", "The Bank of Jamaica met.", set()),
    "sent us": ("THEY SENT US HOME, SAY MIGRANTS", "", set()),
    "an election's parties": ("", "Labour beat the Tories.", {"Labour Party", "Conservative Party"}),
    "a day's labour": ("", "A day's labour. Labour is hard.", set()),
    "St without a stop": ("", "St Lucia voted.", {"Saint Lucia"}),
    "business pages": ("", "Nintendo and Inditex rose.", {"Nintendo", "Inditex"}),
    "a painter": ("", "Hieronymus Bosch and a Suzuki method.", set()),
    "an airport": ("", "Indira Gandhi International Airport flooded; a Nehru jacket floated.", set()),
    "a hall": ("", "Barclays Center and Allianz Arena were sold out.", set()),
    "a bank": ("", "Barclays fell.", {"Barclays"}),
    "a barber's": ("", "A Turkish barber and an Italian deli opened.", set()),
    "a game": ("", "PLO is a kind of poker.", set()),
    "of the Congo whose town it is": (
        "",
        "The Congolese army left Goma.",
        {"Democratic Republic of the Congo"},
    ),
    "firms beside firms": ("", "Nvidia passed Apple.", {"Nvidia", "Apple Inc."}),
    "its cabinet": ("", "The British cabinet met.", {"United Kingdom"}),
    "its cattle": ("", "Argentine cattle cost more.", {"Argentina"}),
    "after whose": ("", "Ivory Coast's Ouattara, 83, will stand.", {"Ivory Coast", "Alassane Ouattara"}),
    "family name first": ("", "Kim Dae-jung spoke. Kim smiled.", {"Kim Dae-jung"}),
}  # fmt: skip


def test_a_club_is_no_city_nor_its_state(tagger, article):
    text = "Real Madrid beat Sporting Lisbon. Red Star Belgrade and Dynamo Kyiv drew."
    assert tagger.tag(article("", text)).actors == ()


def test_each_rule_has_its_reason(catalogue):
    actors = catalogue.actors.values()
    rules = {
        rule.__name__ for actor in actors for alias in actor.spelled() for rule in rules_for(actor, alias)
    }
    assert {"club", "called", "team"} <= rules <= REASONS.keys()


def names(tags):
    return {actor.name for actor in tags.actors if actor.type != "place" and not actor.via}


@pytest.mark.parametrize(("title", "text", "wanted"), LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_look_alikes(tagger, article, title, text, wanted):
    assert names(tagger.tag(article(title, text, time=datetime(2023, 5, 1, tzinfo=UTC)))) == wanted


def test_a_namesake_rolls_up_to_nothing(tagger, article):
    tags = tagger.tag(article("Berlin mill to be cleaned", "BERLIN, N.H. - The mill in Berlin is old."))
    assert tags.actors == ()


def test_a_namesake_is_rejected_with_its_reason(tagger, article):
    rejected = []
    tagger.tag(article("Peru council votes", "PERU, Ind. - Members agreed."), rejected)
    assert [(one.actor, one.rule) for one in rejected] == [("Q419", "dateline"), ("Q419", "namesake")]


BEFORE = {  # name: (text, year, people)
    "a prime minister of then": ("Mrs Thatcher told British MPs.", 1982, {"Margaret Thatcher"}),
    "whose son was president later": ("President Bush spoke.", 1990, {"George H. W. Bush"}),
    "the son": ("President Bush spoke.", 2003, {"George W. Bush"}),
    "an office of then": ("The French president spoke.", 1985, {"François Mitterrand"}),
    "elect": ("Taiwan's Lai will be sworn in.", 2024, {"Lai Ching-te"}),
    "a common surname, politely": ("Mrs May told British MPs.", 2018, {"Theresa May"}),
    "a common surname, and the office": (
        "Brown, the prime minister, flew home to Britain.",
        2009,
        {"Gordon Brown"},
    ),
    "a common surname alone": ("Brown won in Britain.", 2009, set()),
    "another of the common surname": ("Alastair Brown of Britain won. Mr Brown smiled.", 2009, set()),
    "years before the office": ("Mrs May told British MPs.", 2012, set()),
    "two surnames": ("Denis Sassou Nguesso left. Sassou Nguesso is 80.", 2024, {"Denis Sassou Nguesso"}),
    "in an obituary": ("Jimmy Carter died. Carter was 100.", 2024, {"Jimmy Carter"}),
}


@pytest.mark.parametrize(("text", "year", "people"), BEFORE.values(), ids=BEFORE.keys())
def test_leaders_by_the_day(tagger, article, text, year, people):
    tags = tagger.tag(article("", text, time=datetime(year, 5, 1, tzinfo=UTC)))
    assert {actor.name for actor in tags.actors if actor.type == "person"} == people


METONYMS = {
    "with another": ("Tehran and Kyiv agreed.", {"Iran", "Ukraine"}),
    "between two": ("Talks between Baku and Yerevan ended.", {"Azerbaijan", "Armenia"}),
    "flights between two": ("Flights between Baku and Yerevan ended.", set()),
    "are to": ("Tehran and Kyiv are to resume talks.", {"Iran", "Ukraine"}),
    "cities are to": ("Tehran and Kyiv are to get new trams.", set()),
    "sent to": ("Norway sold drones to Kyiv.", {"Norway", "Ukraine"}),
    "gone to": ("The tourist went to Kyiv.", set()),
    "a state's doings": ("Ankara's balancing act went on.", {"Turkey"}),
    "a city's": ("Ankara's trams stood still.", set()),
}


@pytest.mark.parametrize(("text", "wanted"), METONYMS.values(), ids=METONYMS.keys())
def test_capitals_that_are_governments(tagger, article, text, wanted):
    assert names(tagger.tag(article("", text))) == wanted
