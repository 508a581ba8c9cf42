"""Plain sentences and headlines of the day, beside those that only look like them."""

from datetime import UTC, datetime

import pytest

DAY = datetime(2026, 11, 26, tzinfo=UTC)

HEADLINES = {
    # name: (headline, actors met directly)
    "what a state does": ("Israel Approves Truce", {"Israel"}),
    "what it did": ("Kenya Rocked by Second Blast", {"Kenya"}),
    "what it has": ("Brazil Court Upholds Ban on Mining", {"Brazil"}),
    "a small word": ("Why India Rejects a Deal with Pakistan", {"India", "Pakistan"}),
    "a fighter": ("Israel Adesanya Wins by Knockout", set()),
    "a surname that ends so": ("India Evans Named Coach", set()),
    "lessons": ("Springfield Cuts Spanish Classes", set()),
    "what befell it": ("Floods in Lebanon kill three", {"Lebanon"}),
    "what befell a town": ("Fire in Lebanon kills three", set()),
    "in another state": ("Protests in Lebanon, Ohio, over data center", {"Ohio"}),
    "what two do": ("Russia and China Deepen Ties", {"Russia", "China"}),
    "what two do, with a comma": ("Egypt, Jordan Condemn Strike", {"Egypt", "Jordan"}),
    "a second surname": ("Peter and Jordan Hill Win Medal", set()),
    "a line of a text": ("Israel Houghton sings. Israel Houghton Sings", set()),
}


@pytest.mark.parametrize(("headline", "wanted"), HEADLINES.values(), ids=HEADLINES.keys())
def test_a_capital_in_a_headline_tells_no_name(tagger, article, headline, wanted):
    assert names(tagger, article(headline, time=DAY)) == wanted


def test_in_a_text_it_does(tagger, article):
    assert names(tagger, article("", "In the end Israel Approves, a band, sang.", time=DAY)) == set()


CITIES = {
    # name: (headline, text, actors met directly)
    "known without its state": ("Blast in London injures six", "", {"London"}),
    "in capitals": ("PARIS POLICE SHOOT KNIFEMAN", "", {"Paris"}),
    "of no capital": ("Fire in Manchester kills two", "", {"Manchester"}),
    "its government": ("Paris says troops will stay in Chad", "", {"France", "Chad"}),
    "a town in Ontario": ("London police arrest five", "The London, Ont., force said so.", set()),
    "a town in Tennessee": ("Paris mayor quits", "Henry County residents were told.", set()),
    "a city that holds a state's name": ("Bronze goes home to Benin City", "", {"Benin City"}),
    "a club of it": ("Manchester City sign striker", "", set()),
    "someone": ("Paris Jackson sings", "", set()),
}


TWO_CAPITALS = {
    # headline: what is met, rolled up
    "Washington and Moscow exchange prisoners": {"United States", "Russia"},
    "Seoul, Washington start drills": {"South Korea", "United States"},
    "Moscow, Washington swap prisoners": {"Russia", "United States"},
    "Lima, Santiago reopen border": {"Peru", "Chile"},
    "Vancouver, Washington officials say": set(),
    "Hospitals in Beirut and Tyre close": {"Lebanon"},
}


@pytest.mark.parametrize(("headline", "wanted"), TWO_CAPITALS.items(), ids=TWO_CAPITALS.keys())
def test_two_capitals_with_one_verb_are_governments(tagger, article, headline, wanted):
    tags = tagger.tag(article(headline, time=DAY))
    assert {actor.name for actor in tags.actors if actor.type == "country"} == wanted


def test_two_states_of_the_us_are_none(tagger, article):
    assert names(tagger, article("Washington, Oregon share salmon plan", time=DAY)) == {"Oregon"}


@pytest.mark.parametrize(("title", "text", "wanted"), CITIES.values(), ids=CITIES.keys())
def test_great_cities(tagger, article, title, text, wanted):
    assert names(tagger, article(title, text, time=DAY)) == wanted


@pytest.mark.parametrize(
    "told", ["Hospitals in Beirut and Tyre close", "Trains between Vienna and Prague halt"]
)
def test_what_is_in_two_towns_is_no_government(tagger, article, told):
    direct = {actor.type for actor in tagger.tag(article(told, time=DAY)).actors if not actor.via}
    assert direct == {"place"}


