"""Volumes and spikes as timelines, in any order, and that they do not hang on how the state was loaded."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.watches.cells import matched
from tests.watches.world import NOW, START, article
from wirewatch.errors import StateRefusedError
from wirewatch.ids import alert_id, digest
from wirewatch.watches.incidents import IncidentIndex
from wirewatch.watches.incidents.index import MAX_INCIDENTS, SLACK
from wirewatch.watches.incidents.volume import MIN_KEPT
from wirewatch.watches.likeness.fingerprint import Fingerprint
from wirewatch.watches.match import SpikePolicy, StoryPolicy, VolumePolicy
from wirewatch.watches.state import WatchState

HOUR = 3600.0
MATCH = matched(article("News of all kinds"))


def volume(at_least=3, distinct="sources", hours=2.0, window=72.0):
    return StoryPolicy(
        window=window * HOUR, volume=VolumePolicy(at_least, distinct, hours * HOUR), basis="when"
    )


def spike(times=3.0, days=14.0, basis="when"):
    return StoryPolicy(window=72 * HOUR, spike=SpikePolicy(times, days * 24 * HOUR), basis=basis)


def match(n, at, source=None, policy=None):
    """The match of article `n`, `at` hours after START, unlike every other."""
    item = article("x", id_=f"article{n}", at=at, source=source or f"source{n}.example")
    head = msgspec.structs.replace(
        MATCH.article, id=item.id, source=item.source, time=item.time, title=f"Article {n}"
    )
    print_ = Fingerprint(text=n, paragraphs=(), minhash=b"", terms=())
    return msgspec.structs.replace(MATCH, article=head, fingerprint=print_, policy=policy or volume())


class Kept:
    """A live index, and the log it writes."""

    def __init__(self):
        self.index, self.log, self.evicted = IncidentIndex(), [], 0

    def apply(self, item):
        outcome = self.index.apply(item, NOW)
        if outcome.rewrites:
            self.log.clear()
        self.log += outcome.appends
        self.evicted += outcome.evicted
        return outcome

    def loaded(self, seed=0):
        log = [*self.log]
        random.Random(seed).shuffle(log)
        return IncidentIndex.load(log)

    def told(self, times, policy=None, source=lambda n: None):
        """The status of the alert at each of `times` (hours), None for none."""
        alerts = (self.apply(match(n, at, source(n), policy)).alert for n, at in enumerate(times))
        return [alert and alert.status for alert in alerts]


TIMELINES = {
    "the third within two hours": ([0, 1, 1.5], [None, None, "opened"]),
    "too slowly": ([0, 1, 2.5, 4], [None] * 4),
    "what is two hours old is out": ([0, 1, 2], [None] * 3),
    "silent while it goes on": ([0, 0.1, 0.2, 0.3, 1, 1.5, 2], [None, None, "opened", *[None] * 4]),
    "closed at the first that finds it below": ([0, 0.1, 0.2, 3, 4], [None, None, "opened", "closed", None]),
    "told again after that": (
        [0, 0.1, 0.2, 3, 3.1, 3.2],
        [None, None, "opened", "closed", None, "opened"],
    ),
    "told again when it expires": (
        [n / 2 for n in range(200)],
        [None, None, "opened", *[None] * 144, "opened", *[None] * 52],
    ),
    "late ones make one too": ([0, 9, 0.1, 0.2], [None, None, None, "opened"]),
    "late ones of one that was told": (
        [0, 0.1, 0.2, 0.3, -0.5, -1, -1.5],
        [None, None, "opened", *[None] * 4],
    ),
    "a late one does not close": ([0, 0.1, 0.2, 0.3, -1.9], [None, None, "opened", None, None]),
    "one dated far ahead closes nothing": (
        [0, 0.1, 0.2, 24 * 365 * 50, 0.3, 0.4],
        [None, None, "opened", None, None, None],
    ),
}


@pytest.mark.parametrize(("times", "statuses"), TIMELINES.values(), ids=TIMELINES)
def test_volume(times, statuses):
    assert Kept().told(times) == statuses


def test_one_source_is_one_however_much_it_writes():
    assert Kept().told([0, 0.1, 0.2, 0.3, 0.4], source=lambda n: f"s{n % 2}") == [None] * 5
    times = [n / 100 for n in range(30)]
    assert "opened" not in Kept().told(times, volume(at_least=3), lambda _: "one")
    assert Kept().told(times, volume(30, "articles"), lambda _: "one")[-1] == "opened"


def test_the_alert_says_what_made_it_up():
    kept = Kept()
    for n in range(3):
        kept.apply(match(n, n / 10, "one.example"))
    kept.apply(match(3, 0.3, "two.example"))
    alert = kept.apply(match(4, 0.4, "three.example")).alert
    told = digest("incident", "w", "article4")
    assert (alert.id, alert.step, alert.status) == (alert_id(told, "opened"), "opened", "opened")
    assert (alert.story.id, alert.story.articles, alert.story.sources) == (told, 5, 3)
    assert (alert.incident.kind, alert.incident.count, alert.incident.threshold) == ("volume", 3, 3)
    assert (alert.incident.within, alert.incident.distinct) == (2 * HOUR, "sources")
    assert [one.id for one in alert.incident.articles] == ["article4", "article3", "article2"]
    assert (alert.story.first, alert.story.last) == (START, alert.time)
    assert (alert.expires_at - alert.time).total_seconds() == 72 * HOUR
    crossing = match(4, 0.4, "three.example")
    assert (alert.why, alert.tree) == (crossing.why, crossing.tree)
    closed = kept.apply(match(5, 5)).alert
    assert (closed.why, closed.tree) == ((), None)
    assert (closed.id, closed.status) == (alert_id(told, "closed"), "closed")
    assert (closed.title, closed.article) == (alert.title, alert.article)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("distinct", ["sources", "articles"])
def test_a_burst_is_told_once_whatever_the_order(seed, distinct):
    """40 articles within an hour, and strays days away from it."""
    items = [match(n, n / 40, policy=volume(5, distinct)) for n in range(40)]
    items += [match(100 + n, 24 * n, policy=volume(5, distinct)) for n in (-5, -3, 4, 8)]
    random.Random(seed).shuffle(items)
    kept = Kept()
    alerts = [alert for item in items if (alert := kept.apply(item).alert)]
    assert [alert.status for alert in alerts].count("opened") == 1


def test_no_articles_no_incident_is_told_of_twice_after_a_restart():
    kept = Kept()
    assert kept.told([0, 0.1, 0.2])[-1] == "opened"
    kept.index = kept.loaded()
    assert kept.apply(match(9, 0.3)).alert is None
    assert kept.apply(match(10, 9)).alert.status == "closed"
    kept.index = kept.loaded()
    assert kept.apply(match(11, 9.1)).alert is None


def test_another_basis_counts_anew():
    kept = Kept()
    kept.told([0, 0.1])
    other = msgspec.structs.replace(volume(), basis="another when")
    assert kept.told([0.2, 0.3], other) == [None, None]
    assert kept.apply(match(9, 0.4, policy=other)).alert.status == "opened"


def test_a_closed_incident_says_how_large_it_grew():
    kept = Kept()
    for n in range(50):
        kept.apply(match(n, n / 20, f"source{n % 10}.example"))
    kept.index = kept.loaded()
    alert = kept.apply(match(50, 9)).alert
    assert (alert.status, alert.story.articles, alert.story.sources) == ("closed", 50, 10)
    assert (alert.story.last - START).total_seconds() == pytest.approx(49 / 20 * HOUR)
    assert (alert.title, alert.incident.count) == ("Article 2", 1)


def test_a_closed_incident_has_not_shrunk_when_articles_were_given_up():
    kept = Kept()
    policy = volume(3, "articles")
    for n in range(3 * MIN_KEPT):
        kept.apply(match(n, n / 1e4, policy=policy))
    alert = kept.apply(match(-1, 9, policy=policy)).alert
    assert (alert.status, alert.story.articles) == ("closed", MIN_KEPT - 1)


def usual(days, every=4.0, begin=0.0):
    """Times of articles as they usually come."""
    return [begin + every * n for n in range(int(days * 24 / every))]


SPIKES = {
    "thrice as many in a day": ([*usual(14), *(336 + n / 10 for n in range(30))], 1),
    "twice as many": ([*usual(14), *(336 + 2 * n for n in range(12))], 0),
    "nothing is usual yet": ([n / 10 for n in range(200)], 0),
    "after three days something is": ([*usual(4), *(97 + n / 10 for n in range(60))], 1),
    "a few are none, where none are usual": ([*usual(14, every=72), 336, 337, 338], 0),
    "one of long ago makes nothing usual": ([7201, 7203, 0, *(7204 + n / 9 for n in range(30))], 0),
}


@pytest.mark.parametrize(("times", "alerts"), SPIKES.values(), ids=SPIKES)
def test_spike(times, alerts):
    assert Kept().told(times, spike()).count("opened") == alerts


def test_a_spike_says_what_is_usual():
    kept, alert = Kept(), None
    for n, at in enumerate([*usual(14), *(337 + n / 10 for n in range(30))]):
        alert = alert or kept.apply(match(n, at, policy=spike())).alert
    found = alert.incident
    assert (found.kind, found.within, found.over) == ("spike", 24 * HOUR, 14 * 24 * HOUR)
    assert found.baseline == pytest.approx(6, abs=0.1)
    assert found.threshold == pytest.approx(18, abs=0.3)
    assert found.count >= found.threshold > found.count - 1
    assert len(found.articles) == found.count == 19


def test_a_spike_learns_anew_when_its_watch_changes():
    kept = Kept()
    assert "opened" not in kept.told(usual(14), spike())
    assert "opened" not in kept.told([336 + n / 10 for n in range(60)], spike(basis="another when"))


WIDTHS = {"to days": (2, 14), "to hours": (14, 2)}


@pytest.mark.parametrize(("before", "after"), WIDTHS.values(), ids=WIDTHS)
def test_a_spike_over_4d_and_back_learns_anew(before, after):
    kept = Kept()
    assert "opened" not in kept.told(usual(10, every=1 / 8), spike(days=before))
    steady = [kept.apply(match(10_000 + n, 240 + n / 8, policy=spike(days=after))) for n in range(100 * 8)]
    assert [outcome.alert for outcome in steady if outcome.alert] == []
    burst = [kept.apply(match(20_000 + n, 340 + n / 120, policy=spike(days=after))) for n in range(800)]
    assert [outcome.alert.status for outcome in burst if outcome.alert] == ["opened"]


def test_a_spike_that_was_a_volume_meanwhile_learns_anew():
    kept = Kept()
    kept.told(usual(10, every=1.0), spike())
    kept.apply(match(-1, 241, policy=volume(50)))
    again = [kept.apply(match(1000 + n, 480 + n / 2, policy=spike())).alert for n in range(96)]
    assert not any(again)


ABSENCES = {"days": (14, 0.5, 72, 192, "opened"), "hours": (0.5, 1 / 30, 6, 30, "opened")}


@pytest.mark.parametrize(("over", "every", "on", "out", "then"), ABSENCES.values(), ids=ABSENCES)
def test_the_usual_pace_after_the_watch_was_out_is_no_spike(over, every, on, out, then):
    kept = Kept()
    times = [*usual(on / 24, every), *usual(on / 24, every, on + out)]
    assert "opened" not in kept.told(times, spike(days=over))
    end = 2 * on + out
    again = [
        kept.apply(match(10_000 + n, end + n * every / 10, policy=spike(days=over))).alert for n in range(600)
    ]
    assert [alert.status for alert in again if alert] == [then]


QUIET = {
    "a night of 28 hours early on": [(4, 28)],
    "a weekend": [(5, 48)],
    "a weekend each week": [(5, 48), (12, 48), (19, 48)],
}


@pytest.mark.parametrize("gaps", QUIET.values(), ids=QUIET)
def test_quiet_days_before_it_hide_no_absence(gaps):
    away = [(day * 24, day * 24 + hours) for day, hours in gaps]
    on = [at for at in usual(28) if not any(begin < at < end for begin, end in away)]
    kept = Kept()
    assert "opened" not in kept.told([*on, *usual(28, begin=(28 + 14) * 24)], spike())
    burst = [kept.apply(match(10_000 + n, 70 * 24 + n / 5, policy=spike())).alert for n in range(60)]
    assert [alert.status for alert in burst if alert] == ["opened"]


SILENT = {
    "a long weekend": usual(28),
    "four days, with a quiet day before": [at for at in usual(28) if not 96 < at < 124],
}


@pytest.mark.parametrize("on", SILENT.values(), ids=SILENT)
def test_a_burst_that_ends_a_long_silence_is_a_spike(on):
    """What was usual before an absence is usual still: a watch must not be deaf when it is over."""
    kept = Kept()
    assert "opened" not in kept.told(on, spike())
    burst = [kept.apply(match(10_000 + n, 28 * 24 + 100 + n / 5, policy=spike())).alert for n in range(60)]
    assert [alert.status for alert in burst if alert] == ["opened"]


LATE = {
    "the first of all, by 13 days": (14, 4.0, [-13 * 24]),
    "by 13 days": (14, 4.0, [0, -13 * 24]),
    "by three and a half": (14, 4.0, [0, 4, -80]),
    "of hours, by five": (0.25, 1 / 6, [0, -5]),
    "of hours, by 20": (0.25, 1 / 6, [0, 1 / 6, -20]),
}


@pytest.mark.parametrize(("over", "every", "begin"), LATE.values(), ids=LATE)
def test_a_late_article_does_not_tell_what_was_usual_since(over, every, begin):
    on = [at for at in usual(30 * over / 14, every) if at > max(begin)]
    assert "opened" not in Kept().told([*begin, *on], spike(days=over))


def test_news_that_come_every_five_days_have_a_usual_pace_too():
    kept = Kept()
    assert "opened" not in kept.told(usual(60, every=120), spike(days=30))
    burst = [kept.apply(match(10_000 + n, 60 * 24 + n / 5, policy=spike(days=30))).alert for n in range(30)]
    assert [alert.status for alert in burst if alert] == ["opened"]


@pytest.mark.parametrize("gap", [80, 100, 150])
def test_news_that_become_sparse_have_a_usual_pace_again(gap):
    """One silence is the watch's absence; one after the other is how the news are now."""
    kept = Kept()
    sparse = [28 * 24 + n * gap for n in range(1, 11)]
    assert "opened" not in kept.told([*usual(28), *sparse], spike())
    burst = [kept.apply(match(10_000 + n, sparse[-1] + 1 + n, policy=spike())).alert for n in range(12)]
    assert [alert.status for alert in burst if alert] == ["opened"]


