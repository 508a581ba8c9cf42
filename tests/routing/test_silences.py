"""Timelines of silences."""

from datetime import datetime, timedelta, timezone

import pytest

from connectors.notify import metrics
from connectors.notify.routing.matchers import parse_matcher
from connectors.notify.silences.silence import Silence, refusal
from connectors.notify.silences.store import add_silence, list_silences
from tests.routing.timeline import T0, Timeline, between, exactly

ALONE = "route: {receiver: ops}"
BY_WATCH = "route: {receiver: ops, group_by: [watch], group_wait: 30s, group_interval: 5m}"
LATEST = datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))
EARLIEST = datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))
"""Both are beyond the calendar in UTC."""
AGAIN = "route: {receiver: ops, group_by: [watch], group_wait: 30s, group_interval: 5m, repeat_interval: 1h}"


def test_what_is_silent_is_not_told(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).silence("s1", "watch=nato", lasts=100)
    t.at(1).alert("a", watch="nato")
    t.at(2).alert("b", watch="iran")
    t.expect(exactly(2), "ops", "b")
    t.play(to=3600)
    assert t.ledger("a") == ("silenced", "silence s1 of anna: planned")
    assert t.ledger("b") == ("told", "")


def test_a_silence_ends(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).silence("s1", "watch=nato", lasts=100)
    t.at(99.9).alert("a")
    t.at(100).alert("b")
    t.expect(exactly(100), "ops", "b")
    t.play(to=3600)


def test_every_matcher_must_fit(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).silence("s1", "watch=nato", "severity=~low|info", lasts=100)
    t.at(1).alert("a", severity="low")
    t.at(2).alert("b", severity="high")
    t.expect(exactly(2), "ops", "b")
    t.play(to=3600)


def test_a_silence_that_is_expired_early(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).silence("s1", "watch=nato", lasts=1000)
    t.at(10).alert("a")
    t.at(20).expire("s1")
    t.at(30).alert("b")
    t.expect(exactly(30), "ops", "b")
    t.play(to=3600)


def test_a_silence_set_while_an_alert_waits(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).alert("a")
    t.at(10).silence("s1", "watch=nato", lasts=100)
    t.play(to=3600)
    assert t.ledger("a")[0] == "silenced"


def test_a_silence_over_when_the_alert_is_due(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).silence("s1", "watch=nato", lasts=20)
    t.at(10).alert("a")
    t.expect(between(40, 41), "ops", "a")
    t.play(to=3600)


def test_some_of_a_group_are_silent(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).silence("s1", "severity=low", lasts=100)
    t.at(1).alert("a", severity="low")
    t.at(2).alert("b", severity="medium")
    t.expect(between(31, 32), "ops", "b")
    t.play(to=3600)
    assert t.ledger("a")[0] == "silenced"


def test_what_is_still_open_when_the_silence_ends_is_told_where_there_are_repeats(tmp_path):
    t = Timeline(tmp_path, AGAIN)
    t.at(0).silence("s1", "watch=nato", lasts=400)
    t.at(0).alert("a")
    t.expect(between(630, 631), "ops", "a")  # looked at 30, 330, 630
    t.play(to=700)
    assert t.ledger("a") == ("told", "")


def test_what_was_silent_is_not_told_later_where_there_are_no_repeats(tmp_path):
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).silence("s1", "watch=nato", lasts=400)
    t.at(0).alert("a")
    t.at(500).alert("b")
    t.expect(between(530, 531), "ops", "b")
    t.play(to=7200)
    assert t.ledger("a")[0] == "silenced"


def test_a_silence_stops_repeats(tmp_path):
    t = Timeline(tmp_path, AGAIN)
    t.at(0).alert("a")
    t.at(100).silence("s1", "watch=nato", lasts=7200)
    t.expect(between(30, 31), "ops", "a")
    t.expect(between(7500, 7600), "ops", "a")
    t.play(to=8000)
    assert t.ledger("a")[0] == "told"