SENTENCES = {
    # name: (sentence, actors met directly, places too)
    "food that is traded": ("French cheese exports to Japan rose.", {"France", "Japan"}),
    "by those who make it": ("Thai curry paste makers struck.", {"Thailand"}),
    "a thing that is traded": ("Vietnam pepper exports fell.", {"Vietnam"}),
    "a law on a language": ("Ukrainian language laws changed.", {"Ukraine"}),
    "food": ("She likes French cheese and Norway spruce.", set()),
    "food before a stop": ("He had a Turkish coffee. Exports rose.", set()),
    "a lion": ("The lion, called Kenya, slept.", set()),
    "what a man called it": ("The man called Kenya unfit.", {"Kenya"}),
    "a club of a state": ("AS Monaco lost at Lens.", set()),
    "a team of two words": ("The Toronto Blue Jays won.", set()),
    "a paper": ("The Irish Times and the Times of India said so.", set()),
    "this valley": ("NATURE GAVE US THIS VALLEY", set()),
    "a town of Georgia": (
        "Tbilisi, Georgia, is calm. Tbilisi and Batumi are safe.",
        {"Tbilisi", "Georgia", "Batumi"},
    ),
    "a town in Georgia": ("A fire hit Rome, Georgia. Rome is small.", set()),
    "its army": ("Jordan's army shot at drones.", {"Jordan"}),
    "its army in a headline": ("Jordan's Army Fires", {"Jordan"}),
    "its army in capitals": ("JORDAN'S ARMY SHOOTS DOWN DRONE", {"Jordan"}),
    "a rib": ("Lebanon's Prime Rib was cold.", set()),
    "a part, first": ("Eastern Chad is calm.", {"Chad"}),
    "a loan": ("The World Bank lent Lebanon money.", {"World Bank", "Lebanon"}),
    "a club's loan": ("The Lebanon Lions Club lent chairs.", set()),
    "a jersey": ("A man in Jordan jersey ran.", set()),
    "an army's letters": ("The IDF shelled Jenin.", {"Israel Defense Forces", "Jenin"}),
    "from us": ("THEY TOOK EVERYTHING FROM US, SHE SAID", set()),
    "its inflation": ("Lebanon's inflation hit 40%.", {"Lebanon"}),
    "inflation in a state of the US": ("Georgia's inflation slowed.", set()),
    "its border": ("Chad closes border", {"Chad"}),
    "his bakery": ("Chad opens bakery in Ohio", {"Ohio"}),
    "its debt": ("Lebanon defaults on debt", {"Lebanon"}),
    "his debt": ("Jordan's debt to his coach is old.", set()),
    "its airspace": ("Jordan closed its airspace.", {"Jordan"}),
    "among capitals": ("CHAD PRESIDENT VOWS REFORM", {"Chad", "Mahamat Idriss Déby"}),
    "of it": ("The king of Jordan left.", {"Jordan", "Abdullah II"}),
    "in it": ("Floods in Chad killed ten.", {"Chad"}),
    "a part of it": ("They fled to eastern Chad.", {"Chad"}),
    "a party that rules": ("Georgia's ruling party won.", {"Georgia"}),
    "a match": ("Brazil beat Jordan in a friendly.", {"Brazil", "Jordan"}),
    "his mother": ("Jordan's mother wept. Jordan drove to his army of fans.", set()),
    "faith in him": ("She kept her faith in Jordan.", set()),
    "a driver": ("Jordan King won the race.", set()),
    "a state of the US": ("Georgia's governor signed its budget in western Georgia.", set()),
    "a town": ("A fire in Lebanon and one in Holland were put out.", set()),
    "drones": ("Moscow launched 120 drones overnight.", {"Russia"}),
    "an app": ("A firm in Moscow launched an app. Moscow launched trams.", {"Moscow"}),
    "a deal with one": ("Peru hailed a debt deal with Washington.", {"Peru", "United States"}),
    "a player's deal": ("He signed a two-year deal with Washington.", set()),
    "called by the first name": ("Ethiopia's Abiy opened a dam.", {"Ethiopia", "Abiy Ahmed"}),
    "students of it": ("Indonesian students marched.", {"Indonesia"}),
    "students of the language": ("French students sang.", set()),
    "a stake in it": ("Norway sold its stake in Caterpillar.", {"Norway", "Caterpillar Inc."}),
    "what a firm did": ("Target lowered its outlook.", {"Target Corporation"}),
    "its stock": ("Nike stock fell.", {"Nike"}),
    "whose name it bears": ("Michael Dell will buy shares.", set()),
    "what it is to do": ("Shell to cut 500 jobs", {"Shell plc"}),
    "what it is to do, in capitals": ("FORD TO CUT 1,000 JOBS", {"Ford Motor Company"}),
    "whom it fires": ("Amazon lays off 200", {"Amazon"}),
    "whom it names": ("Target names new CEO", {"Target Corporation"}),
    "what it is fined": (
        "EU fines Apple; EU hits Meta with fine",
        {"European Union", "Apple Inc.", "Meta Platforms"},
    ),
    "what it is worth": ("Alphabet closes in on $4 trillion valuation", {"Google"}),
    "a chip maker": ("Intel shares tumble", {"Intel"}),
    "its head": ("Intel CEO Steps Down", {"Intel"}),
    "what spies know": ("Leaked Intel Report Fails. Intel shows a plan. Intel agencies warn.", set()),
    "what they know of a factory": ("US Intel Shows A Hidden Factory", {"United States"}),
    "a shell": ("Apple with a fine skin. Ford to visit plant. Shell will be seen.", set()),
    "growers": ("Apple growers reported higher sales.", set()),
    "a hospital's unit": ("A unit of Shell Lake Hospital burned.", set()),
    "a bank in capitals": ("FED CUTS RATES", {"Federal Reserve"}),
    "food in capitals": ("1,000 FED AT CHURCH SUPPER", set()),
    "a bird": ("Turkey recall widens. Turkey farmers wept.", set()),
    "no bird": ("Turkey recalls its envoy. Turkey pardons ten.", {"Turkey"}),
    "an accord": ("The Minsk accords and the Istanbul convention held.", set()),
    "a school": ("The Poland Central School burned.", set()),
    "a road": ("The Berlin Turnpike was closed.", set()),
    "a vulture": ("A turkey vulture and a Turkey vulture flew.", set()),
    "to two governments": ("Seoul and Tokyo revived shuttle diplomacy.", {"South Korea", "Japan"}),
    "two orchestras": ("Moscow and Cairo orchestras resumed their tours.", {"Moscow", "Cairo"}),
    "sanctions on it": ("Sanctions on Guinea ended; an envoy to Chad left.", {"Guinea", "Chad"}),
    "the east of one Congo": (
        "Fighting raged in eastern Congo. Congo's cobalt lies there.",
        {"Democratic Republic of the Congo"},
    ),
    "either Congo": ("The Congo basin is green.", set()),
    "a group by its letters": (
        "M23 entered Uvira. The RSF captured Babanusa.",
        {"M23", "Uvira", "Rapid Support Forces", "Babanusa"},
    ),
    "a motorway": ("The M23 was shut at junction 9, near Crawley's motorway services.", set()),
    "doctors": ("GPs in Wales voted.", {"Wales"}),
    "the cross": (
        "Hamas gave the bodies to the Red Cross.",
        {"Hamas", "International Committee of the Red Cross"},
    ),
    "a cross": ("The Red Cross asked donors for blood.", set()),
    "jobs": ("Amazon said it would cut 14,000 jobs.", {"Amazon"}),
}


