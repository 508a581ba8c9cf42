"""Timelines of time intervals and digests, also over the days on which clocks are changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.routing.timeline import Timeline, exactly

BRUSSELS = ZoneInfo("Europe/Brussels")
WEEK = 7 * 86_400
NIGHT = """
time_intervals:
  - name: night
    time_intervals:
      - {times: [{start_time: '22:00', end_time: '24:00'}], location: Europe/Brussels}
      - {times: [{start_time: '00:00', end_time: '07:00'}], location: Europe/Brussels}
"""
ALONE = NIGHT + "route: {receiver: desk, routes: [{receiver: ops, mute_time_intervals: [night]}]}"
GROUPED = (
    NIGHT
    + """
route:
  receiver: desk
  routes: [{receiver: ops, group_by: [watch], group_wait: 30s, mute_time_intervals: [night]}]
"""
)
OFFICE = """
time_intervals:
  - name: office hours
    time_intervals:
      - times: [{start_time: 09:00, end_time: 17:00}]
        weekdays: ['monday:friday']
        location: Europe/Brussels
route: {receiver: desk, routes: [{receiver: ops, active_time_intervals: [office hours]}]}
"""
DIGEST = """
route:
  receiver: desk
  routes: [{receiver: ops, digest: {times: ['07:30'], location: Europe/Brussels}}]
"""


def local(*when: int) -> datetime:
    """Return a moment by the clocks of Brussels."""
    return datetime(*when, tzinfo=BRUSSELS).astimezone(UTC)


def test_at_night_nothing_is_told_and_nothing_lost(tmp_path):
    t = Timeline(tmp_path, ALONE, start=local(2026, 1, 5, 21, 0))
    t.at(local(2026, 1, 5, 21, 59)).alert("a")
    t.at(local(2026, 1, 5, 22, 0)).alert("b")
    t.at(local(2026, 1, 6, 6, 59)).alert("c")
    t.at(local(2026, 1, 6, 7, 0)).alert("d")
    t.expect(local(2026, 1, 5, 21, 59), "ops", "a")
    for name in "bcd":
        t.expect(local(2026, 1, 6, 7, 0), "ops", name)
    t.play(to=WEEK)


def test_a_group_that_falls_due_at_night_waits_for_the_morning(tmp_path):
    t = Timeline(tmp_path, GROUPED, start=local(2026, 1, 5, 21, 0))
    t.at(local(2026, 1, 5, 21, 59, 50)).alert("a")
    t.at(local(2026, 1, 6, 3, 0)).alert("b")
    t.expect(local(2026, 1, 6, 7, 0), "ops", "a", "b")
    t.play(to=WEEK)


def test_the_night_is_an_hour_shorter_when_clocks_go_forward(tmp_path):
    t = Timeline(tmp_path, ALONE, start=local(2026, 3, 28, 21, 0))
    t.at(local(2026, 3, 28, 22, 0)).alert("a")
    t.expect(exactly(9 * 3600), "ops", "a")  # 22:00 +1 to 07:00 +2 is 8 hours
    t.play(to=WEEK)


def test_the_night_is_an_hour_longer_when_clocks_go_back(tmp_path):
    t = Timeline(tmp_path, ALONE, start=local(2026, 10, 24, 21, 0))
    t.at(local(2026, 10, 24, 22, 0)).alert("a")
    t.expect(exactly(11 * 3600), "ops", "a")
    t.play(to=WEEK)


def test_an_interval_within_the_hour_that_is_missing(tmp_path):
    routes = """
    time_intervals:
      - name: maintenance
        time_intervals: [{times: [{start_time: '02:00', end_time: '03:00'}], location: Europe/Brussels}]
    route: {receiver: desk, routes: [{receiver: ops, mute_time_intervals: [maintenance]}]}
    """
    t = Timeline(tmp_path, routes, start=local(2026, 3, 29, 1, 0))
    t.at(local(2026, 3, 29, 1, 59)).alert("a")
    t.at(local(2026, 3, 29, 3, 0)).alert("b")  # a minute later
    t.expect(exactly(59 * 60), "ops", "a")
    t.expect(exactly(60 * 60), "ops", "b")
    t.play(to=WEEK)


def test_an_interval_within_the_hour_that_comes_twice(tmp_path):
    routes = """
    time_intervals:
      - name: maintenance
        time_intervals: [{times: [{start_time: '02:00', end_time: '03:00'}], location: Europe/Brussels}]
    route: {receiver: desk, routes: [{receiver: ops, mute_time_intervals: [maintenance]}]}
    """
    t = Timeline(tmp_path, routes, start=local(2026, 10, 25, 1, 0))
    t.at(3600).alert("a")  # 02:00 for the first time
    t.at(2 * 3600).alert("b")  # 02:00 for the second
    t.expect(exactly(3 * 3600), "ops", "a")
    t.expect(exactly(3 * 3600), "ops", "b")
    t.play(to=WEEK)


def test_only_in_office_hours(tmp_path):
    t = Timeline(tmp_path, OFFICE, start=local(2026, 1, 9, 12, 0))  # a Friday
    t.at(local(2026, 1, 9, 16, 59)).alert("a")
    t.at(local(2026, 1, 9, 17, 0)).alert("b")
    t.at(local(2026, 1, 11, 12, 0)).alert("c")
    t.expect(local(2026, 1, 9, 16, 59), "ops", "a")
    t.expect(local(2026, 1, 12, 9, 0), "ops", "b")
    t.expect(local(2026, 1, 12, 9, 0), "ops", "c")
    t.play(to=WEEK)


def test_office_hours_follow_the_summer_time(tmp_path):
    t = Timeline(tmp_path, OFFICE, start=datetime(2026, 3, 27, 20, 0, tzinfo=UTC))
    t.at(0).alert("a")
    t.expect(datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "ops", "a")  # 08:00 UTC a week before
    t.play(to=WEEK)


def test_steps_of_a_story_that_waited_come_in_their_order(tmp_path):
    t = Timeline(tmp_path, ALONE, start=local(2026, 1, 5, 23, 0))
    t.at(0).alert("a", story="s")
    t.at(60).alert("b", story="s", status="updated", step="sources:3")
    t.at(local(2026, 1, 6, 7, 0)).alert("c", story="s", status="updated", step="sources:10")
    t.run(to=WEEK)
    assert [told.alerts for told in t.told] == [("a",), ("b",), ("c",)]
    assert [told.id for told in t.told] == ["a", "b", "c"]


def test_times_are_of_that_very_route(tmp_path):
    routes = (
        NIGHT
        + """
