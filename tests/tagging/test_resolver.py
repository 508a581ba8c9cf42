# ruff: noqa: RUF001  (typographic quotes are among what is tested)
from datetime import UTC, date, datetime

import pytest

from wirewatch.tagging import Actor, Catalogue, Role, Tagger, TopicRules

TRAPS = {
    # name: (text, countries met directly)
    "name": ("Iran struck two bases.", {"IR"}),
    "demonym": ("Iranian rockets fell.", {"IR"}),
    "possessive, straight": ("Iran's missiles.", {"IR"}),
    "possessive, curly": ("Iran’s missiles.", {"IR"}),
    "hyphen": ("An Iran-backed group.", {"IR"}),
    "quotes": ("“Iraq” he said, ‘Syria’.", {"IQ", "SY"}),
    "non-breaking space": ("South\u00a0Korea said", {"KR"}),
    "capitals in a headline": ("IRAN SAYS NO", {"IR"}),
    "accents left out": ("Votes in Cote d'Ivoire and Turkiye", {"CI", "TR"}),
    "inside a word": ("Iranology and Chadwick", set()),
    "US": ("The US said on Monday it would leave.", {"US"}),
    "U.S.": ("The U.S. said so, as did the U.S.-led force.", {"US"}),
    "us": ("They told us to leave.", set()),
    "US among capitals": ("TELL US MORE ABOUT IT", set()),
    "the US among capitals": ("CUBA SIGNS DEAL WITH US, OFFICIALS SAY", {"CU", "US"}),
    "a given name at the start": ("Peter Mali sells oil.", set()),
    "Iran-Contra": ("He skips the Iran-Contra hearings.", set()),
    "surname French": ("Holly French keeps hens.", set()),
    "Georgia the state": ("A court in Atlanta, Georgia, ruled. Gov. Perdue said.", set()),
    "Georgia the country": ("Tbilisi says Georgia will sign.", {"GE"}),
    "Georgia Tech": ("Georgia Tech won in Tbilisi.", set()),
    "Jordan the player": ("Michael Jordan scored. Jordan then left the Bulls for baseball.", set()),
    "Jordan the player, among countries": ("Michael Jordan flew to Israel.", {"IL"}),
    "Jordan the country": ("Troops moved from Iraq to Jordan.", {"IQ", "JO"}),
    "turkey the bird": ("Roast Turkey for Thanksgiving, with cranberry sauce.", set()),
    "turkey in lower case": ("She ate a turkey sandwich.", set()),
    "Turkey the country": ("Turkey sent troops into Syria.", {"SY", "TR"}),
    "Chad the person": ("Chad Smith, 34, said Chad was home.", set()),
    "Chad the country": ("Rebels crossed from Sudan into Chad.", {"SD", "TD"}),
    "Lebanon, Pa.": ("A fire in Lebanon, Pa., killed two.", set()),
    "Lebanon County": ("Lebanon County commissioners met in Lebanon.", set()),
    "Lebanon the country": ("Hezbollah fired rockets from Lebanon.", {"LB"}),
    "New Jersey": ("New Jersey and New Mexico voted.", set()),
    "Papua New Guinea": ("A quake hit Papua New Guinea.", {"PG"}),
    "French fries": ("French fries and a French toast.", set()),
    "language": ("He taught an Italian class and spoke only Greek.", set()),
    "languages": ("She teaches Russian and Spanish, and speaks Portuguese and Dutch.", set()),
    "three languages": ("He speaks Russian, Spanish and French.", set()),
    "four languages": ("He speaks Russian, Spanish, Dutch, and French.", set()),
    "only two languages": ("She spoke only Greek and Russian.", set()),
    "fluent": ("She is fluent in Greek and Russian.", set()),
    "a language, then a people": ("He speaks French, German officials said.", {"DE"}),
    "a land of studies, then a people": ("He studied in France, German officials said.", {"DE", "FR"}),
    "a sea": ("A ship sank in the Sea of Japan.", set()),
    "food": ("Danish pastries and a Chinese takeaway.", set()),
    "African-American": ("An African-American church in South America.", set()),
    "Native American": ("Native American tribes of Indian River", set()),
    "street": ("On Malta Road, in Guernsey County", set()),
    "Mr. Holland": ("Mr. Holland met Mrs. Israel.", set()),
    "dateline in the first line": ("BAGHDAD, Iraq (AP) — Iran's president spoke.", {"IR"}),
    "no dateline in a headline": ("IRAN - the next step", {"IR"}),
    "class reunion": ("Class Reunion at St. Helena, RÉUNION", set()),
    "Réunion": ("The cyclone hit Réunion in the Indian Ocean.", {"RE"}),
    "capital alone": ("Tehran said it would reply.", set()),
    "leader alone": ("Vladimir Putin spoke.", set()),
}


