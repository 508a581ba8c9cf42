"""What a headline denies, imagines or only remembers, and what happened all the same."""

import pytest

from tests.tagging.conftest import make_article
from wirewatch.errors import ConfigError
from wirewatch.tagging import Actor, Catalogue, Tagger, load_topics

HAPPENINGS = {"armed conflict", "act of terror", "coup d'etat"}
DENIED = [
    ("Israel denies it bombed Damascus", "The military said it carried out no strike."),
    (
        "Turkey never invaded Syria, Erdogan says",
        "The president said his troops had crossed to fight terrorism.",
    ),
    ("Iran denies army seized power", "Tehran said reports that troops had taken over were false."),
    ("Somalia denies it attacked Jubaland", "The army said no fighting took place."),
    ("India denies Pakistani jets bombed air base", "New Delhi called the claim a lie."),
    ("Kremlin denies reports that soldiers staged coup", ""),
    ("Gabon army denies coup plot", "A spokesman said the barracks were calm."),
    ("Hezbollah denies firing rockets at Israel", "It said it had nothing to do with the launch."),
    ("No coup in Burkina Faso, junta says", ""),
    ("No sign of coup in Mali, says ECOWAS", "The bloc's envoy said Bamako was calm."),
    ("Ghana rules out military takeover", "The army said its soldiers were loyal to the constitution."),
    ("Rumours of coup in Ivory Coast false, government says", "Life in Abidjan was normal, he said."),
    ("Paris blast was not terror attack, prosecutor says", "A gas leak caused the explosion, he said."),
    ("Fact check: No, Ukraine has not attacked Moscow with missiles", ""),
    ("Imagine if Russia bombs Warsaw", ""),
    ("China would lose if it invades Taiwan, US says", ""),
    ("War game shows China invading Taiwan", "Think-tank experts played out the attack 24 times."),
    ("Iraq invaded Kuwait 36 years ago", "A look at the Gulf War."),
    ("Anniversary of day Iraq invaded Kuwait", "Kuwaitis laid wreaths."),
    ("Chile remembers 1973 coup", "Thousands marched in Santiago on the day Pinochet seized power."),
    ("London marks 20 years since suicide bombings", "Survivors gathered in Hyde Park."),
    ("50 years after coup, Argentina opens army files", "Families of the disappeared had sought them."),
]
HAPPENED = [
    ("armed conflict", "Israel attacks Gaza, denies famine", ""),
    ("armed conflict", "Russia hits Kyiv on anniversary of invasion", ""),
    ("armed conflict", "Russia attacks Kyiv on Christmas", ""),
    ("armed conflict", "A year on, Israel strikes Gaza again", "Jets hit Gaza City, killing 30."),
    ("armed conflict", "Hamas attacks Israel 50 years after Yom Kippur war", ""),
    ("armed conflict", "Iran denies role in drone attack on US base in Jordan", ""),
    ("armed conflict", "Rwanda denies backing M23 rebels as they seize Goma", ""),
    ("armed conflict", "No ceasefire in Gaza as Israeli strikes kill 40", ""),
    ("armed conflict", "Russia rules out ceasefire, attacks Odesa with drones", "The port was set ablaze."),
    ("armed conflict", "Israel never stopped bombing Lebanon, Hezbollah says", "An air strike killed five."),
    ("armed conflict", "Russian strikes kill five as Ukraine marks third anniversary of war", ""),
    (
        "armed conflict",
        "Myanmar army denies air strike on village killed children",
        "Jets bombed a school in Sagaing, killing 22, residents said.",
    ),
    (
        "armed conflict",
        "Sudan army denies bombing market as death toll passes 100",
        "Warplanes hit the market in Darfur on Monday.",
    ),
    ("act of terror", "Islamic State claims Moscow attack, Ukraine denies involvement", ""),
    ("act of terror", "Taliban deny links to suicide bombing in Islamabad", ""),
    (
        "act of terror",
        "Suspect denies he was lone wolf in Berlin market attack",
        "The man drove into a crowd at a Christmas market, killing six.",
    ),
    ("coup d'etat", "Judge denies bail to coup leader in Bolivia", ""),
    ("coup d'etat", "Mali army seizes power 8 years after last coup", ""),
    ("coup d'etat", "Ousted president denies he resigned as army seizes power in Madagascar", ""),
]


@pytest.fixture(scope="module")
def happenings(topics):
    above = topics.above()
    return {
        topic.name
        for topic in topics.topics
        if not HAPPENINGS.isdisjoint(topics.find(code)[0].name for code in (topic.code, *above[topic.code]))
    }


def told(tagger, title, *paragraphs):
    return {tag.name: tag for tag in tagger.tag(make_article(title, *paragraphs)).topics if not tag.via}


