import math

import pytest

from wirewatch.tagging import Catalogue, Tagger, Topic, TopicRules
from wirewatch.tagging.topics.score import weights_by_phrase
from wirewatch.tagging.topics.weighing import (
    LEAST,
    OF_ALL,
    OF_COMPANY,
    OF_SHARE,
    OF_WEIGHT,
    THRESHOLD,
    beside,
    likely,
    probability,
)

HEADLINES = {
    "Airstrikes hit the front line": "armed conflict",
    "Suicide bomber kills ten": "act of terror",
    "US imposes sanctions and an embargo": "economic sanction",
    "Uranium enrichment goes on at Natanz": "nuclear policy",
    "Voters go to polling stations": "election",
    "Earthquake and tsunami strike coast": "natural disaster",
    "Peace talks resume in Doha": "peace talks",
    "Bus drivers walk out in pay dispute": "labor dispute",
    "Central bank raises interest rates as inflation climbs": "macro economics",
    "Ransomware gang claims data breach": "cyber crime",
    "Refugees wait at the border": "refugees and internally displaced people",
    "Junta seizes power in dawn coup": "coup d'etat",
    "Tear gas fired at protesters": "demonstration",
    "Oil price falls below 60 dollars a barrel": "commodity market",
    "Reporters Without Borders condemns jailed journalists' trial": "freedom of the press",
    "Cholera outbreak spreads": "communicable disease",
    "Ministers meet for climate summit": "climate change",
    "Court finds minister guilty of bribery": "corruption",
    "Stock market crash wipes out gains": "market and exchange",
    "New law bans smoking": "law",
    "Gas network operator disconnects plants after intrusion by Volt Typhoon": "cyber crime",
    "Mutiny spreads through barracks in Togo": "coup d'etat",
    "Dockers refuse to load ship with arms": "labor dispute",
}


def direct(tags):
    return [topic.name for topic in tags.topics if not topic.via]


@pytest.mark.parametrize(("title", "name"), HEADLINES.items(), ids=HEADLINES.values())
def test_a_headline_shows_its_topic(tagger, article, title, name):
    tags = tagger.tag(article(title))
    assert name in direct(tags)
    assert all(THRESHOLD <= topic.score <= 1 for topic in tags.topics)


ALONGSIDE = "What is known of it so far, as was said by those who were there this morning."

PLAIN_USE = {
    # whose plain words a longer phrase must not turn against their topic, as "strike on" would
    "Dockers call strike on Monday at Rotterdam port": "labor dispute",
    "Rail unions announce strike on 12 December": "labor dispute",
    "Lufthansa pilots to strike on Friday over pay": "labor dispute",
    "Refinery workers strike against job cuts": "labor dispute",
    "Teachers hold strike on pay": "labor dispute",
    "Norwegian unions call strike on three platforms": "labor dispute",
    "First strike at Volkswagen in decades": "labor dispute",
    "Deal struck to end rail strike": "labor dispute",
    "Fire on ferry kills 12 off Indonesia": "fire",
    "Firefighters battle fire on Greek island": "fire",
    "Landslide kills 12 in Nepal": "natural disaster",
    "Worst flood of the century hits Bavaria": "natural disaster",
    "National Union of Teachers elects first woman leader": "unions",
    "Yen slides to 150 per dollar as Bank of Japan policy weighs": "foreign exchange market",
    "Israel strikes Beirut": "armed conflict",
    "Russia strikes Kyiv": "armed conflict",
    "Ukraine strikes Russian refinery, workers hurt": "armed conflict",
    "Israel and Hezbollah trade fire across border": "armed conflict",
    "US sanctions Russian oil giants Rosneft and Lukoil": "economic sanction",
    "Strikes over pensions shut French schools": "labor dispute",
    "Gunman opens fire at university": "shootings",
    "US strike on boat off Venezuela kills six": "armed conflict",
    "Ukraine strikes Russian oil port": "armed conflict",
    "Italian unions stage general strike over Gaza": "labor dispute",
    "Swiss freeze Russian assets": "economic sanction",
    "Bund yields climb": "debt market",
    "Israel orders strike to end, teachers back to work": "labor dispute",
    "Modi threatens strike-hit unions": "labor dispute",
    "Bus drivers' strike hits Kyiv": "labor dispute",
    "Strike hits Kyiv": "armed conflict",
    "Drone strike hits bus drivers' depot": "armed conflict",
    "Hospital strike kills 12 in Khartoum": "armed conflict",
    "Peru School Fires Teacher": "employment",
    "Polish Church Fire in Chicago": "fire",
    "Turkish warplanes struck targets near border": "armed conflict",
    "Houthi hideouts hit overnight": "armed conflict",
    "Taliban take Herat": "armed conflict",
    "Leaders react to special military operation": "armed conflict",
    "Syria shoots down Turkish drone": "armed conflict",
    "Soldiers say president removed from power": "coup d'etat",
    "Longtime leader overthrown by generals": "coup d'etat",
    "Attackers open fire in nightclub": "act of terror",
    "Opposition leader claims victory as rivals allege rigging": "election",
    "Blasts rock Kabul airport": "explosion accident and incident",
    "Nurses strike early in new year over pay": "labor dispute",
    "Probe flies over the Moon": "astronomy",
    "Hacker jailed for breach of bank": "cyber crime",
    "Mob boss jailed": "organized crime",
}