@pytest.mark.parametrize(("text", "countries"), TRAPS.values(), ids=TRAPS.keys())
def test_countries_met_directly(tagger, article, text, countries):
    tags = tagger.tag(article(text))
    assert {actor.iso2 for actor in tags.actors if actor.iso2} == countries


ROLLED_UP = {
    "capital": ("A bus left the road in Tehran.", "Iran", {"place:tehran"}),
    "armed group": ("The IRGC fired missiles.", "Iran", {"group:IRGC"}),
    "agency": ("The White House said no.", "United States", {"Q35525"}),
    "metonym": ("The Kremlin denied it.", "Russia", {"agency:kremlin"}),
    "leader": ("Ayatollah Khamenei spoke.", "Iran", {"person:ali-khamenei"}),
    "grandchild": ("The Quds Force fired.", "Iran", {"group:quds-force"}),
    "two at once": ("They met Khamenei in Tehran.", "Iran", {"place:tehran", "person:ali-khamenei"}),
}


@pytest.mark.parametrize(("text", "parent", "via"), ROLLED_UP.values(), ids=ROLLED_UP.keys())
def test_members_roll_up(tagger, article, text, parent, via):
    (tag,) = [a for a in tagger.tag(article(text)).actors if a.name == parent]
    assert (set(tag.via), tag.iso2, tag.mentions) == (via, None, ())


def test_an_actor_met_directly_is_not_rolled_up_too(tagger, article):
    tags = tagger.tag(article("Iran", "Tehran is the capital of Iran."))
    assert [(a.name, a.via, a.beneath) for a in tags.actors if a.name == "Iran"] == [
        ("Iran", (), ("place:tehran",))
    ]


def at(year):
    return datetime(year, 6, 1, tzinfo=UTC)


ROLES = {
    "in office": ("Jens Stoltenberg spoke.", 2020, {"NATO"}),
    "another office": ("Jens Stoltenberg spoke.", 2010, {"Norway"}),
    "after the office": ("Jens Stoltenberg spoke.", 2024, {"NATO"}),
    "out of office: the country": ("Barack Obama spoke.", 2021, {"United States"}),
    "the successor": ("Mark Rutte spoke.", 2025, {"NATO"}),
}


@pytest.mark.parametrize(("text", "year", "parents"), ROLES.values(), ids=ROLES.keys())
def test_people_stand_for_the_office_held_at_the_time_of_the_article(tagger, article, text, year, parents):
    tags = tagger.tag(article(text, time=at(year)))
    assert {a.name for a in tags.actors if a.via} == parents