def test_the_closing_of_what_was_silent_is_not_told(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).silence("s1", "watch=nato", lasts=100)
    t.at(1).alert("a", story="s")
    t.at(200).alert("z", story="s", status="closed", step="closed")
    t.play(to=3600)
    assert t.ledger("z") == ("silenced", "as what it closes: silence s1 of anna: planned")


def test_an_update_of_what_was_silent_is_told(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).silence("s1", "watch=nato", lasts=100)
    t.at(1).alert("a", story="s")
    t.at(200).alert("b", story="s", status="updated", step="sources:3")
    t.at(300).alert("z", story="s", status="closed", step="closed")
    t.expect(exactly(200), "ops", "b")
    t.expect(exactly(300), "ops", "z")
    t.play(to=3600)


def test_a_silence_outlives_a_restart(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).silence("s1", "watch=nato", lasts=100)
    t.at(1).restart()
    t.at(2).alert("a")
    t.play(to=3600)
    assert t.ledger("a")[0] == "silenced"


def silence(*matchers: str, **changes) -> Silence:
    fields = {
        "starts": T0,
        "ends": T0 + timedelta(hours=1),
        "owner": "anna",
        "reason": "planned",
        "created": T0,
    }
    return Silence(id="s", matchers=tuple(parse_matcher(text) for text in matchers), **(fields | changes))


REFUSED = {
    "no matcher": (silence(), "at least one matcher"),
    "fits all": (silence("desk=~.*"), "must not fit the empty value"),
    "fits what lacks it": (silence("desk!=gulf"), "must not fit the empty value"),
    "ends before it starts": (silence("watch=nato", ends=T0), "must end after it starts"),
    "nobody's": (silence("watch=nato", owner=" "), "needs an owner"),
    "no reason": (silence("watch=nato", reason=""), "needs a reason"),
    "ends with the calendar": (silence("watch=nato", ends=LATEST), "must lie between 1970 and 3000"),
    "begins before it": (silence("watch=nato", starts=EARLIEST), "must lie between 1970 and 3000"),
}


@pytest.mark.parametrize(("item", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_silences_that_make_no_sense(item, why):
    assert why in refusal(item)


def test_silences_that_make_sense():
    assert refusal(silence("watch=nato")) is None
    assert refusal(silence("watch=nato", "desk!=gulf")) is None


def test_what_is_withheld_is_counted_once_it_is_stored(tmp_path):
    def counted():
        return metrics.ALERTS_WITHHELD.labels("ops", "silenced")._value.get()

    before = counted()
    t = Timeline(tmp_path, BY_WATCH)
    t.at(0).silence("s1", "watch=nato", lasts=1000)
    t.at(1).alert("a")
    t.at(2).alert("b")
    t.play(to=60)
    assert counted() == before + 2


def test_silences_are_forgotten_when_they_are_long_over(tmp_path):
    t = Timeline(tmp_path, ALONE)
    t.at(0).silence("s1", "watch=nato", lasts=10)
    t.at(0).silence("s2", "watch=nato", lasts=5000)
    t.run(to=20)
    assert t.decider.forget(before=T0 + timedelta(seconds=100)) == 1
    with t.shared.reading() as db:
        assert [each.id for each in list_silences(db, now=T0, expired=True)] == ["s2"]


def test_what_is_stored_from_beyond_the_calendar_ends_nothing(tmp_path):
    """Silences of before they were refused, and alerts: a producer may date them as it likes."""
    t = Timeline(tmp_path, BY_WATCH)
    with t.shared.writing() as db:
        add_silence(db, silence("watch=moon", starts=EARLIEST, ends=LATEST))
    t.at(1).alert("a", watch="moon")
    t.at(1).alert("b", watch="nato", expires_at=LATEST)
    t.expect(exactly(31), "ops", "b")
    t.play(to=3600)
    assert t.ledger("a")[0] == "silenced"
    with t.shared.reading() as db:
        (found,) = list_silences(db, now=T0)
    assert (found.starts.year, found.ends.year) == (1, 9999)
    found.ends.astimezone(timezone(timedelta(hours=14)))