@pytest.mark.parametrize(("title", "name"), PLAIN_USE.items(), ids=PLAIN_USE.keys())
def test_a_plain_use_is_not_spoken_against(tagger, article, title, name):
    assert name in direct(tagger.tag(article(title, ALONGSIDE)))


OTHER_USE = {
    "Israel orders strike to end, teachers back to work": "armed conflict",
    "Modi threatens strike-hit unions": "armed conflict",
    "Bus drivers' strike hits Kyiv": "armed conflict",
    "Israel readies for strike": "labor dispute",
    "Hospital strike kills 12 in Khartoum": "labor dispute",
    "Peru School Fires Teacher": "fire",
    "Israeli strike on Gaza school kills 20": "labor dispute",
    "US launches strike against Houthi targets": "labor dispute",
    "Trump orders strike on Monday against Iran": "labor dispute",
    "Strike on hospital kills ten": "labor dispute",
    "Strikes hit power stations across Ukraine": "labor dispute",
    "Pentagon announces strike on militia leader": "labor dispute",
    "Troops fire on protesters in Khartoum": "fire",
    "Fire from Israeli tanks kills ten": "fire",
    "Modi wins in landslide": "natural disaster",
    "Landslide buries village in Papua New Guinea": "national elections",
    "Pakistan vows response": "wedding",
    "Israel strikes Beirut": "labor dispute",
    "Russia strikes bus in Kherson": "labor dispute",
    "A minister called Israel's strike illegal": "labor dispute",
    "Toyota strikes deal with Panasonic": "labor dispute",
    "India strikes trade deal with EU": "labor dispute",
    "Disaster strikes Peru": "labor dispute",
    "Gold strike draws miners": "labor dispute",
    "Strike a pose": "labor dispute",
    "Israel and Hezbollah trade fire across border": "fire",
    "Fire ant invasion in Australia": "fire",
    "FIFA sanctions Spain's football federation": "economic sanction",
    "The referee sanctioned the goal": "economic sanction",
    "The council sanctioned the demolition": "economic sanction",
    "EU and Indonesia strike trade pact": "labor dispute",
    "Trump plans to strike Iran": "labor dispute",
    "Bill vetoed by Polish president": "diplomacy",
    "Senate probe of crypto exchange": "scientific exploration",
    "Conservatives trail Labour": "outdoor recreational activities",
    "Bank hit with penalties": "soccer",
    "Gangs attack Port-au-Prince suburb": "royalty",
    "Nordic leaders meet in Oslo": "skiing",
    "Chef plots attack on Michelin guide": "act of terror",
    "Team captain stages coup to oust coach": "coup d'etat",
    "Cabinet reshuffle in the kitchen": "government",
    "Carnival queen crowned in Cologne": "royalty",
    "Your horoscope: row with a friend ends well": "international relations",
    "Salt Typhoon in networks of telecoms firms": "natural disaster",
    "Nuclear plant's website defaced by hacktivists": "vandalism",
    "Hamas positions itself as negotiator": "armed conflict",
    "Army hits recruiting targets": "armed conflict",
    "RMT launches strikes on Southern": "armed conflict",
    "US raid on car plant detains hundreds": "armed conflict",
    "Aid convoy enters Aleppo": "armed conflict",
    "Navy ousted by Army in semi-final": "coup d'etat",
    "Yoon removed from power by court": "coup d'etat",
    "Bashir flies home": "war crime",
    "Libor rigging charges dropped": "election",
    "Senator blasts Pentagon over costs": "explosion accident and incident",
    "Rovers strike late to beat City": "labor dispute",
    "Pupil over the moon after prize": "astronomy",
    "Hacker club wins robot contest": "cyber crime",
    "Mob storms parliament": "organized crime",
    "Cold war over parking": "international relations",
    "Meghan Trainor drops out of tour": "royalty",
}