PEOPLE = {
    "full name": ("Donald Trump called.", 2020, {"Donald Trump"}),
    "surname after the full name": ("Donald Trump called. Trump then left.", 2020, {"Donald Trump"}),
    "surname alone": ("A vance boat. Vance called.", 2026, set()),
    "a surname that is one person's": ("A trump card. Trump called.", 2020, {"Donald Trump"}),
    "title": ("President Trump called.", 2020, {"Donald Trump"}),
    "title before the office": ("Vice President Vance called.", 2010, set()),
    "the wrong title": ("Police Sergeant Trump called.", 2020, set()),
    "administration": ("The Obama administration did.", 2020, {"Barack Obama"}),
    "title supports the headline": (
        "Trump calls. The aide said President Trump slept.",
        2020,
        {"Donald Trump"},
    ),
    "month": ("In May, Theresa met her sister.", 2018, set()),
    "prime minister May": ("Prime Minister May resigned in May.", 2019, {"Theresa May"}),
    "weekday after a title": ("The prime minister Friday met the king I serve. I left.", 2026, set()),
    "shared surname, by title": ("Prime Minister Brown spoke.", 2009, {"Gordon Brown"}),
    "shared surname, by last full name": (
        "Bill Clinton spoke. Hillary Clinton listened. Clinton smiled.",
        2009,
        {"Bill Clinton", "Hillary Clinton"},
    ),
    "decoy": ("Trump Tower fell. Michelle Obama and Laura Bush came.", 2020, {"Michelle Obama"}),
    "a stroke left out": ("Foreign Minister Radoslaw Sikorski spoke.", 2024, {"Radosław Sikorski"}),
    "accents either way": ("Recep Tayyip Erdogan and Erdoğan", 2020, {"Recep Tayyip Erdoğan"}),
}


@pytest.mark.parametrize(("text", "year", "people"), PEOPLE.values(), ids=PEOPLE.keys())
def test_people(tagger, article, text, year, people):
    tags = tagger.tag(article(text, time=at(year)))
    assert {a.name for a in tags.actors if a.type == "person"} == people


