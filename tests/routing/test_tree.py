"""Which routes an alert takes: cases in a table, and by timelines where several are told."""

import pytest

from connectors.notify.routing.labels import labels_of
from tests.routing.timeline import Timeline, exactly, make, policy
from wirewatch.alert import ActorRef, TopicRef

TREE = """
route:
  receiver: root
  routes:
    - matchers: [kind=system]
      receiver: admin
    - matchers: ['severity=~"high|critical"']
      receiver: oncall
      continue: true
      routes:
        - {matchers: [watch=nato], receiver: nato}
    - matchers: [labels.desk=gulf]
      receiver: gulf
    - matchers: [actor=NATO, topic!=sport]
      receiver: actors
    - matchers: ['source!~"(?i)blog.*"', 'watch="oil, gas"']
      receiver: quoted
    - matchers: [also=war]
      receiver: war
"""
NAMES = ("root", "admin", "oncall", "nato", "gulf", "actors", "quoted", "war")
NATO = ActorRef(id="org:nato", name="NATO", type="organisation")
SPORT = TopicRef(code="sport", name="sport", score=1)

TAKEN = {
    "nothing fits: the root": ({}, ["root"]),
    "a leaf": ({"labels": {"desk": "gulf"}}, ["gulf"]),
    "the first of a level only": ({"labels": {"desk": "gulf"}, "actors": (NATO,)}, ["gulf"]),
    "continue goes on": (
        {"severity": "high", "watch": "iran", "labels": {"desk": "gulf"}},
        ["oncall", "gulf"],
    ),
    "the deepest": ({"severity": "critical", "watch": "nato"}, ["nato"]),
    "deepest, and on": (
        {"severity": "critical", "watch": "nato", "labels": {"desk": "gulf"}},
        ["nato", "gulf"],
    ),
    "an actor by name": ({"actors": (NATO,)}, ["actors"]),
    "all matchers must fit": ({"actors": (NATO,), "topics": (SPORT,)}, ["root"]),
    "a value with a comma": ({"watch": "oil, gas", "source": "Reuters"}, ["quoted"]),
    "a regex that must not fit": ({"watch": "oil, gas", "source": "Blogspot"}, ["root"]),
    "a regex fits the whole": ({"severity": "critical", "watch": "natou"}, ["oncall"]),
    "a missing source does not fit": ({"watch": "oil, gas", "source": None}, ["quoted"]),
    "another watch of the article": ({"also": {"war": "high"}}, ["war"]),
    "system": ({"kind": "system", "watch": "system/receiver"}, ["admin"]),
    "system, about its own receiver": (
        {"kind": "system", "watch": "system/receiver", "labels": {"receiver": "admin"}},
        ["root"],
    ),
    "system, about the root's receiver": (
        {"kind": "system", "watch": "system/receiver", "labels": {"receiver": "root"}},
        ["admin"],
    ),
}


@pytest.mark.parametrize(("changes", "receivers"), TAKEN.values(), ids=TAKEN.keys())
def test_routes_taken(changes, receivers):
    alert = make("a", **changes)
    routes = policy(TREE, NAMES).routes(alert, labels_of(alert))
    assert [route.terms.receiver for route in routes] == receivers


def test_a_receiver_with_trouble_of_its_own_and_nobody_else_to_tell():
    alert = make("a", kind="system", labels={"receiver": "ops"})
    assert policy("route: {receiver: ops}").routes(alert, labels_of(alert)) == []
    default = policy("{}").routes(alert, labels_of(alert))
    assert [route.terms.receiver for route in default] == ["desk", "mail"]


def test_a_receiver_is_told_once_though_two_routes_lead_to_it(tmp_path):
    t = Timeline(
        tmp_path,
        """
        route:
          receiver: ops
          routes:
            - {matchers: [watch=nato], receiver: desk, continue: true}
            - {matchers: [severity=medium], receiver: desk, group_by: [watch], continue: true}
            - {matchers: [], receiver: ops}
        """,
    )
    t.at(0).alert("a")
    t.expect(exactly(0), "desk", "a")
    t.expect(exactly(0), "ops", "a")
    t.play(to=3600)


def test_terms_are_inherited():
    tree = policy(
        """
        route:
          receiver: ops
          group_by: [watch]
          group_wait: 1m
          repeat_interval: 4h
          routes: [{matchers: [watch=nato], group_interval: 2m}, {matchers: [watch=iran], group_by: ['...']}]
        """
    ).roots[0]
    first, second = (child.terms for child in tree.children)
    assert (first.receiver, first.group_by, first.group_wait.total_seconds()) == ("ops", ("watch",), 60)
    assert (first.group_interval.total_seconds(), first.repeat_interval.total_seconds()) == (120, 14400)
    assert second.alone


def test_keys_outlive_a_change_of_order():
    one = "{matchers: [watch=nato, kind=watch], receiver: desk}"
    two = "{matchers: [watch=iran], receiver: mail}"
    keys = [
        {r.key for r in policy(f"route: {{receiver: ops, routes: [{a}, {b}]}}").roots[0].all()}
        for a, b in ((one, two), (two, one))
    ]
    assert keys[0] == keys[1]


def test_two_routes_alike_have_two_keys():
    same = "{matchers: [watch=nato], receiver: desk, continue: true}"
    tree = policy(f"route: {{receiver: ops, routes: [{same}, {same}]}}").roots[0]
    assert len({route.key for route in tree.all()}) == 3