@pytest.mark.parametrize(("title", "name"), OTHER_USE.items(), ids=OTHER_USE.keys())
def test_another_use_of_the_same_words_is_still_another(tagger, article, title, name):
    assert name not in direct(tagger.tag(article(title, ALONGSIDE)))


TRAPS = {
    "a strike that is no walkout": ("Air strikes kill ten", "labor dispute"),
    "a crash that is no accident": ("Stock market crash wipes out gains", "accident and emergency incident"),
    "a virus that is no disease": ("Computer virus infects laptops", "communicable disease"),
    "a war that is none": ("Trade war hits soybean farmers", "war"),
    "a court for tennis": ("Tennis court opens", "court"),
    "a bank of a river": ("Food bank opens", "financial service"),
    "a cake": ("Cake won the bake-off", "armed conflict"),
}


@pytest.mark.parametrize(("title", "name"), TRAPS.values(), ids=TRAPS.keys())
def test_a_headline_does_not_show_another(tagger, article, title, name):
    assert name not in direct(tagger.tag(article(title)))


def test_one_word_in_passing_is_no_topic(tagger, article):
    tags = tagger.tag(article("Cake won the bake-off", "Rain fell.", "A missile of cream flew. " * 50))
    assert tags.topics == ()


def test_an_article_has_several_topics_and_those_above_them(tagger, article):
    tags = tagger.tag(article("Earthquake and tsunami as voters go to polling stations"))
    assert {"natural disaster", "election"} <= set(direct(tags))
    above = {topic.name: topic for topic in tags.topics if topic.via}
    assert {"disaster", "politics", "disaster, accident and emergency incident"} <= above.keys()
    (quake,) = [topic for topic in tags.topics if topic.name == "natural disaster"]
    assert above["disaster"].via == (quake.code,)
    assert (above["disaster"].score, above["disaster"].mentions) == (quake.score, ())


def test_the_direct_topics_come_first_and_the_likely_before(tagger, article):
    tags = tagger.tag(article("Earthquake and tsunami strike coast", "Peace talks were put off."))
    ranks = [(bool(topic.via), -topic.score) for topic in tags.topics]
    assert ranks == sorted(ranks)


def test_the_headline_says_more_than_the_lead_and_the_lead_more_than_the_rest(tagger, article):
    def weight(*parts):
        return max(tagger.topic_weights(article(*parts)).values())

    assert (
        weight("Peace talks")
        > weight("x", "Peace talks")
        > weight("x", "x", "Peace talks")
        == weight("x", "x", "x", "Peace talks")
    )
    assert weight("x", "Peace talks", "Peace talks") > weight("x", "Peace talks")


def test_evidence_is_each_phrase_at_its_first_place(tagger, article):
    tags = tagger.tag(article("Sanctions and embargoes", "Those sanctions hurt."))
    (topic,) = [topic for topic in tags.topics if topic.name == "economic sanction"]
    assert [(m.text, m.place.paragraph) for m in topic.mentions] == [("Sanctions", None), ("embargoes", None)]


def test_what_speaks_against_a_topic_is_no_evidence(article):
    rules = TopicRules((Topic("own:fire", "fire", {"blaze": 3.0, "smoke": 3.0, "ceasefire": -3.0}),))
    tagger = Tagger(Catalogue(()), rules)
    (fire,) = tagger.tag(article("Blaze and smoke during ceasefire")).topics
    assert [m.text for m in fire.mentions] == ["Blaze", "smoke"]
    assert tagger.tag(article("Ceasefire")).topics == ()


def test_what_speaks_only_against_a_topic_hides_no_other_words():
    crash = Topic("own:crash", "crash", {"crash": 3.0, "stock market crash": -3.0, "bond crash": -3.0})
    market = Topic("own:market", "market", {"stock market*": 3.0, "wipe*": 1.5})
    police = Topic("own:police", "police", {"crash": 1.5, "bond*": 3.0, "bond crash": 1.5})
    weights = weights_by_phrase(TopicRules((crash, market, police)))
    assert weights["stock market crash"] == {0: -3.0, 1: 3.0}  # and not the crash that it speaks against
    assert weights["bond crash"] == {0: -3.0, 2: 1.5}  # as police has it
    assert weights["crash"] == {0: 3.0, 2: 1.5}


def test_a_word_under_a_star_weighs_what_its_own_list_says():
    phrases = {"tariff*": 1.5, "tariff": 3.0, "tariffs lifted": -3.0, "tar*": 1.5, "trade tariff": 3.0}
    weights = weights_by_phrase(TopicRules((Topic("own:trade", "trade", phrases),)))
    summed = {text: weights[text][0] for text in phrases}  # what each adds where it is met
    assert summed["tariff"] + summed["tariff*"] + summed["tar*"] == 3.0
    assert summed["tariff*"] + summed["tar*"] == 1.5
    assert summed["tariffs lifted"] == -3.0  # no star meets two words
    assert summed["trade tariff"] == 3.0  # nor the end of a phrase