BY_OFFICE = {
    "of a state, that year's": ("The US president landed.", 2015, {"Barack Obama"}),
    "another year's": ("The US president landed.", 2018, {"Donald Trump"}),
    "possessive": ("Iran's foreign minister left.", 2015, {"Mohammad Javad Zarif"}),
    "demonym": ("The British prime minister left.", 2009, {"Gordon Brown"}),
    "title of": ("He met the prime minister of Japan.", 2015, {"Shinzo Abe"}),
    "title of the": ("She met the president of the United States.", 2010, {"Barack Obama"}),
    "chief of a body": ("The NATO chief spoke.", 2015, {"Jens Stoltenberg"}),
    "hyphen": ("The UN secretary-general spoke.", 2020, {"António Guterres"}),
    "an agency's office is its state's": ("The US secretary of state left.", 2015, {"John Kerry"}),
    "former": ("The former US president spoke.", 2015, set()),
    "ex-": ("The ex-French president spoke.", 2015, set()),
    "elect": ("The US president-elect spoke.", 2016, set()),
    "candidate": ("A Czech president candidate spoke.", 2020, set()),
    "deputy": ("The deputy prime minister of Poland resigned.", 2016, set()),
    "wanted": ("She is to run for UN secretary-general.", 2018, set()),
    "wanted of a state": ("Three candidates for Japan's prime minister spoke.", 2018, set()),
    "just made": ("Smith confirmed as Fed chair in June", 2019, set()),
    "as he speaks": ("Stocks fall as Fed chair speaks", 2019, {"Jerome Powell"}),
    "a chief of fewer": ("The IMF chief economist and NATO chief of staff left.", 2015, set()),
    "of a part of it": ("The president of Iraqi Kurdistan spoke.", 2012, set()),
    "a name follows": ("US president John Doe spoke.", 2015, set()),
    "a name stands before": ("Jane Doe, the US president, spoke.", 2015, set()),
    "nobody known that year": ("The US president spoke.", 1900, set()),
    "no such office": ("The US emperor spoke.", 2015, set()),
    "another's vice": ("The US vice president spoke.", 2015, {"Joe Biden"}),
    "surname in office, state named": ("Mnuchin spoke. The United States agreed.", 2019, {"Steven Mnuchin"}),
    "surname out of office": ("Mnuchin spoke. The United States agreed.", 2010, set()),
    "surname in office, state not named": ("Mnuchin spoke.", 2019, set()),
    "another of that name": ("Barbara Mnuchin of the US spoke. Mnuchin smiled.", 2019, set()),
    "among capitals": (
        "MNUCHIN MEETS UNITED STATES SENATORS",
        2019,
        {"Steven Mnuchin"},
    ),
    "surname after a comma": ("On Monday, Mnuchin said the United States agreed.", 2019, {"Steven Mnuchin"}),
    "surname after a full stop": (
        "Tariffs hit the United States. Mnuchin said so.",
        2019,
        {"Steven Mnuchin"},
    ),
    "surname after a state in initials": ("They left the U.S. Mnuchin said so.", 2019, {"Steven Mnuchin"}),
    "surname after a state and a comma": (
        "A deal with the United States, Mnuchin said, is near.",
        2019,
        {"Steven Mnuchin"},
    ),
    "surname after a quotation": (
        "“No deal with the United States,” Mnuchin said.",
        2019,
        {"Steven Mnuchin"},
    ),
    "surname after a word that begins a sentence": (
        "But Mnuchin said the US agreed.",
        2019,
        {"Steven Mnuchin"},
    ),
    "surname after an initial": ("The poet J. Mnuchin of the US spoke.", 2019, set()),
    "surname after another's rank": ("Gen. Mnuchin commands troops in the US.", 2019, set()),
    "surname after a saint": ("St. Mnuchin was a saint in the United States.", 2019, set()),
    "surname after another's office": ("Judge Mnuchin ruled in the US.", 2019, set()),
    "surname after another's seat": ("Sen. Mnuchin of the United States spoke.", 2019, set()),
    "surname after Mr.": ("In the US, Mr. Mnuchin spoke.", 2019, {"Steven Mnuchin"}),
    "surname in a list": ("The United States team: Smith, Mnuchin, Jones.", 2019, set()),
    "surname in a list, last but one": ("Smith, Mnuchin and Webb of the US won.", 2019, set()),
    "surname in the name of a firm": ("Smith, Mnuchin & Partner sued the United States.", 2019, set()),
    "surname among authors": ("Smith, J.; Mnuchin, P. (United States)", 2019, set()),
    "surname in a list of those known": (
        "In Berlin, Merkel, Macron and Smith met. Germany and France agreed.",
        2019,
        {"Angela Merkel", "Emmanuel Macron"},
    ),
    "surname in a list after a place": (
        "At a meeting in Springfield, Mnuchin, Smith and Webb spoke for the US.",
        2019,
        {"Steven Mnuchin"},
    ),
    "surnames after a place of two words": (
        "On Capitol Hill, Mnuchin and Webb spoke for the United States.",
        2019,
        {"Steven Mnuchin"},
    ),
    "surnames after a feast": (
        "After Thanksgiving, Mnuchin and Webb spoke for the United States.",
        2019,
        {"Steven Mnuchin"},
    ),
    "surname after a rank of the state's": ("The US's Gen. Mnuchin spoke.", 2019, {"Steven Mnuchin"}),
    "surname in a list, after a word that begins a sentence": (
        "Later, Mnuchin, Smith and Webb spoke for the US.",
        2019,
        {"Steven Mnuchin"},
    ),
    "surname after another's name": ("Park Mnuchin of the US spoke.", 2019, set()),
    "offices in a row": (
        "The French president, the German chancellor and the British prime minister met.",
        2018,
        {"Emmanuel Macron", "Angela Merkel", "Theresa May"},
    ),
    "an office, then what a state says": ("The US president, Iran said, lied.", 2018, {"Donald Trump"}),
    "an office, then a state": ("After talks with the US president, Israel agreed.", 2018, {"Donald Trump"}),
    "an office, then a source": ("The US president, Reuters reported, left.", 2018, {"Donald Trump"}),
    "an office after a state": ("In South Korea, the US president spoke.", 2018, {"Donald Trump"}),
    "an office, then a paper that wrote so": (
        "The French president, Le Monde wrote, will resign.",
        2018,
        {"Emmanuel Macron"},
    ),
    "an office after a city": ("In Paris, the US president spoke.", 2018, {"Donald Trump"}),
    "an office after a place of two words": (
        "On Capitol Hill, the US president spoke.",
        2018,
        {"Donald Trump"},
    ),
    "an office after a city within a sentence": (
        "Speaking in New York, the US president agreed.",
        2018,
        {"Donald Trump"},
    ),
    "a name stands before, after a day": ("On Monday Jane Doe, the US president, spoke.", 2018, set()),
    "a name stands before, after a word": ("But Jane Doe, the US president, spoke.", 2018, set()),
    "a name follows after a comma": ("The US president, John Doe, spoke.", 2018, set()),
    "part of a name": ("Mnuchin Gallery of the US opened.", 2019, set()),
}


