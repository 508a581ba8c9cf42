"""Retellings by headline and lead: what tells another event of the same actors from one told again."""

import pytest

from tests.watches.cells import Cells
from tests.watches.world import article, tag
from wirewatch.watches.likeness.fingerprint import fingerprint
from wirewatch.watches.likeness.similarity import OVERNIGHT, RETOLD, RETOLD_UNLIKE, Comparison, Kind

HOUR = 3_600_000_000  # µs
FREED = "Iran frees the crew of the Halcyon, officials said"
RELEASED = "The Halcyon's crew was released by Iran, news agencies reported"
SARATOV = ("Drones hit Saratov refinery", "Ukraine sent drones to Russia on Tuesday, in the news.")
VOLGOGRAD = (
    "Drones hit Volgograd refinery",
    "Russia said drones came from Ukraine on Tuesday, said the news.",
)


def print_of(title, *paragraphs):
    item = article(title, *paragraphs)
    return fingerprint(item, tag(item))


def likeness(one, other, *, hours):
    return Comparison(print_of(*one), lambda _: 1.0).belongs([(0, print_of(*other))], round(hours * HOUR))


def freed(day):
    return "Joy for Halcyon freighter captain", f"{FREED}{day}."


def released(day):
    return "Sailors of the Halcyon kiss mothers", f"{RELEASED}{day}."


@pytest.mark.parametrize(
    ("day", "other", "hours", "told_as_one"),
    [
        (" on Tuesday", " on Tuesday", 20, True),
        (" on Tuesday", " on Wednesday", OVERNIGHT / HOUR, True),
        (" on Tuesday", " on Wednesday", OVERNIGHT / HOUR + 1, False),
        (" on Tuesday", "", 20, True),
        (" on Tuesday", " on Wednesday, after a raid on Tuesday", 20, True),
    ],
)
def test_a_retelling_of_another_day_is_another_event(day, other, hours, told_as_one):
    like = likeness(freed(day), released(other), hours=hours)
    assert (like is not None and like.kind is Kind.RETOLD) is told_as_one


def test_all_that_tell_a_story_say_which_day_it_is():
    undated, dated = print_of(*freed("")), print_of(*freed(" on Tuesday"))
    coming = Comparison(print_of(*released(" on Wednesday")), lambda _: 1.0)
    later = 20 * HOUR
    assert coming.belongs([(0, undated)], later).kind is Kind.RETOLD
    assert coming.belongs([(0, undated), (0, dated)], later) is None
    # Long since told as Tuesday's, a story is no other night's for having been told so again just now.
    assert coming.belongs([(0, dated), (later - HOUR, dated)], later) is None
    wednesday = (0, print_of(*freed(" on Wednesday")))
    assert coming.belongs([(0, dated), wednesday], later).kind is Kind.RETOLD


def test_headlines_alike_but_for_their_names_are_two_events():
    assert likeness(SARATOV, VOLGOGRAD, hours=1) is None
    again = ("Saratov refinery hit by drones", VOLGOGRAD[1])
    assert likeness(SARATOV, again, hours=1).kind is Kind.RETOLD


def test_headlines_that_name_unlike_things_must_be_more_alike():
    convoy = (
        "Iran ambush kills Halcyon crew",
        "Iran and Iraq spoke in Basra of ships, gunmen, cargo and freight.",
    )
    road = (
        "Iraq mourns sailors of Basra road",
        "Iran was at fault, with gunmen, for ships and cargo of the Halcyon.",
    )
    one, other = Comparison(print_of(*convoy), lambda _: 1.0), print_of(*road)
    assert one.retelling(other) >= RETOLD
    assert likeness(convoy, road, hours=1).kind is Kind.RETOLD  # neither headline names what the other lacks
    named = (f"{convoy[0]} near bridge of Kut", convoy[1]), (f"{road[0]} outside Amara", road[1])
    one, other = Comparison(print_of(*named[0]), lambda _: 1.0), print_of(*named[1])
    assert RETOLD <= one.retelling(other) < RETOLD_UNLIKE
    assert likeness(*named, hours=1) is None


def test_the_first_story_of_a_watch_is_known_again_as_surely_as_any():
    one = (
        "Iran lets freighter sail, news agency says",
        "The Halcyon left Basra with eleven sailors and a load of rice.",
    )
    again = ("Owners of the Halcyon relieved, says news", "Iran has let a ship with rice go after calls.")
    assert RETOLD <= Comparison(print_of(*one), lambda _: 1.0).retelling(print_of(*again)) < RETOLD + 0.05
    assert Cells().told(article(*one, at=0), article(*again, at=1, source="other.example")) == [
        "opened",
        None,
    ]
