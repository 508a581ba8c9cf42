"""The wall clock is set back while groups wait: none waits for so much longer."""

import asyncio
import threading
from datetime import timedelta

from connectors.notify.grouping import decider
from connectors.notify.grouping.clock import GroupClock
from connectors.notify.grouping.store import all_groups as all_groups_of
from tests.notify.support import Clock, eventually
from tests.routing.timeline import T0, Timeline, make, policy

BY_WATCH = "route: {receiver: ops, group_by: [watch], group_wait: 30s, group_interval: 5m"
HOUR = timedelta(hours=1)


def test_a_group_that_was_not_told_yet(tmp_path):
    t = Timeline(tmp_path, BY_WATCH + "}")
    t.arrive(make("a"), now=T0)
    t.decider.again(now=T0 - HOUR)
    assert t.decider.next_due() == T0 - HOUR + timedelta(seconds=30)


def test_a_group_that_is_told_again(tmp_path):
    t = Timeline(tmp_path, BY_WATCH + ", repeat_interval: 1h}")
    t.arrive(make("a"), now=T0)
    t.run(to=60)
    assert [told.number for told in t.told] == [0]
    t.decider.again(now=T0 - HOUR)
    t.run(to=10)  # an hour after, by the new clock
    assert [(told.number, told.at <= 10) for told in t.told[1:]] == [(1, True)]


def test_a_digest_keeps_its_time(tmp_path):
    t = Timeline(tmp_path, "route: {receiver: ops, digest: {times: ['13:00'], location: UTC}}")
    t.arrive(make("a"), now=T0)
    t.decider.again(now=T0 - HOUR)
    assert t.decider.next_due() == T0 + HOUR


def test_hours_that_are_muted_stay_so(tmp_path):
    times = "times: [{start_time: '10:00', end_time: '14:00'}]"
    night = f"\ntime_intervals: [{{name: night, time_intervals: [{{{times}}}]}}]"
    t = Timeline(tmp_path, "route: {receiver: ops, routes: [{mute_time_intervals: [night]}]}" + night)
    t.arrive(make("a"), now=T0)
    t.decider.again(now=T0 - HOUR)
    t.play(to=3600)
    assert t.decider.next_due() == T0 + 2 * HOUR


def test_routes_that_change_meanwhile_stay_changed(tmp_path, monkeypatch):
    """The clock is set back on one thread while another takes over routes.yaml."""

    class Told:
        """A lock that says when another thread comes to it."""

        def __init__(self):
            self.lock, self.wanted = threading.Lock(), threading.Event()

        def __enter__(self):
            if not self.lock.acquire(blocking=False):
                self.wanted.set()
                self.lock.acquire()

        def __exit__(self, *_):
            self.lock.release()

    t = Timeline(tmp_path, BY_WATCH + "}")
    t.decider._lock = lock = Told()
    new = policy("route: {receiver: desk}")
    clock = threading.Thread(target=lambda: t.decider.again(now=T0 - HOUR))

    def all_groups(db):
        monkeypatch.undo()
        clock.start()
        assert lock.wanted.wait(60)
        return all_groups_of(db)

    monkeypatch.setattr(decider, "all_groups", all_groups)
    t.decider.use(new, t.decider._receivers, now=T0)
    clock.join(60)
    assert t.decider._policy is new


def test_the_clock_of_groups_hears_of_it(tmp_path):
    async def scenario():
        clock, told = Clock(), []
        t = Timeline(tmp_path, BY_WATCH.replace("30s", "1s") + "}", start=clock())
        t.arrive(make("a"), now=clock())
        groups = GroupClock(t.decider, now=clock, told=lambda: told.append(1))
        clock.set_back(hours=1)
        groups.set_back()
        running = asyncio.create_task(groups.run())
        await eventually(lambda: bool(told))
        running.cancel()

    asyncio.run(scenario())