@pytest.mark.parametrize(("text", "year", "people"), BY_OFFICE.values(), ids=BY_OFFICE.keys())
def test_people_by_their_office(tagger, article, text, year, people):
    tags = tagger.tag(article("", text, time=at(year)))
    assert {a.name for a in tags.actors if a.type == "person"} == people


def reign(name, title):
    return Actor(
        id=name,
        name=name,
        type="person",
        aliases=(name,),
        roles=(Role(title=title, of="Q794", start=date(2019, 1, 1)),),
    )


def test_of_two_offices_that_one_word_may_mean_it_is_the_one_of_that_title(catalogue, article):
    people = (reign("Ann Yonder", "Prime Minister"), reign("Bea Zyzzyx", "premier"))
    tagger = Tagger(Catalogue((catalogue.actors["Q794"], *people)), TopicRules(()))
    for said, holder in (("prime minister", "Ann Yonder"), ("premier", "Bea Zyzzyx"), ("PM", "Ann Yonder")):
        tags = tagger.tag(article("", f"Iran's {said} spoke.", time=at(2020)))
        assert [a.name for a in tags.actors if a.type == "person"] == [holder]


def test_an_office_is_found_at_its_own_words(tagger, article):
    tags = tagger.tag(article("", "The US president spoke.", time=at(2015)))
    mentions = {a.name: [(m.text, m.kind, m.rule) for m in a.mentions] for a in tags.actors}
    assert mentions == {
        "United States": [("US", "acronym", "alias")],
        "Barack Obama": [("president", "title", "office")],
    }


METONYMS = {
    "said": ("Tehran said no.", {"Iran"}),
    "asked of": ("Talks with Beijing ended.", {"China"}),
    "warned": ("Allies warned Moscow again.", {"Russia"}),
    "its own": ("Kyiv's allies met.", {"Ukraine"}),
    "compound": ("A Moscow-backed militia fled.", {"Russia"}),
    "after an auxiliary": ("Ankara has denied it.", {"Turkey"}),
    "the city": ("A bus left the road in Tehran.", set()),
    "a risky one, surely": ("Lima recalled its ambassador.", {"Peru"}),
    "a risky one, perhaps": ("Lima said yes.", set()),
    "a person": ("Washington said he was sorry.", set()),
    "it, not he": ("Washington said it was sorry.", {"United States"}),
    "Brussels": ("Brussels fined the firm.", {"European Union"}),
    "acts abroad": ("Washington sends envoy to Minsk", {"United States", "Belarus"}),
    "eases curbs": ("Washington lifts curbs on Serbian oil firm", {"United States", "Serbia"}),
    "eases curbs at home": ("Washington lifts curbs on outdoor dining", set()),
    "among capitals": ("TEHRAN WARNS CREW", {"Iran"}),
    "In Title Case": ("Talks With Tehran Stall", {"Iran"}),
    "In Title Case, its own": ("Kyiv's Allies Meet Today", {"Ukraine"}),
    "of two": ("Moscow, Kyiv Swap Prisoners", {"Ukraine"}),
    "done to it": ("Trains to Paris Suspended", set()),
    "dateline": ("TEHRAN, Iran (AP) — It rained.", set()),
    "dateline with a day": ("RIYADH, March 10 - It rained.", set()),
}


@pytest.mark.parametrize(("text", "names"), METONYMS.values(), ids=METONYMS.keys())
def test_capitals_that_stand_for_a_government(tagger, article, text, names):
    tags = tagger.tag(article("", text))
    assert {a.name for a in tags.actors if a.type != "place" and not a.via} == names