@pytest.mark.parametrize(("sentence", "wanted"), SENTENCES.values(), ids=SENTENCES.keys())
def test_sentences(tagger, article, sentence, wanted):
    assert names(tagger, article("", sentence, time=DAY)) == wanted


LEADERS = {
    # name: (title, text, people met)
    "in his capital": ("", "Merz said in Berlin on Monday that the war must end.", {"Friedrich Merz"}),
    "a clause": ("", "They booed as Merz arrived in Berlin.", {"Friedrich Merz"}),
    "told to him": ("", "Miners met Merz in Berlin.", {"Friedrich Merz"}),
    "in a headline": ("Merz meets miners", "They talked in Berlin.", {"Friedrich Merz"}),
    "a minister": ("", "Rubio flew from Washington, DC.", {"Marco Rubio"}),
    "two": ("", "Trump and Xi met in Busan.", {"Donald Trump", "Xi Jinping"}),
    "one whom a leader met": ("", "Trump told Merz that he would pay.", {"Donald Trump", "Friedrich Merz"}),
    "a leader's mechanic": ("", "Trump bought a car. The mechanic Merz fixed it.", {"Donald Trump"}),
    "a leader's voter": ("", "Trump won. Klaus Merz wept. Merz said so.", {"Donald Trump"}),
    "a city": ("China's Xi'an to host games", "", set()),
    "of his state": ("", "Italy's Conte was named leader.", {"Giuseppe Conte"}),
    "of a firm": ("", "Italy's trams. Tesla's Conte quit.", set()),
    "the other first": ("", "Merz and Donald Trump met in Busan.", {"Friedrich Merz", "Donald Trump"}),
    "leader of his state": ("", "North Korean leader Kim toured a shipyard.", {"Kim Jong Un"}),
    "leader of scouts": ("", "Scout leader Kim hiked in North Korea.", set()),
    "a butcher": ("", "The butcher Merz sold sausages in Berlin.", set()),
    "a bakery": ("", "The Carney bakery in Ottawa is for sale.", set()),
    "a brewery": ("", "The brewers Starmer & Sons left London.", set()),
    "named in full": ("", "Alexander Lukashenko freed 52 prisoners.", {"Alexander Lukashenko"}),
    "a common name in full": ("", "Mike Johnson scored for Barnsley.", set()),
    "by rarer ones": (
        "Klingbeil meets Crosetto",
        "Bardella leads.",
        {"Lars Klingbeil", "Guido Crosetto", "Jordan Bardella"},
    ),
    "a younger one": ("RFK Jr. defends vaccine panel", "", {"Robert F. Kennedy Jr."}),
    "by a rare surname": ("Hegseth fires chief", "Sheinbaum wept.", {"Pete Hegseth", "Claudia Sheinbaum"}),
    "in capitals": ("TRUMP TO MEET XI", "", {"Donald Trump", "Xi Jinping"}),
    "eleven": ("ENGLAND NAME XI FOR TEST", "", set()),
    "a dog": ("", "A dog named Trump bit a horse called Sarkozy.", set()),
    "at home": ("", "Merz lived in Berlin. Carney cooked in Ottawa.", set()),
    "a baker": ("", "Klaus Merz of Berlin bakes. Merz said so.", set()),
    "whom a court jailed": ("", "A Berlin court jailed Merz, a driver.", set()),
    "founders": ("", "Schmidt, Merz and Krause founded a choir in Berlin.", set()),
    "another capital": ("", "Merz said in Oslo that he would paint.", set()),
    "a common surname": ("", "Kim said in Pyongyang that he would paint.", set()),
    "abroad": ("Rubio lands in Tel Aviv as truce wobbles", "", {"Marco Rubio"}),
    "to another state": ("Abiy tells Egypt dam is no threat", "", {"Abiy Ahmed"}),
    "a player abroad": ("Rubio scores in Madrid", "Rubio said Spain had deserved it.", set()),
    "a voter abroad": ("", "The driver Rubio told police in Spain so. Rubio tells Spain nothing.", set()),
    "with a comma": ("Trump, Xi to meet in Seoul", "", {"Donald Trump", "Xi Jinping"}),
    "a brother": ("Thiago Bolsonaro launches bid", "Bolsonaro spoke in Rio.", set()),
    "a brother In Title Case": ("Yair Netanyahu Moves to Miami", "", set()),
    "A BROTHER IN CAPITALS": ("YAIR NETANYAHU MOVES TO MIAMI", "", set()),
    "a brother beside him": ("Norma Milei quits", "Javier Milei wept. Milei hugged her.", {"Javier Milei"}),
    "a brother of the president": ("Lulu Putin sings", "President Putin clapped.", {"Vladimir Putin"}),
    "no given name": (
        "Jailed Bolsonaro falls ill",
        "In Brussels Macron wept.",
        {"Jair Bolsonaro", "Emmanuel Macron"},
    ),
    "a place": ("", "At the White House Netanyahu smiled.", {"Benjamin Netanyahu"}),
    "a tennis player": ("Medvedev beats Sinner in Paris", "", set()),
    "no tennis player": ("Medvedev threatens nuclear strike", "", {"Dmitry Medvedev"}),
    "of a group": ("Hezbollah's Qassem rejects disarmament", "", {"Naim Qassem"}),
    "of a state, as a player is": ("Guyana's Ali wins gold", "", set()),
    "named after one": ("Salvini Hotels opens", "The Starmer pub shut. A Merkel Cell died.", set()),
    "told of a state": ("", "He told Putin Ukraine would fight.", {"Vladimir Putin"}),
    "who is told of a state": (
        "Starmer tells Trump Ukraine will fight",
        "",
        {"Keir Starmer", "Donald Trump"},
    ),
    "a player": ("Peskov scores twice", "", set()),
    "police in the capital": ("", "Police in Ottawa said Brian Carney fled. Carney was found.", set()),
    "a minister beside a leader": ("Ruto signs health deal with Rubio", "", {"William Ruto", "Marco Rubio"}),
    "two ministers": ("Fidan, Rubio discuss Gaza", "", {"Hakan Fidan", "Marco Rubio"}),
    "a leader in a city of his state": (
        "Storm batters Cebu",
        "Marcos declared a calamity.",
        {"Ferdinand Marcos Jr."},
    ),
    "a shop": ("Noem's of Lowestoft smokes its last herring", "", set()),
    "a player who heads": ("Klingbeil heads winner for Osnabrück", "", set()),
    "what a player has": ("Sandu's hat-trick sends Cluj top", "", set()),
    "who comes next": ("Jetten becomes youngest Dutch premier", "", {"Rob Jetten"}),
}


