"""Timelines of repeat_interval: what is open is told again, whole, until it is over."""

from datetime import timedelta

from tests.routing.timeline import T0, Timeline, between, exactly

HOURLY = "route: {receiver: ops, group_by: [watch], group_wait: 30s, group_interval: 5m, repeat_interval: 1h}"
ALONE = "route: {receiver: ops, repeat_interval: 1h}"


def test_what_is_open_is_told_again(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a")
    for second in (30, 3630, 7230):
        t.expect(between(second, second + 1), "ops", "a")
    t.play(to=3 * 3600)
    assert [told.number for told in t.told] == [0, 1, 2]
    assert len({told.id for told in t.told}) == 3


def test_news_is_told_with_what_is_open(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a")
    t.at(100).alert("b")
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(330, 331), "ops", "a", "b")
    t.expect(between(3930, 3931), "ops", "a", "b")
    t.play(to=4000)


def test_news_begins_the_repeat_interval_anew(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a")
    t.at(3500).alert("b")
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(3630, 3631), "ops", "a", "b")
    t.expect(between(7230, 7231), "ops", "a", "b")
    t.play(to=7300)


def test_a_repeat_comes_at_a_multiple_of_the_group_interval(tmp_path):
    t = Timeline(tmp_path, HOURLY.replace("repeat_interval: 1h", "repeat_interval: 7m"))
    t.at(0).alert("a")
    for second in (30, 630, 1230):
        t.expect(between(second, second + 1), "ops", "a")
    t.play(to=1800)


def test_a_closed_story_is_told_once_more_and_no_longer(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a", story="s")
    t.at(1000).alert("z", story="s", status="closed", step="closed")
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(1230, 1231), "ops", "z")
    t.play(to=86_400)
    assert t.decider.next_due() is None


def test_one_of_two_is_closed(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a", story="s")
    t.at(1).alert("b")
    t.at(100).alert("z", story="s", status="closed", step="closed")
    t.expect(between(30, 31), "ops", "a", "b")
    t.expect(between(330, 331), "ops", "b", "z")
    t.expect(between(3930, 3931), "ops", "b")
    t.play(to=4000)


def test_a_later_step_stands_for_the_story(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a", story="s")
    t.at(100).alert("b", story="s", status="updated", step="sources:3")
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(330, 331), "ops", "b")
    t.expect(between(3930, 3931), "ops", "b")
    t.play(to=4000)


def test_what_has_expired_is_not_told_again(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a", expires_at=T0 + timedelta(minutes=90))
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(3630, 3631), "ops", "a")
    t.play(to=86_400)
    assert t.decider.next_due() is None


def test_what_expired_before_it_came_is_told_once(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a", expires_at=T0 - timedelta(days=90))
    t.expect(between(30, 31), "ops", "a")
    t.play(to=86_400)


def test_alone_is_told_again_too(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).alert("a")
    t.at(600).alert("b")
    t.expect(exactly(0), "ops", "a")
    t.expect(exactly(600), "ops", "b")
    t.expect(between(3600, 3601), "ops", "a")
    t.expect(between(4200, 4201), "ops", "b")
    t.play(to=5000)
    assert [told.id for told in t.told[:2]] == ["a", "b"]
    assert {"a", "b"}.isdisjoint(told.id for told in t.told[2:])


def test_an_update_of_a_story_told_alone_does_not_wait_for_the_interval(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).alert("a", story="s")
    t.at(10).alert("b", story="s", status="updated", step="sources:3")
    t.expect(exactly(0), "ops", "a")
    t.expect(exactly(10), "ops", "b")
    t.expect(between(3610, 3611), "ops", "b")
    t.play(to=4000)


def test_a_restart_repeats_nothing_early(tmp_path):
    t = Timeline(tmp_path, HOURLY)
    t.at(0).alert("a")
    for second in (40, 400, 3000):
        t.at(second).restart()
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(3630, 3930), "ops", "a")
    t.play(to=4000)


def test_an_id_is_never_used_twice(tmp_path):
    t = Timeline(tmp_path, HOURLY.replace("1h", "10m"))
    t.at(0).alert("a", story="s")
    t.at(2000).alert("b", story="r")
    t.at(4000).alert("z", story="r", status="closed", step="closed")
    t.run(to=86_400)
    assert len({told.id for told in t.told}) == len(t.told) > 100


def test_only_so_many_are_kept_to_be_told_again(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.notify.grouping.group.MAX_OPEN", 3)
    t = Timeline(tmp_path, HOURLY)
    for n in range(5):
        t.at(n).alert(f"a{n}")
    t.expect(between(30, 31), "ops", "a0", "a1", "a2", "a3", "a4")
    t.expect(between(3630, 3631), "ops", "a2", "a3", "a4")
    t.play(to=4000)