ORGANISATIONS = {
    "the Fed": ("The Fed held rates. Fed up, they left.", {"Federal Reserve"}),
    "fed by a river": ("Fed by two rivers, the lake is cold. Fed hens lay.", set()),
    "acronym": ("NATO met.", {"NATO"}),
    "British spelling": ("Nato met.", {"NATO"}),
    "metonym with support": ("NATO met. The alliance agreed.", {"NATO"}),
    "metonym alone": ("The alliance agreed.", set()),
    "who": ("WHO ATE IT? Who knows; the man who ran.", set()),
    "WHO": ("The WHO said the outbreak grew.", {"World Health Organization"}),
    "WHO acts": ("WHO urges ban on flavoured vapes", {"World Health Organization"}),
    "who among capitals": ("WHO WANTS TO BE A MILLIONAIRE?", set()),
    "told Reuters": ("An official told Reuters.", set()),
    "told the": ("He told The Associated Press so, and told the AFP too.", set()),
    "according to the": ("According to the Associated Press it rained.", set()),
    "said by": ("It rained, said Reuters.", set()),
    "could not verify": ("Reuters could not verify it.", set()),
    "was not able": ("Reuters was not immediately able to confirm it.", set()),
    "its witness": ("A Reuters witness saw it.", set()),
    "its journalists": ("Two Reuters journalists said it rained.", set()),
    "could see": ("Reuters could see smoke.", set()),
    "contributed": ("Reuters contributed to this report.", set()),
    "citing": ("It rained, and Reuters, citing officials, said so.", set()),
    "what it is": ("IRNA, the state news agency, said it rained.", set()),
    "bought": ("Reuters, the news agency, was bought.", {"Reuters"}),
    "said of it": ("He said Reuters was wrong.", {"Reuters"}),
    "sold": ("Reuters was not for sale.", {"Reuters"}),
    "dateline": ("LONDON (Reuters) - It rained.", set()),
    "Reuters reported": ("It rained, Reuters reported.", set()),
    "Reuters of itself": ("Reuters said it would cut jobs.", {"Reuters"}),
    "about Reuters": ("The trial of two Reuters journalists began.", {"Reuters"}),
    "EU": ("The EU and the UN agreed.", {"European Union", "United Nations"}),
}


@pytest.mark.parametrize(("text", "names"), ORGANISATIONS.values(), ids=ORGANISATIONS.keys())
def test_organisations(tagger, article, text, names):
    tags = tagger.tag(article(text))
    assert {a.name for a in tags.actors if a.type in ("organisation", "agency")} == names


def test_rejected_candidates_say_why(tagger, article):
    rejected = []
    tagger.tag(article("Michael Jordan told Reuters about French fries in Lebanon, Pa."), rejected)
    assert {(r.actor, r.rule) for r in rejected} >= {
        ("Q130879", "source"),
        ("", "decoy"),
        ("Q822", "us_place"),
    }


def test_what_an_office_decides_is_not_rejected_too(tagger, article):
    rejected = []
    tagger.tag(article("", "Mnuchin spoke. The United States agreed.", time=at(2019)), rejected)
    assert rejected == []


def test_rejected_offices_say_why(tagger, article):
    rejected = []
    tagger.tag(
        article("", "The former US president met the Iranian president-elect.", time=at(2015)), rejected
    )
    assert [(r.actor, r.kind, r.rule) for r in rejected] == [
        ("Q30", "title", "no_longer"),
        ("Q794", "title", "not_yet"),
    ]


def test_salience_ranks_headline_and_repetition_first(tagger, article):
    tags = tagger.tag(article("Iran replies", "Iran spoke.", "Germany and Iran talked."))
    iran, germany = tags.actors[:2]
    assert (iran.name, iran.salience.headline, iran.salience.lead, iran.salience.count) == (
        "Iran",
        True,
        True,
        3,
    )
    assert (germany.name, germany.salience.headline, germany.salience.count) == ("Germany", False, 1)
    assert 0 <= germany.salience.score < iran.salience.score <= 1
