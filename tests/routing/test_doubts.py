"""What routes.yaml asks for that no alert has is noted, with what is near; what is meant is not."""

import pytest

from connectors.notify import alarm
from connectors.notify.routing.config import RoutingConfig
from connectors.notify.routing.doubts import Known, doubts
from tests.notify.support import T0
from tests.routing.test_commands import Site
from wirewatch.service.route_doubts import SYSTEM_LABELS, SYSTEM_WATCHES, silence_doubts
from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.watches.model import Watch

KNOWN = Known(
    watches=("nato", "oil-gulf", "system/receiver"),
    labels={"desk", "region"},
    actors={"Q7795", "OPEC"},
    topics={"medtop:20000271", "energy and resource"},
    label_values={"region": {"", "latam"}},
)
MATCHERS = {
    "severity=urgent": "fits no alert, as no severity is so called",
    "severity=hihg": "fits no alert, as no severity is so called: did you mean high?",
    "severity!=urgent": "rules out no alert",
    'severity=~"urgent|dire"': "fits no alert",
    'severity=~"urgent|high"': None,
    "severity!~.*": None,  # rules out all: odd, but it says so
    "status=open": "did you mean opened?",
    "kind=watches": "did you mean watch?",
    "watch=natoo": "fits no alert, as no watch is so called: did you mean nato?",
    "watch=~oil.*": None,
    "watch=~gas.*": "fits no alert",
    "watch!=oil_gulf": "rules out no alert, as no watch is so called: did you mean oil-gulf?",
    "watch=system/receiver": None,
    "also=nat0": "did you mean nato?",
    'also=""': None,
    "desk=anything": None,
    "labels.desk=anything": None,
    "dsek=gulf": "no watch has such a label: did you mean desk?",
    "region=latan": "fits no alert, as no region is so called: did you mean latam?",
    "labels.region=latan": "did you mean latam?",
    "region=latam": None,
    'region=""': None,
    "labels.regoin=x": "did you mean region?",
    "serverity=high": "did you mean severity?",
    "actor=Q7795": None,
    "actor!=OPEC": None,
    "actor=OPEK": "fits no alert, as no actor is so called: did you mean OPEC?",
    "actor!=org:opec": "rules out no alert, as no actor is so called",
    "topic=energy": "fits no alert, as no topic is so called",
    'topic="energy and resource"': None,
    "topic=medtop:20000271": None,
    "source!=example.com": None,
}


@pytest.mark.parametrize(("matcher", "expected"), MATCHERS.items(), ids=MATCHERS)
def test_a_matcher(matcher, expected):
    route = {"receiver": "r1", "routes": [{"routes": [{"matchers": [matcher]}]}]}
    found = list(doubts(RoutingConfig(route=route), KNOWN))
    if expected is None:
        assert found == []
    else:
        (doubt,) = found
        assert doubt.place == ("route", "routes", 0, "routes", 0, "matchers", 0)
        assert expected in str(doubt)


def test_what_groups_are_made_by_and_who_inhibits():
    config = RoutingConfig(
        route={"receiver": "r1", "group_by": ["watch", "dsk"], "routes": [{"group_by": ["..."]}]},
        inhibit_rules=[{"name": "wider", "target_matchers": ["watch=nat"], "source_matchers": ["watch=oil"]}],
    )
    assert [doubt.place for doubt in doubts(config, KNOWN)] == [
        ("route", "group_by", 1),
        ("inhibit_rules", 0, "target_matchers", 0),
        ("inhibit_rules", 0, "source_matchers", 0),
    ]


def test_no_routes_no_doubts():
    assert list(doubts(RoutingConfig(), KNOWN)) == []


def test_system_alerts_are_known():
    told = alarm.opened("r1", alarm.Trouble.FAILING, "", T0)
    assert told.watch in SYSTEM_WATCHES
    assert set(told.labels) <= set(SYSTEM_LABELS)


ROUTES = """
receivers: [{name: r1, stdout: {}}]
route: {receiver: r1, routes: [{matchers: [severity=urgent]}, {matchers: [kind=system, state=failing]}]}
"""


def test_they_are_notes_of_both_checks(tmp_path):
    site = Site(tmp_path, ROUTES)
    where = f"{site.site.config / 'routes.yaml'}:3:44: route.routes[1].matchers[1]: "
    note = where + 'severity="urgent" fits no alert, as no severity is so called'
    said = site.run("routes", "check")
    assert f"note: {note}" in said
    assert "routes[2]" not in said
    assert note in site.run("config", "check")
    (site.site.config / "watches.yaml").write_text("[")
    assert "names of watches, labels, actors and topics are not checked" in site.run("routes", "check")


ALERTMANAGERS = {
    "told once": ("{receiver: am}", True),
    "told again": ("{receiver: am, repeat_interval: 5m}", False),
    "told again by the route above": ("{receiver: r1, repeat_interval: 5m, routes: [{receiver: am}]}", False),
    "told once by one of its routes": (
        "{receiver: am, repeat_interval: 5m, routes: [{matchers: [kind=watch], digest: {times: ['08:00']}}]}",
        True,
    ),
    "never told": ("{receiver: r1}", False),
    "no routes": ("null", True),
}


@pytest.mark.parametrize(("route", "noted"), ALERTMANAGERS.values(), ids=ALERTMANAGERS)
def test_an_alertmanager_that_would_forget(tmp_path, route, noted):
    receivers = "[{name: r1, stdout: {}}, {name: am, alertmanager: {url: 'https://am.example'}}]"
    said = Site(tmp_path, f"receivers: {receivers}\nroute: {route}\n").run("routes", "check")
    assert (": receiver am: a story is told once" in said) == noted


def test_a_silence_of_a_label_value_that_no_watch_has():
    watch = Watch(id="a", name="A", when="oil*", severity="low", labels={"desk": "latam"})
    nothing = Catalogue({}), TopicRules(())
    matchers = ["desk=latan", "labels.desk=latam", "state=anything"]
    (found,) = silence_doubts(matchers, [watch], *nothing)
    assert "did you mean latam?" in str(found)
