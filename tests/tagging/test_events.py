"""What a headline tells of who does what to whom, and what only sounds so."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.tagging.conftest import make_article
from wirewatch.errors import ConfigError
from wirewatch.tagging import Actor, Catalogue, Tagger, load_topics
from wirewatch.tagging.topics.event_patterns import CLASSES, any_of, event_pattern, listed_pattern

STATE, GROUP, LEADER = CLASSES["state"] * 4, CLASSES["group"] * 3, CLASSES["leader"] * 5

TOLD = {
    # by topic: day and headline
    "coup d'etat": [
        ("2023-08-30", "Gabon officers say they are taking over"),
        ("2016-07-16", "Turkey's military says it has taken power"),
        ("2019-04-11", "Sudan's army removes president"),
        ("2013-07-03", "Egypt's army topples Morsi"),
        ("2026-11-26", "Togo guards arrest Gnassingbe"),
        ("2021-10-25", "Army takes over in Sudan"),
        ("2023-08-30", "Officers in Gabon seize power"),
        ("2026-11-26", "Soldiers in Benin say they have ousted president"),
        ("2023-07-27", "Military takes control in Niger"),
        ("2023-07-26", "Palace guard detains president in Niger"),
        ("2009-06-28", "Honduran army seizes president"),
        ("2014-05-22", "Thai military takes over government"),
        ("2021-10-25", "Sudan's military dissolves government, declares state of emergency"),
    ],
    "armed conflict": [
        ("2020-09-27", "Azerbaijan attacks Nagorno-Karabakh"),
        ("2026-11-26", "Ethiopia shells Eritrean town"),
        ("2024-07-31", "Haniyeh killed in Tehran, Hamas says"),
        ("2026-11-26", "RSF overruns El Fasher"),
        ("2026-11-26", "Armenia and Azerbaijan trade shelling"),
        ("2026-11-26", "Hamas attacks Sderot"),
        ("2026-11-26", "Russia attacks Kyiv"),
        ("2026-11-26", "Israel attacks Gaza, denies famine"),
        ("2026-11-26", "Russia attacks Kyiv as Putin not ready for talks"),
        ("2024-08-15", "Ukraine captures Russian town of Sudzha"),
        ("2025-07-24", "Thailand strikes Cambodia"),
        ("2025-05-07", "India strikes nine sites in Pakistan"),
        ("2025-06-22", "US hits Iranian nuclear sites"),
        ("2026-11-26", "Ethiopia sends tanks into Eritrea"),
        ("2026-11-26", "Yemen separatists seize Hadramout"),
    ],
    "war": [("2026-11-26", "Venezuela invades Guyana")],
    "international military intervention": [
        ("2026-11-26", "Rwanda sends 1,000 soldiers to Mozambique"),
        ("2026-11-26", "UK to send soldiers to Ukraine after ceasefire"),
        ("2026-11-26", "Kenyan troops arrive in Haiti"),
        ("2026-11-26", "Ethiopian troops enter Somalia to fight al-Shabab"),
    ],
    "national elections": [
        ("2023-11-20", "Milei wins Argentine presidency"),
        ("2022-10-31", "Lula wins in Brazil"),
        ("2021-12-19", "Boric wins Chile's presidency"),
        ("2023-05-29", "Erdogan wins five more years"),
        ("2020-11-07", "Biden defeats Trump"),
        ("2026-11-26", "Zambians vote under internet blackout"),
    ],
    "criminal law": [
        ("2026-11-26", "Iran hangs man"),
        ("2026-11-26", "Japan hangs three"),
        ("2026-11-26", "China executes Canadian"),
    ],
    "homicide": [("2024-05-15", "Slovakia's Fico shot")],
    "diplomacy": [
        ("2026-11-26", "Lee Jae-myung met Takaichi"),
        ("2026-11-26", "Norway recognises Palestine"),
        ("2026-11-26", "Zelensky visits London"),
        ("2026-11-26", "Netanyahu heads to Washington"),
        ("2026-11-26", "Lavrov arrives in New York for UN meeting"),
        ("2026-11-26", "Macron visits Algeria 60 years after war"),
        ("2026-11-26", "Colombia breaks with Israel"),
    ],
    "international relations": [("2026-11-26", "Chad accuses Sudan of drone strike")],
    "political crisis": [("2024-08-05", "Hasina flees Bangladesh")],
}
NOT_TOLD = {
    "armed conflict": [
        "India hits England for six",
        "Norway hits Iceland hard in handball",
        "Spain captures Paris gold",
        "Sweden enters Paris final",
        "US hits China with tariffs",
        "US hits China on trade",
        "Japan strikes China trade deal",
        "Germany strikes gold in Paris",
        "China storms Paris fashion week",
        "Turkey hits 45 degrees",
        "Canada kills pipeline in Alberta",
        "Russia denies it attacked Moldova",
        "Israel did not strike Chad, says Pentagon",
        "Ready if Russia attacks Estonia, says NATO",
        "80 years since Germany invaded Poland",
        "Film shows how US bombed Cambodia",
        "Pakistan army takes over Lahore polo team",
        "US hits Iranian targets with sanctions",
        "US hits Hamas with fresh sanctions",
        "US targets Iran oil",
        "Israel attacks Hamas statement",
        "US attacks China again over Taiwan",
        "US sanctions hit Houthi sites",
        "Fire hits Russian refinery",
        "Spain captures Portuguese town's heart",
        "Quake hits nuclear sites in Japan",
        "Security forces take control of city jail after riot",
        "India attacks Pakistan at UN over terror",
        "Russia attacks Ukraine peace plan",
    ],
    "international military intervention": [
        "Mexico sends 10,000 troops to US border",
        "India sends troops to Manipur",
        "Ecuador deploys soldiers to prisons",
    ],
    "coup d'etat": [
        "Turkey's military says it has taken control of fire",
        "Thailand's army takes command of flood relief",
        "Madagascar's army says it won't seize power",
        "Israel's army says two men held",
        "Nigeria's army arrests leader of sect",
        "US army takes command after flood",
        "Army takes over vaccine rollout",
        "Iraqi army takes control of Kirkuk",
        "Army takes charge of flood relief in Kerala",
        "Kenyan forces arrest leader of Shabaab cell",
        "Israeli soldiers go on trial",
        "Vote topples government in Slovenia",
    ],
    "national elections": [
        "Trump beats Biden at golf",
        "Trump wins Iran concessions",
        "Modi wins hearts in Bhutan",
        "China votes against UN resolution",
        "Coalition claims victory over Houthis in Aden",
        "Netanyahu loses vote in Knesset",
        "Denmark takes the presidency of the EU",
        "Pakistan wins toss, elects to bat",
    ],
    "criminal law": [
        "Iran executes budget plan",
        "Saudi Arabia executes first IPO",
        "Britain hangs on to Chagos",
    ],
    "homicide": ["Trump shot par at Turnberry", "Trump shot himself in foot, says Ramaswamy"],
    "political crisis": ["Poland's president falls ill"],
    "diplomacy": ["Obama visits Kenya farm", "Trump calls Macron a friend"],
}


def at(day, title, *paragraphs):
    return make_article(title, *paragraphs, time=datetime.fromisoformat(day).replace(tzinfo=UTC))


def told(tagger, article):
    return {tag.name: tag.mentions for tag in tagger.tag(article).topics if not tag.via}


@pytest.mark.parametrize(
    ("name", "day", "title"),
    [(name, *one) for name, listed in TOLD.items() for one in listed],
    ids=lambda value: value if " " in value else None,
)
def test_the_headline_tells_it(tagger, name, day, title):
    assert name in told(tagger, at(day, title))


@pytest.mark.parametrize(
    ("name", "title"),
    [(name, title) for name, listed in NOT_TOLD.items() for title in listed],
    ids=lambda value: value if " " in value else None,
)
def test_it_only_sounds_so(tagger, name, title):
    assert name not in told(tagger, at("2026-11-26", title))


RULES = """
lists:
  army: army, (armed|security) forces
  attacker: <state>, <state>'s <army>, <group>
  no event: (film|novel)