@pytest.mark.parametrize(("title", "text", "people"), LEADERS.values(), ids=LEADERS.keys())
def test_leaders(tagger, article, title, text, people):
    tags = tagger.tag(article(title, *([text] if text else []), time=DAY))
    assert {actor.name for actor in tags.actors if actor.type == "person"} == people


def test_the_rule_that_told_is_said(tagger, article):
    text = "Italy's Conte met Hungary's Magyar. Trump met Merz in Berlin. North Korean leader Kim left."
    actors = tagger.tag(article("", text, time=DAY)).actors
    rules = {a.name: {m.rule for m in a.mentions} for a in actors if a.type == "person"}
    assert rules["Giuseppe Conte"] == {"of_its_state"}
    assert rules["Friedrich Merz"] == {"in_office"}
    assert rules["Kim Jong Un"] == {"titled"}


FED = {
    # name: (text, people met)
    "its chair": ("The Fed cut rates. Powell warned of risks.", {"Jerome Powell"}),
    "of it": ("The Fed's Powell will warn of risks.", {"Jerome Powell"}),
    "another bearer": ("The Fed cut rates. Glen Powell sang. Powell said so.", set()),
    "a street": ("The Fed met. Powell Street was shut.", set()),
    "its state alone": ("The United States won. Powell said she was proud.", set()),
}


