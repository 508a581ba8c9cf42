"""Timelines of routes.yaml changed while alerts wait: none is lost, none told twice."""

from tests.routing.timeline import Timeline, between, exactly

BY_WATCH = "route: {receiver: ops, group_by: [watch], group_wait: 30s, group_interval: 5m}"


def test_what_waits_goes_on_waiting_in_a_group_that_stays(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(10).routes(BY_WATCH + "\ninhibit_rules: [{name: r}]")
    t.expect(between(30, 31), "ops", "a")
    t.play(to=3600)


def test_what_waits_is_led_to_the_new_receiver(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(10).routes("route: {receiver: desk}")
    t.expect(exactly(10), "desk", "a")
    t.play(to=3600)
    assert t.ledger("a", "ops") == ("dead", "routes.yaml has changed: no route leads it there any more")


def test_what_waits_goes_into_the_group_it_belongs_to_now(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a", watch="nato")
    t.at(1).alert("b", watch="iran")
    t.at(10).routes("route: {receiver: ops, group_by: [], group_wait: 20s}")
    t.expect(between(30, 31), "ops", "a", "b")
    t.play(to=3600)


def test_grouping_that_is_given_up_tells_at_once(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(10).routes("route: {receiver: ops}")
    t.expect(exactly(10), "ops", "a")
    t.play(to=3600)
    assert t.told[0].id == "a"


def test_a_shorter_wait_holds_for_what_waits(tmp_path):
    t = Timeline(tmp_path, BY_WATCH.replace("30s", "10m"))
    t.at(0).alert("a")
    t.at(100).routes(BY_WATCH)
    t.expect(between(130, 131), "ops", "a")
    t.play(to=3600)


def test_what_was_told_is_not_told_to_a_new_receiver(tmp_path):
    t = Timeline(tmp_path, "route: {receiver: ops}")
    t.at(0).alert("a")
    t.at(10).routes("{}")
    t.expect(exactly(0), "ops", "a")
    t.play(to=3600)


def test_repeats_stop_with_the_route_that_asked_for_them(tmp_path):
    again = BY_WATCH.replace("group_interval", "repeat_interval: 1h, group_interval")
    t = Timeline(tmp_path, again)
    t.at(0).alert("a")
    t.at(40).routes("route: {receiver: ops, group_by: [severity]}")
    t.expect(between(30, 31), "ops", "a")
    t.play(to=86_400)
    assert t.decider.next_due() is None


def test_repeats_stop_when_the_route_asks_for_them_no_more(tmp_path):
    again = BY_WATCH.replace("group_interval", "repeat_interval: 1h, group_interval")
    t = Timeline(tmp_path, again)
    t.at(0).alert("a")
    t.at(40).routes(BY_WATCH)
    t.expect(between(30, 31), "ops", "a")
    t.play(to=86_400)
    assert t.decider.next_due() is None


def test_a_new_rule_mutes_what_waits_elsewhere(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a", severity="low", also={"war": "critical"})
    t.at(10).routes("{route: {receiver: ops}, inhibit_rules: [{name: r}]}")
    t.play(to=3600)
    assert t.ledger("a")[0] == "inhibited"


def test_a_night_that_is_given_up_ends_the_waiting(tmp_path):
    night = """
    time_intervals: [{name: all day, time_intervals: [{times: [{start_time: 00:00, end_time: 24:00}]}]}]
    route: {receiver: desk, routes: [{receiver: ops, mute_time_intervals: [all day]}]}
    """
    t = Timeline(tmp_path, night)
    t.at(0).alert("a")
    t.at(50).routes("route: {receiver: desk, routes: [{receiver: ops}]}")
    t.expect(between(50, 51), "ops", "a")
    t.play(to=3600)
