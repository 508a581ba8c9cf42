"""When each feed is polled, on a clock that only the test moves."""

from datetime import UTC, datetime, timedelta

from connectors.feeds.config import Feed
from connectors.feeds.schedule import Plan
from connectors.feeds.state import FeedState
from connectors.feeds.timetable import START_GAP, Timetable

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def feed(url, **fields):
    return Feed(url, "test.example", allow_private=False, **({"enabled": True} | fields))


def timetable(records, held=()):
    table = Timetable(dict(held).get)
    table.take(
        [feed(url) for url in records], {url: FeedState(next_at=at) for url, at in records.items()}, NOW
    )
    return table


def urls(feeds):
    return [one.url for one in feeds]


def test_what_is_due_comes_in_order_and_once():
    table = timetable(
        {"https://b.example/": NOW, "https://a.example/": NOW - HOUR, "https://c.example/": NOW + HOUR}
    )
    assert table.late(NOW) == HOUR
    assert urls(table.due(NOW, (), at_once=9)) == ["https://a.example/", "https://b.example/"]
    assert urls(table.due(NOW, (), at_once=9)) == []
    assert table.late(NOW) == timedelta()
    assert urls(table.due(NOW + HOUR, (), at_once=9)) == ["https://c.example/"]


def test_no_more_at_once_than_there_is_room_for():
    table = timetable({f"https://{n}.example/": NOW + n * START_GAP for n in range(4)})
    under_way = ["https://other.example/"]
    assert urls(table.due(NOW + HOUR, under_way, at_once=3)) == ["https://0.example/", "https://1.example/"]
    assert urls(table.due(NOW + HOUR, under_way, at_once=1)) == []
    assert urls(table.due(NOW + HOUR, [], at_once=3)) == ["https://2.example/", "https://3.example/"]


def test_a_busy_host_holds_up_nobody_else():
    table = timetable(
        {f"https://one.example/{n}": NOW - HOUR for n in range(3)} | {"https://two.example/": NOW}
    )
    first = urls(table.due(NOW, (), at_once=9))
    assert first == ["https://one.example/0", "https://one.example/1", "https://two.example/"]
    assert urls(table.due(NOW, first, at_once=9)) == []
    assert urls(table.due(NOW, first[1:], at_once=9)) == ["https://one.example/2"]


def test_a_feed_under_way_waits_for_its_own_end():
    table = timetable({"https://a.example/": NOW})
    assert urls(table.due(NOW, ["https://a.example/"], at_once=9)) == []
    assert urls(table.due(NOW, (), at_once=9)) == ["https://a.example/"]


def test_a_plan_that_was_changed_is_passed_over():
    table = timetable({"https://a.example/": NOW, "https://b.example/": NOW, "https://c.example/": NOW})
    table.put("https://a.example/", FeedState(next_at=NOW + HOUR))
    table.put("https://b.example/", FeedState(next_at=NOW, gone=True))
    assert urls(table.due(NOW, (), at_once=9)) == ["https://c.example/"]
    assert urls(table.due(NOW + HOUR, (), at_once=9)) == ["https://a.example/"]


def test_feeds_that_are_to_be_asked_soon_leave_their_hosts_alone_all_the_same():
    later = NOW + 9 * HOUR
    a, b, held = (f"https://{name}.example/" for name in ("a", "b", "held"))
    table = timetable(dict.fromkeys((a, b, held), later), held={held: NOW + HOUR})
    table.ask_soon([b, held, a], "why", NOW)
    assert [table.states[url].next_at for url in (a, b, held)] == [NOW, NOW + START_GAP, NOW + HOUR]
    assert table.states[a].why == "why"


def test_what_is_asked_for_by_hand_keeps_its_own_plan_until_it_was_polled():
    a, gone = "https://a.example/", "https://gone.example/"
    table = timetable({a: NOW + HOUR}, held={a: NOW + HOUR / 2})
    table.put(a, FeedState(next_at=NOW + HOUR, why="its rhythm"))
    table.take([feed(a), feed(gone)], {gone: FeedState(next_at=NOW + HOUR, gone=True)}, NOW)
    for _ in range(2):  # its host is to be left alone, so that it still waits
        table.ask_by_hand([a], NOW)
    table.ask_by_hand([gone], NOW)
    assert table.states[a].next_at == NOW + HOUR / 2
    assert (table.plan(a), table.plan(gone)) == (Plan(NOW + HOUR, "its rhythm"), None)
    table.set_back(HOUR)
    assert table.plan(a) == Plan(NOW, "its rhythm")
    table.put(a, FeedState(next_at=NOW))
    assert table.plan(a) is None


def test_settings_that_change_go_before_what_was_asked_for_by_hand():
    a = "https://a.example/"
    table = timetable({a: NOW + HOUR})
    table.ask_by_hand([a], NOW)
    table.ask_soon([a], "its settings have changed", NOW)
    assert table.plan(a) is None


def test_feeds_overdue_are_spread_and_one_planned_by_a_wrong_clock_is_overdue():
    a, b, far = (f"https://{name}.example/" for name in ("a", "b", "far"))
    table = timetable({a: NOW - HOUR, b: NOW - 2 * HOUR, far: NOW + timedelta(days=9999)})
    table.spread(NOW)
    assert [table.states[url].next_at - NOW for url in (b, a, far)] == [
        0 * START_GAP,
        START_GAP,
        2 * START_GAP,
    ]


def test_a_clock_that_is_set_back_moves_every_plan():
    table = timetable({"https://a.example/": NOW})
    table.set_back(HOUR)
    assert urls(table.due(NOW - HOUR, (), at_once=9)) == ["https://a.example/"]


def test_a_gone_feed_that_is_switched_off_is_asked_again_when_it_is_on():
    a = "https://a.example/"
    table = Timetable(lambda _: None)
    gone = {a: FeedState(next_at=NOW - HOUR, gone=True)}
    assert table.take([feed(a)], gone, NOW).again == {}
    assert table.due(NOW, (), at_once=9) == []
    taken = table.take([feed(a, enabled=False)], gone, NOW)
    assert (taken.changed, taken.again) == ({a}, {a: FeedState(next_at=NOW)})
    assert table.due(NOW, (), at_once=9) == []
    assert table.take([feed(a)], gone, NOW).changed == {a}
    assert urls(table.due(NOW, (), at_once=9)) == [a]