topics:
  - code: own:war
    name: war
    strong: trench warfare
    events: <attacker> (invades|storms into) (|northern) <state>, <state> (hits|hit) <state> $
  - code: medtop:15000000
    name: sport
    strong: cup final
"""


@pytest.fixture
def small(rules):
    actors = [
        Actor(id="ruritania", name="Ruritania", type="country", aliases=("Ruritania", "Ruritanian")),
        Actor(id="freedonia", name="Freedonia", type="country", aliases=("Freedonia",)),
        Actor(id="zg", name="Zenda Guard", type="armed_group", aliases=("Zenda Guard",)),
    ]
    return Tagger(Catalogue(actors), rules)


@pytest.mark.parametrize(
    ("title", "span"),
    [
        ("Ruritania invades Freedonia", "Ruritania invades Freedonia"),
        ("Ruritanian army invades northern Freedonia, UN says", "Ruritanian army invades northern Freedonia"),
        ("Live: Ruritania\u2019s armed forces storms into Freedonia", None),
        ("RURITANIA\u2019S ARMY INVADES FREEDONIA", None),
        ("Zenda Guard invades Ruritania", "Zenda Guard invades Ruritania"),
        ("Ruritania hits Freedonia", "Ruritania hits Freedonia"),
    ],
)
def test_the_mention_is_the_event(small, title, span):
    ((mention,),) = told(small, make_article(title)).values()
    assert mention.place.paragraph is None
    assert title[mention.place.start : mention.place.end] == mention.text
    assert mention.text == (span or title.removeprefix("Live: "))


@pytest.mark.parametrize(
    "title",
    [
        "Ruritania hits Freedonia with tariffs",
        "Ruritania may invade Freedonia",
        "Ruritanian chef invades Freedonia",
        "Ruritania invades Freedonian kitchens",
        "Film: Ruritania invades Freedonia",
        "Ruritania invades Freedonia in cup final",
        "Ruritania invades",
        "Ruritania invades Freedonia-backed Zenda",
        "Ruritania invades Freedonia " + "and so on " * 20,
    ],
)
def test_no_event(small, title):
    assert "war" not in told(small, make_article(title))


def test_a_headline_alone_tells_events(small):
    assert not told(small, make_article("What happened", "Ruritania invades Freedonia."))


def test_an_event_adds_nothing_to_what_phrases_tell(small):
    title = "Trench warfare as Ruritania invades Freedonia"
    article = make_article(title)
    (mentions,) = told(small, article).values()
    assert [mention.text for mention in mentions] == ["Trench warfare"]
    assert small.topic_weights(article) == small.topic_weights(make_article("Trench warfare"))


def test_why_a_topic_with_an_event_was_not_told_shows_it(small):
    article = make_article("Ruritania invades Freedonia")
    (one,) = small.topics_not_told(article, replace(small.tag(article), topics=()))
    assert one.phrases == ("Ruritania invades Freedonia",)


def topic(events, lists=""):
    return f"{lists}topics:\n  - code: own:a\n    name: a\n    strong: war\n    events: {events}\n"


WRONG = {
    "no such class": (topic("<states> invades"), 5, "<states> is neither .* did you mean <state>?"),
    "nothing like it": (topic("<xyzzy> invades"), 5, "there are state, capital, place"),
    "actors alone": (topic("<state> <state>"), 5, "needs a word that is always there"),
    "only words left out": (topic("<state> (|now) <state>"), 5, "needs a word that is always there"),
    "a number alone": (topic("<state> (#-#) <state>"), 5, "needs a word that is always there"),
    "a stem alone": (topic("<state> attack* <state>"), 5, "needs a word that is always there"),
    "an open bracket": (topic("<state> (invades <state>"), 5, "write an actor as <state>"),
    "an open actor": (topic("<state invades"), 5, "write an actor as <state>"),
    "one within the other": (topic("(<state>|army) invades"), 5, "neither within the other"),
    "an empty choice": (topic("<state> (|) invades"), 5, "nothing to choose from"),
    "a star within": (topic("<state> att*ck"), 5, "stands at the end only"),
    "nothing between commas": (topic("<state> invades,, <state> bombs"), 5, "nothing between two commas"),
    "a list of what comes below": (
        topic("<state> <b>", "lists:\n  a: <b>\n  b: bombs\n"),
        2,
        "a: <b> is neither",
    ),
    "a list twice": (topic("<state> <a>", "lists:\n  a: bombs\n  a: hits\n"), 3, "a is there already"),
    "a list with the name of a class": (
        topic("<state> bombs", "lists:\n  state: bombs\n"),
        2,
        "state is there already",
    ),
    "lists that are none": (topic("<state> bombs", "lists: bombs\n"), 1, "write `name: words`"),
    "a list as a list": (topic("<state> bombs", "lists:\n  a: [bombs]\n"), 2, "write plain text"),
    "an empty list": (topic("<state> bombs", "lists:\n  a:\n"), 2, "nothing between two commas"),
}


@pytest.mark.parametrize(("text", "line", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, line, said):
    file = tmp_path / "topics.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"topics\.yaml:{line}: .*{said}"):
        load_topics(file)


def test_events_alone_can_show_a_topic(tmp_path):
    file = tmp_path / "topics.yaml"
    file.write_text(topic("<state> bombs <state>").replace("    strong: war\n", ""), encoding="utf-8")
    (one,) = load_topics(file).topics
    assert [pattern.words for pattern in one.events] == [("bombs",)]


@pytest.mark.parametrize(
    ("written", "met", "not_met"),
    [
        ("<state> bombs", f" {STATE} bombs", f" {STATE}'s bombs"),
        ("<state>'s army", f" {STATE}' army", f" {STATE}-army"),
        ("<state|group> flees", f" {GROUP} flees", f" {LEADER} flees"),
        ("<state> (attack|hit) $", f" {STATE} hit: why", f" {STATE} hit hard"),
        ("kills # ... <state>", f" kills 1,200 civilians in {STATE}", f" kills some in {STATE}"),
        ("kills ... <state>", f" kills {STATE}", f" kills a b c d {STATE}"),
        ("executes prisoner*", " executes prisoners", " executes imprisoner"),
    ],
)
def test_what_a_pattern_means(written, met, not_met):
    pattern = listed_pattern(written, {})
    assert any_of([pattern]).search(met)
    assert not any_of([pattern]).search(not_met)


def test_a_pattern_is_looked_for_by_its_rarest_words():
    lists = {"attacks": [listed_pattern("(bombs|bombards)", {})]}
    assert event_pattern("<state> and <state> (|again) <attacks>", lists).words == ("bombs", "bombards")
    assert event_pattern("<state> <attacks> (with|near) <state>", lists).words == ("bombs", "bombards")
    assert event_pattern("<state> beat <state> (#-#)", {}).words == ("beat",)


WORDS = ("Iran", "Israel", "Hamas", "Gaza", "Trump", "Xi", "'s", "army", "attacks", "kills", "İran", "won't")


@given(
    st.lists(
        st.sampled_from([*WORDS, "wins", "in", "meets", ",", "\u2019s", "hangs", "e\u0301"]), max_size=12
    )
)
def test_events_are_the_same_each_time_and_stand_in_the_headline(tagger, words):
    title = " ".join(words)
    article = make_article(title, "Iran attacks Israel.")
    tags = tagger.tag(article)
    assert tags == tagger.tag(article)
    for tag in tags.topics:
        for mention in tag.mentions:
            assert mention.text
            if mention.place.paragraph is None:
                assert title[mention.place.start : mention.place.end] == mention.text