route:
  receiver: desk
  routes:
    - matchers: [watch=nato]
      receiver: ops
      mute_time_intervals: [night]
      routes: [{matchers: [severity=critical]}]
"""
    )
    t = Timeline(tmp_path, routes, start=local(2026, 1, 5, 23, 0))
    t.at(0).alert("a", severity="critical")
    t.at(0).alert("b", severity="high")
    t.expect(exactly(0), "ops", "a")
    t.expect(local(2026, 1, 6, 7, 0), "ops", "b")
    t.play(to=WEEK)


def test_a_digest_tells_at_its_time_what_came_since_the_last(tmp_path):
    t = Timeline(tmp_path, DIGEST, start=local(2026, 1, 5, 6, 0))
    t.at(local(2026, 1, 5, 7, 29)).alert("a", watch="iran")
    t.at(local(2026, 1, 5, 7, 31)).alert("b")
    t.at(local(2026, 1, 5, 23, 0)).alert("c", severity="critical")
    t.expect(local(2026, 1, 5, 7, 30), "ops", "a")
    t.expect(local(2026, 1, 6, 7, 30), "ops", "b", "c")
    t.play(to=WEEK)


def test_a_day_without_news_has_no_digest(tmp_path):
    t = Timeline(tmp_path, DIGEST, start=local(2026, 1, 5, 8, 0))
    t.at(local(2026, 1, 7, 8, 0)).alert("a")
    t.expect(local(2026, 1, 8, 7, 30), "ops", "a")
    t.play(to=WEEK)


@pytest.mark.parametrize(
    ("eve", "hours"),
    [((2026, 3, 28, 7, 30), 23), ((2026, 10, 24, 7, 30), 25)],
    ids=["clocks go forward", "clocks go back"],
)
def test_a_digest_keeps_to_the_clock_of_its_place(tmp_path, eve, hours):
    t = Timeline(tmp_path, DIGEST, start=local(*eve))
    t.at(0).alert("a")
    t.expect(exactly(hours * 3600), "ops", "a")
    t.play(to=WEEK)


def test_a_digest_in_the_hour_that_is_missing(tmp_path):
    t = Timeline(tmp_path, DIGEST.replace("07:30", "02:30"), start=local(2026, 3, 29, 1, 0))
    t.at(0).alert("a")
    t.at(local(2026, 3, 29, 4, 0)).alert("b")
    t.expect(local(2026, 3, 29, 3, 30), "ops", "a")
    t.expect(local(2026, 3, 30, 2, 30), "ops", "b")
    t.play(to=WEEK)


def test_a_digest_in_the_hour_that_comes_twice_is_told_once(tmp_path):
    t = Timeline(tmp_path, DIGEST.replace("07:30", "02:30"), start=local(2026, 10, 25, 1, 0))
    t.at(0).alert("a")
    t.at(5500).alert("b")  # after the first 02:30, before the second
    t.expect(exactly(5400), "ops", "a")
    t.expect(local(2026, 10, 26, 2, 30), "ops", "b")
    t.play(to=WEEK)


def test_a_digest_on_weekdays_twice_a_day(tmp_path):
    routes = DIGEST.replace("times: ['07:30']", "times: ['17:00', '07:30'], weekdays: ['monday:friday']")
    t = Timeline(tmp_path, routes, start=local(2026, 1, 9, 7, 0))  # a Friday
    t.at(0).alert("a")
    t.at(local(2026, 1, 9, 8, 0)).alert("b")
    t.at(local(2026, 1, 9, 18, 0)).alert("c")
    t.expect(local(2026, 1, 9, 7, 30), "ops", "a")
    t.expect(local(2026, 1, 9, 17, 0), "ops", "b")
    t.expect(local(2026, 1, 12, 7, 30), "ops", "c")
    t.play(to=WEEK)


def test_digests_by_watch(tmp_path):
    t = Timeline(
        tmp_path,
        DIGEST.replace("digest:", "group_by: [watch], digest:"),
        start=local(2026, 1, 5, 6, 0),
    )
    t.at(0).alert("a", watch="nato")
    t.at(1).alert("b", watch="iran")
    t.at(2).alert("c", watch="nato")
    t.expect(local(2026, 1, 5, 7, 30), "ops", "a", "c")
    t.expect(local(2026, 1, 5, 7, 30), "ops", "b")
    t.play(to=WEEK)


def test_what_is_silent_is_not_in_the_digest(tmp_path):
    t = Timeline(tmp_path, DIGEST, start=local(2026, 1, 5, 6, 0))
    t.at(0).silence("s1", "watch=nato", lasts=7200)
    t.at(1).alert("a", watch="nato")
    t.at(2).alert("b", watch="iran")
    t.expect(local(2026, 1, 5, 7, 30), "ops", "b")
    t.play(to=WEEK)


def test_critical_at_once_and_the_rest_in_the_digest(tmp_path):
    routes = """
    route:
      receiver: mail
      digest: {times: ['07:30'], location: Europe/Brussels}
      routes: [{matchers: ['severity=~"high|critical"'], receiver: ops}]
    """
    t = Timeline(tmp_path, routes, start=local(2026, 1, 5, 6, 0))
    t.at(0).alert("a", severity="critical")
    t.at(1).alert("b", severity="low")
    t.expect(exactly(0), "ops", "a")
    t.expect(local(2026, 1, 5, 7, 30), "mail", "b")
    t.play(to=WEEK)


def test_a_route_that_is_never_active_waits_without_an_end(tmp_path):
    routes = """
    time_intervals: [{name: past, time_intervals: [{years: ['2020']}]}]
    route: {receiver: desk, routes: [{receiver: ops, active_time_intervals: [past]}]}
    """
    t = Timeline(tmp_path, routes)
    t.at(0).alert("a")
    t.play(to=400 * 86_400)
    assert t.ledger("a") == ("waiting", "")