def test_one_dated_far_ahead_makes_no_absence():
    kept = Kept()
    times = [*usual(14), 3000, *(336 + n / 10 for n in range(30))]
    assert kept.told(times, spike()).count("opened") == 1


def test_a_log_from_before_slots_had_a_length_is_read_on():
    kept = Kept()
    kept.told(usual(14), spike())
    old = [_as_before(entry) for entry in kept.log]
    assert old != kept.log
    kept.log = old
    kept.index = kept.loaded()
    burst = [kept.apply(match(1000 + n, 336 + n / 10, policy=spike())).alert for n in range(30)]
    assert [alert.status for alert in burst if alert] == ["opened"]
    assert [entry for entry in kept.log if msgspec.msgpack.decode(entry)[0] == "v"] == old[:1]


def _as_before(entry):
    fields = msgspec.msgpack.decode(entry)
    return msgspec.msgpack.encode(fields[:3]) if fields[0] == "v" else entry


def test_an_hour_is_compared_with_hours():
    times = [*usual(1, every=0.25), *(24 + n / 60 for n in range(30))]
    assert Kept().told(times, spike(days=0.5)).count("opened") == 1


def test_what_is_kept_is_bounded_and_what_is_given_up_counted():
    kept = Kept()
    for n in range(3 * MIN_KEPT):
        kept.apply(match(n, n / 1e4, "one.example"))
        assert len(kept.log) <= 2 * (MIN_KEPT + 2 * MAX_INCIDENTS) + SLACK + 1
    assert kept.evicted == 2 * MIN_KEPT
    assert kept.loaded().apply(match(-1, 1), NOW) == kept.index.apply(match(-1, 1), NOW)


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91\xa1c"])
def test_unreadable_state_is_refused(data):
    with pytest.raises(StateRefusedError, match="wirewatch state reset"):
        IncidentIndex.load([data])


policies = st.sampled_from(
    [volume(2), volume(3, "articles", 1.0), volume(2, window=4.0), spike(), spike(days=1)]
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4)), max_size=60),
    policies,
    policies,
    st.integers(0, 99),
)
def test_decisions_do_not_hang_on_how_the_state_was_loaded(steps, first, second, seed):
    kept = Kept()
    for n, (at, source) in enumerate(steps):
        policy = first if n < 40 else second
        item = match(n, at * 3 + n / 7, f"s{source}", policy)
        loaded = kept.loaded(seed + n)
        assert loaded.apply(item, NOW).alert == kept.apply(item).alert


def test_a_watch_with_a_volume_tells_of_no_story():
    state = WatchState()
    statuses = []
    for n in range(5):
        alert = state.apply(match(n, n / 10), NOW).alert
        statuses.append(alert and alert.incident.kind)
    assert statuses == [None, None, "volume", None, None]
    assert len(state.stories) == 5


def test_an_article_counts_once():
    state = WatchState()
    for _ in range(3):
        assert state.apply(match(0, 0, policy=volume(2, "articles")), NOW).alert is None
    assert state.apply(match(1, 0.1, policy=volume(2, "articles")), NOW).alert.status == "opened"