@pytest.mark.parametrize(("title", "lead"), DENIED, ids=lambda value: value[:60])
def test_what_is_denied_is_not_told(tagger, happenings, title, lead):
    assert not told(tagger, title, *filter(None, [lead])).keys() & happenings


@pytest.mark.parametrize(("name", "title", "lead"), HAPPENED, ids=lambda value: value[:60])
def test_what_happened_is_told(tagger, happenings, name, title, lead):
    found = told(tagger, title, *filter(None, [lead])).keys()
    assert name in found or (name == "act of terror" and "terrorist bombings" in found)


RULES = """
lists:
  denied: hoax
  denied after: (denies|denied) .., no
  denied before: (#) years ago
  happened: killing (#)
  another clause: (as|while)
topics:
  - code: own:war
    name: war
    happens: yes
    strong: blitz, siege, raid
    weak: armour, truce
  - code: own:siege
    name: sort of war
    parent: war
    strong: trench, siege
  - code: own:peace
    name: peace
    strong: truce, envoy
"""


@pytest.fixture
def small(rules):
    actors = [Actor(id="ruritania", name="Ruritania", type="country", aliases=("Ruritania",))]
    return Tagger(Catalogue(actors), rules)


@pytest.mark.parametrize(
    ("title", "weight"),
    [
        ("Ruritania denies blitz", 0),
        ("Ruritania denies \u201cblitz\u201d", 0),
        ("Ruritania denies a very long blitz", 0),
        ("Ruritania denies an all too very long blitz", 6),
        ("Ruritania denies role in blitz", 6),
        ("Ruritania denies using raid", 6),
        ("Ruritania denies blitz and raid", 0),
        ("Ruritania denies blitz, raid goes on", 6),
        ("Ruritania denies blitz as raid goes on", 6),
        ("Raid as Ruritania denies blitz", 6),
        ("Blitz \u2013 a hoax", 0),
        ("Blitz 30 years ago", 0),
        ("Raid and blitz 30 years ago", 6),
        ("No blitz", 0),
        ("No, blitz", 6),
    ],
)
def test_how_far_a_denial_reaches(small, rules, title, weight):
    weights = small.topic_weights(make_article(title))
    assert weights.get([topic.name for topic in rules.topics].index("war"), 0) == weight


def test_topics_below_are_not_told_either(small):
    assert told(small, "Trench")
    assert not told(small, "Ruritania denies trench")


def test_what_says_more_for_another_topic_denies_nothing(small):
    assert told(small, "No truce: blitz in Ruritania").keys() == {"war", "peace"}
    assert told(small, "No truce", "A blitz began.").keys() == {"peace", "war"}


@pytest.mark.parametrize(
    ("lead", "is_told"),
    [
        ("A blitz began.", False),
        ("A blitz and a raid began.", True),
        ("A blitz began. It was no raid.", False),
        ("It denied a blitz and a raid.", False),
        ("A blitz began, killing 12.", True),
        ("It denied a blitz, killing 12.", False),
        ("Fog rolled in, killing 12. A blitz began.", False),
    ],
)
def test_the_lead_decides(small, lead, is_told):
    assert ("war" in told(small, "Ruritania denies blitz", lead)) == is_told


def test_where_the_headline_denies_nothing_the_lead_is_not_looked_at(small):
    assert "war" in told(small, "Ruritania", "It denied a blitz.")


def test_a_mention_is_none_of_what_is_denied(small):
    mentions = told(small, "Ruritania denies blitz", "A raid and a siege began.")["war"].mentions
    assert [mention.text for mention in mentions] == ["raid", "siege"]


def test_why_a_topic_was_held_back(small):
    article = make_article("Ruritania denies blitz", "Armour rolled past. It was no raid.")
    (one,) = small.topics_not_told(article, small.tag(article))
    assert (one.why, one.phrases, one.denied) == ("denied", ("Armour",), ("blitz", "raid"))
    assert one.because.endswith("only remembers it; for it: Armour; denied: blitz, raid")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("happens: yes", "happens: sometimes", "war: happens: write yes"),
        ("denied: hoax", "denied: (|hoax)", "denied: needs a word that is always there"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, old, new, said):
    file = tmp_path / "topics.yaml"
    file.write_text(RULES.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"topics\.yaml:\d+: {said}"):
        load_topics(file)


def test_without_such_lists_nothing_is_denied(tmp_path):
    file = tmp_path / "topics.yaml"
    file.write_text(RULES[RULES.index("topics:") :], encoding="utf-8")
    assert "war" in told(Tagger(Catalogue([]), load_topics(file)), "Ruritania denies blitz")
