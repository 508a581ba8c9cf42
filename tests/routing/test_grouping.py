"""Timelines of grouping: group_wait, group_interval, what is urgent, what stands alone."""

from datetime import timedelta

from connectors.notify.grouping import group as life
from tests.routing.timeline import T0, Timeline, between, exactly, make

BY_WATCH = "route: {receiver: ops, group_by: [watch], group_wait: 30s, group_interval: 5m}"
DEFAULTS = "route: {receiver: ops, group_by: [watch]}"
ALONE = "route: {receiver: ops}"


def test_the_first_alert_waits_for_others(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(10).alert("b")
    t.expect(between(30, 31), "ops", "a", "b")
    t.play(to=3600)


def test_what_comes_after_the_wait_waits_for_the_interval(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(31).alert("b")
    t.at(200).alert("c")
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(330, 331), "ops", "b", "c")
    t.play(to=3600)


def test_the_interval_counts_from_the_last_time_told(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(100).alert("b")
    t.at(331).alert("c")
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(330, 331), "ops", "b")
    t.expect(between(630, 631), "ops", "c")
    t.play(to=3600)


def test_after_an_interval_without_news_a_group_begins_anew(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(1000).alert("b")
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(1030, 1031), "ops", "b")
    t.play(to=3600)


def test_nothing_told_in_the_interval_is_told_again(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.expect(between(30, 31), "ops", "a")
    t.play(to=7 * 86_400)


def test_each_watch_is_a_group(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a", watch="nato")
    t.at(5).alert("b", watch="iran")
    t.at(6).alert("c", watch="nato")
    t.expect(between(30, 31), "ops", "a", "c")
    t.expect(between(35, 36), "ops", "b")
    t.play(to=3600)


def test_group_by_nothing_is_one_group(tmp_path):
    t = Timeline(tmp_path, "route: {receiver: ops, group_by: [], group_wait: 10s}")
    t.at(0).alert("a", watch="nato")
    t.at(5).alert("b", watch="iran")
    t.expect(between(10, 11), "ops", "a", "b")
    t.play(to=3600)


def test_group_by_a_label_that_some_lack(tmp_path):
    t = Timeline(tmp_path, "route: {receiver: ops, group_by: [desk], group_wait: 10s}")
    t.at(0).alert("a", labels={"desk": "gulf"})
    t.at(1).alert("b")
    t.at(2).alert("c", labels={"desk": "gulf"})
    t.at(3).alert("d")
    t.expect(between(10, 11), "ops", "a", "c")
    t.expect(between(11, 12), "ops", "b", "d")
    t.play(to=3600)


def test_group_by_two_labels(tmp_path):
    t = Timeline(tmp_path, "route: {receiver: ops, group_by: [watch, severity], group_wait: 10s}")
    t.at(0).alert("a", severity="low")
    t.at(1).alert("b", severity="medium")
    t.at(2).alert("c", severity="low")
    t.expect(between(10, 11), "ops", "a", "c")
    t.expect(between(11, 12), "ops", "b")
    t.play(to=3600)


def test_by_default_low_waits_thirty_seconds(tmp_path):
    t = Timeline(tmp_path, DEFAULTS)
    t.at(0).alert("a", severity="low")
    t.expect(between(30, 31), "ops", "a")
    t.play(to=3600)


def test_by_default_high_and_critical_do_not_wait(tmp_path):
    t = Timeline(tmp_path, DEFAULTS)
    t.at(0).alert("a", watch="one", severity="high")
    t.at(0).alert("b", watch="two", severity="critical")
    t.expect(exactly(0), "ops", "a")
    t.expect(exactly(0), "ops", "b")
    t.play(to=3600)


def test_what_is_urgent_takes_along_what_waits(tmp_path):
    t = Timeline(tmp_path, DEFAULTS)
    t.at(0).alert("a", severity="low")
    t.at(10).alert("b", severity="critical")
    t.at(12).alert("c", severity="low")
    t.expect(exactly(10), "ops", "a", "b")
    t.expect(between(310, 311), "ops", "c")
    t.play(to=3600)


def test_a_wait_that_is_given_holds_for_what_is_urgent_too(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a", severity="critical")
    t.expect(between(30, 31), "ops", "a")
    t.play(to=3600)


def test_without_group_by_each_is_told_alone_and_at_once(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).alerts(make("a", severity="low"), make("b", severity="low"))
    t.at(1).alert("c")
    for second, name in ((0, "a"), (0, "b"), (1, "c")):
        t.expect(exactly(second), "ops", name)
    t.play(to=3600)
    assert [told.id for told in t.told] == ["a", "b", "c"]


def test_without_a_route_every_receiver_is_told_at_once(tmp_path):
    t = Timeline(tmp_path, "{}", receivers=("ops", "desk"))
    t.at(0).alert("a", severity="info")
    t.expect(exactly(0), "ops", "a")
    t.expect(exactly(0), "desk", "a")
    t.play(to=3600)
    assert {told.id for told in t.told} == {"a"}


def test_a_step_of_a_story_told_alone_does_not_wait(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).alert("a", story="s")
    t.at(1).alert("b", story="s", status="updated", step="sources:3")
    t.expect(exactly(0), "ops", "a")
    t.expect(exactly(1), "ops", "b")
    t.play(to=3600)


def test_alone_with_a_wait_of_its_own(tmp_path):
    t = Timeline(tmp_path, "route: {receiver: ops, group_by: ['...'], group_wait: 1m}")
    t.at(0).alert("a")
    t.at(5).alert("b")
    t.expect(between(60, 61), "ops", "a")
    t.expect(between(65, 66), "ops", "b")
    t.play(to=3600)
    assert [told.id for told in t.told] == ["a", "b"]


def test_steps_of_one_story_within_the_wait_are_all_told(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a", story="s")
    t.at(5).alert("b", story="s", status="updated", step="sources:3")
    t.at(9).alert("c", story="s", status="closed", step="closed")
    t.expect(between(30, 31), "ops", "a", "b", "c")
    t.play(to=3600)


def test_a_group_has_an_id_of_its_own_even_for_one_alert(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(1000).alert("b")
    t.run(to=3600)
    first, second = t.told
    assert first.id != "a"
    assert first.id != second.id


def test_two_receivers_of_one_group_are_told_under_different_ids(tmp_path):
    t = Timeline(
        tmp_path,
        """
        route:
          receiver: ops
          group_by: [watch]
          routes:
            - {receiver: desk, continue: true}
            - {receiver: mail}
        """,
    )
    t.at(0).alert("a")
    t.run(to=3600)
    assert len({told.id for told in t.told}) == 2


def test_a_repeat_from_kafka_is_not_told_again(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).alert("a")
    t.at(5).alert("a")
    t.expect(exactly(0), "ops", "a")
    t.play(to=3600)


def test_very_many_at_once_are_told_in_several_deliveries(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    names = [f"a{n:04}" for n in range(450)]
    t.at(0).alerts(*(make(name) for name in names))
    t.run(to=3600)
    assert [len(told.alerts) for told in t.told] == [200, 200, 50]
    assert [name for told in t.told for name in told.alerts] == names
    assert len({told.id for told in t.told}) == 3


def test_more_than_are_looked_at_in_one_go(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.notify.grouping.store.MAX_MEMBERS", 30)
    t = Timeline(tmp_path, BY_WATCH)
    names = [f"a{n:03}" for n in range(100)]
    t.at(0).alerts(*(make(name) for name in names))
    t.run(to=3600)
    assert [name for told in t.told for name in told.alerts] == names
    assert {told.at for told in t.told} == {30}


def test_a_delivery_is_bounded_in_bytes(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alerts(*(make(f"a{n}", title="x" * 300_000) for n in range(5)))
    t.run(to=3600)
    assert [len(told.alerts) for told in t.told] == [2, 2, 1]
    assert life.MAX_BYTES < 1 << 20


def test_a_restart_keeps_what_waits_and_when(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(10).restart()
    t.at(20).alert("b")
    t.at(25).restart()
    t.expect(between(30, 31), "ops", "a", "b")
    t.play(to=3600)


def test_what_fell_due_while_it_was_down_is_told_at_the_start(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.run(to=5)
    t.shared.close()  # down for an hour
    t._open()
    late = T0 + timedelta(hours=1)
    t.decider.use(t._policy, t.listing, now=late)
    assert t.decider.next_due() <= late
    assert t.decider.look(late) == 1
    t._collect(3600)
    assert [told.alerts for told in t.told] == [("a",)]


def test_a_receiver_that_cannot_be_rendered_for_stops_nobody(tmp_path):
    class Broken:
        def render(self, telling):
            raise RuntimeError("no template")

    routes = (
        "{route: {receiver: ops, routes: [{receiver: ops, continue: true}, {receiver: desk, group_by: []}]}}"
    )
    t = Timeline(tmp_path, routes)
    t.listing["ops"] = Broken()
    t.at(0).alert("a", severity="critical")
    t.expect(exactly(0), "desk", "a")
    t.play(to=3600)
    assert t.ledger("a", "ops") == ("dead", "it could not be rendered: RuntimeError")
    t.listing["ops"], t.listing["desk"] = t.listing["desk"], t.listing["ops"]
    t.at(4000).alert("b", severity="critical")
    t.run(to=5000)
    assert t.ledger("b", "desk") == ("dead", "it could not be rendered: RuntimeError")
    assert t.ledger("b", "ops") == ("told", "")
