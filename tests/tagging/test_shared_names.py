"""Words of topics that are names of those in office: told in `config check`; the shipped files have none."""

from datetime import UTC, date, datetime

from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.tagging.catalogue.actors import Actor, Role
from wirewatch.tagging.shared_names import shared_names
from wirewatch.tagging.topics.topics import STRENGTHS, Topic

SPORT = Topic("medtop:15000000", "sport")
DUMA = Actor("Q1", "Russia", "country")


def test_a_strong_word_of_a_sport_that_is_a_minister_s_name():
    tennis = Topic(
        "own:tennis",
        "tennis",
        {"medvedev": STRENGTHS["strong"], "rublev": STRENGTHS["strong"], "lavrov": STRENGTHS["weak"]},
        SPORT.code,
    )
    diplomacy = Topic("own:diplomacy", "diplomacy", {"medvedev": STRENGTHS["strong"]})
    people = [_minister(name) for name in ("Medvédev", "Lavrov")]
    player = Actor("person:rublev", "Rublev", "person", aliases=("Rublev",))
    doubts = list(shared_names(TopicRules((SPORT, tennis, diplomacy)), Catalogue([DUMA, *people, player])))
    assert [doubt.what for doubt in doubts] == [
        "'medvedev' is a strong phrase of tennis and a name of Medvédev"
    ]


def test_the_shipped_files_share_none(catalogue, topics):
    assert not list(shared_names(topics, catalogue))


def test_ministers_are_no_players(tagger, article):
    day = datetime(2025, 7, 1, tzinfo=UTC)
    for headline in ("Medvedev warns of nuclear war", "Pistorius orders tanks for brigade"):
        names = {topic.name for topic in tagger.tag(article(headline, time=day)).topics}
        assert not names & {"tennis", "Paralympic Games", "sport"}


def _minister(name):
    held = Role("minister", DUMA.id, date(2020, 1, 1))
    return Actor(f"person:{name}", name, "person", roles=(held,), aliases=(name,))