@pytest.mark.parametrize("weight", [0.0, 1.0, 3.0, 10.0, 100.0])
def test_a_score_rises_with_weight_share_and_company_and_falls_with_what_else_there_is(weight):
    assert min(OF_WEIGHT, OF_SHARE, OF_COMPANY) > 0 > OF_ALL
    score = probability(weight, 0.5, 0.2, 200.0)
    assert 0 < score < probability(weight + 1, 0.5, 0.2, 200.0) <= 1
    assert score < probability(weight, 0.6, 0.2, 200.0)
    assert score < probability(weight, 0.5, 0.3, 200.0)
    assert score > probability(weight, 0.5, 0.2, 300.0)


@pytest.mark.parametrize(
    "weights",
    [
        {},
        {1: -3.0},
        {1: 2.0},
        {1: 4.4},
        {1: 2.0, 2: 9.0},
        {1: 6.0, 2: 9.0, 3: -3.0},
        {0: 5.0, 1: 6.0, 2: 9.0},
    ],
)
def test_the_quick_way_out_drops_no_likely_topic(weights):
    company = [(2,), (0, 3), (), (1,)]
    heaviest = max(weights.values(), default=0.0)
    everything = sum(max(weight, 0.0) for weight in weights.values())
    expected = {
        topic: p
        for topic, weight in weights.items()
        if weight >= LEAST
        and (
            p := probability(
                weight, weight / heaviest, beside(topic, weights, company) / heaviest, everything
            )
        )
        >= THRESHOLD
    }
    assert likely(weights, company) == expected
    assert all(math.isfinite(p) for p in likely(weights, company).values())


def test_a_topic_is_likelier_beside_one_that_it_often_goes_with(article):
    def score(*company):
        fire = Topic("own:fire", "fire", {"blaze": 3.0})
        rescue = Topic("own:rescue", "rescue", {"rescued": 3.0}, company=company)
        tagger = Tagger(Catalogue(()), TopicRules((fire, rescue)))
        return {t.name: t.score for t in tagger.tag(article("Rescued from blaze")).topics}["rescue"]

    assert score("own:fire") > score()


def test_find(topics):
    (by_code,) = topics.find("20000056")
    assert topics.find("Armed Conflict") == topics.find("medtop:20000056") == [by_code]
    assert topics.find("gardening") == []
    assert topics.nearest("armed conflct")[0] == "armed conflict"


def test_a_topic_is_found_by_the_words_that_show_it(topics):
    (first, phrases), *_ = topics.speaking("Strike")
    assert first.name == "labor dispute"
    assert {"strike", "rail strike*"} <= set(phrases)
    assert "striker*" not in phrases
    assert topics.nearest("strike")[0] == topics.nearest("labour dispute")[0] == "labor dispute"
    assert topics.nearest("protest")[0] == "demonstration"
    assert topics.alike("protest", 0.85) == []
    assert topics.speaking("striking partnership") == topics.speaking(" ") == []
    assert topics.speaking("diplomacy")[0][0].name == "diplomacy"


def test_a_topic_is_found_by_what_else_it_is_called(topics):
    assert [topic.name for topic in topics.are("Protests")] == ["demonstration"]
    assert [topic.name for topic in topics.are("cyber attack")] == ["cyber crime", "cyber warfare"]
    assert [topic.name for topic in topics.with_kind("earthquakes")] == ["natural disaster"]
    assert topics.are("earthquake") == topics.with_kind("protest") == []
    assert topics.nearest("terrorism")[0] == "act of terror"


def test_a_topic_is_found_by_a_part_of_its_name(topics):
    assert [topic.name for topic in topics.named("cyber")] == ["cyber crime", "cyber warfare"]
    assert [topic.name for topic in topics.named("Human right")] == ["human rights"]
    assert topics.named("sanct") == topics.named(" ") == []
    assert topics.meant("sanctions").name == topics.meant("sanction").name == "economic sanction"
    assert topics.meant("cyber") is topics.meant("leader") is None
    assert topics.nearest("cyber") == ["cyber crime", "cyber warfare"]
    assert topics.nearest("trade")[0] == "economic policy"


def test_no_word_is_told_twice(tagger, article):
    assert "boxing" not in direct(tagger.tag(article("Octopus punches fish for no clear reason")))