@pytest.mark.parametrize(("text", "people"), FED.values(), ids=FED.keys())
def test_a_common_surname_at_the_top_of_a_body(tagger, article, text, people):
    tags = tagger.tag(article("", text, time=datetime(2025, 11, 20, tzinfo=UTC)))
    assert {actor.name for actor in tags.actors if actor.type == "person"} == people


def test_a_company_of_a_state_rolls_up_to_it_and_another_does_not(tagger, article):
    tags = tagger.tag(article("", "Gazprom and Lukoil fell; so did Apple Inc.", time=DAY)).actors
    assert {actor.name: actor.via for actor in tags if actor.via} == {"Russia": ("company:gazprom",)}


def names(tagger, article):
    return {actor.name for actor in tagger.tag(article).actors if not actor.via}


AT_THE_SEAT = {
    # name: (headline, the capital's state)
    "a protest": ("Protest in Washington", {"United States"}),
    "talks": ("Talks in Dublin end", {"Ireland"}),
    "a town's fair": ("County fair in Washington", set()),
    "another town of that name": ("Protest in Victoria", set()),
    "a state of the US": ("Protest in Washington||Spokane students marched in Tacoma.", set()),
}


@pytest.mark.parametrize(("said", "states"), AT_THE_SEAT.values(), ids=AT_THE_SEAT.keys())
def test_a_capital_is_meant_where_its_state_s_affairs_are(tagger, article, said, states):
    title, _, text = said.partition("||")
    tags = tagger.tag(article(title, *([text] if text else []), time=DAY))
    assert {actor.name for actor in tags.actors if actor.via} == states


OFFICES_WORDS = {
    # name: (headline, people met)
    "a minister of a rare name": ("Dobrindt to speed up deportations", {"Alexander Dobrindt"}),
    "one of a common name, by her office": ("Reeves to freeze income tax thresholds", {"Rachel Reeves"}),
    "one of a common name, in sport": ("Coach Reeves sees tax cut in playoff", set()),
    "another of that name": ("Tanner Reeves frets over income tax", set()),
    "nothing of the office": ("Reeves to open bakery", set()),
    "a sprinter": ("Pistorius out on parole in Pretoria", set()),
    "a minister of that name": ("Pistorius sends tanks to Lithuania", {"Boris Pistorius"}),
    "without the article": ("Burhan rejects truce", {"Abdel Fattah al-Burhan"}),
}


@pytest.mark.parametrize(("title", "people"), OFFICES_WORDS.values(), ids=OFFICES_WORDS.keys())
def test_who_a_surname_alone_is(tagger, article, title, people):
    tags = tagger.tag(article(title, time=DAY))
    assert {actor.name for actor in tags.actors if actor.type == "person"} == people
