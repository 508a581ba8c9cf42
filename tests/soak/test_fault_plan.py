"""What is said of a run with faults: what fired, what should have, and what should not."""

import pytest
import yaml

from tests.prometheus import SHIPPED
from tests.soak.fault_report import plot, report
from tests.soak.faults import PLAN, Fault, Rule, as_done, plan
from tests.soak.firings import WINDOWS, Firing, due, firings, missing, seen, unexpected
from tests.soak.health import overdue
from tests.soak.load import Story
from tests.soak.receiver import Told

A, B = ("DeadLetters", "reason=undecodable, stage=decode"), ("PartDown", "part=notify")
DEAD = Rule("DeadLetters", "reason=undecodable")
FAULTS = [
    Fault(1, "kill", "notify"),
    Fault(2, "bad article", fires=(DEAD,)),
    Fault(10, "bad article", fires=(DEAD,)),
]
END = 1800


def test_there_is_a_fault_a_minute_and_no_two_of_a_kind_at_once():
    assert [fault.at for fault in PLAN] == list(range(1, 29))
    lasting = [fault for fault in PLAN if fault.seconds]
    for n, fault in enumerate(lasting):
        same = [later for later in lasting[n + 1 :] if (later.kind, later.what) == (fault.kind, fault.what)]
        assert all(later.at * 60 > fault.at * 60 + fault.seconds for later in same), fault.label


def test_a_short_run_has_only_faults_that_are_over_before_its_end():
    assert [fault.at for fault in plan(4.5)] == [1, 3, 4]
    assert plan(30) == list(PLAN)


def test_what_takes_long_to_fire_is_asked_for_of_a_long_run_only():
    outage = PLAN[1]
    assert [rule.name for rule in due(outage, 600)] == ["ReceiverFails", "DeliveryObjectiveBurnsFast"]
    assert due(outage, 1800) == list(outage.fires)
    assert all(due(fault, 29.5 * 60) == list(fault.fires) for fault in PLAN)


def test_every_rule_of_the_plan_is_a_shipped_one():
    shipped = yaml.safe_load((SHIPPED / "rules" / "alerts.yml").read_text())
    names = {rule["alert"] for group in shipped["groups"] for rule in group["rules"]}
    asked = {rule.name for fault in PLAN for rule in fault.fires}
    assert asked == WINDOWS.keys()
    assert asked <= names


def test_faults_are_judged_by_when_they_really_were():
    faults = [Fault(1, "kill", "notify"), Fault(2, "bad feed", seconds=60)]
    assert as_done(faults, [(66, 67), (120, 186)]) == [
        Fault(1.1, "kill", "notify"),
        Fault(2, "bad feed", seconds=66),
    ]


def test_alerts_are_followed_from_their_first_look_to_their_last():
    none = frozenset()
    seen = [
        (0, none),
        (2, frozenset({A})),
        (4, frozenset({A, B})),
        (6, frozenset({B})),
        (8, frozenset({A, B})),
    ]
    assert firings(seen) == [Firing(*A, 2, 6), Firing(*B, 4, None), Firing(*A, 8, None)]


LAST = (10 + 16) * 60  # when what the second bad article made fire must be over


@pytest.mark.parametrize(
    ("one", "right"),
    [
        pytest.param(Firing(*A, 125, 1000), True, id="in its window"),
        pytest.param(Firing(*A, 60, 90), False, id="before its fault"),
        pytest.param(Firing(*A, 300, 400), False, id="after its window, though a fault before lists it"),
        pytest.param(Firing(*A, 125, LAST), True, id="kept up by the next fault"),
        pytest.param(Firing(*A, 125, LAST + 1), False, id="outlives the last"),
        pytest.param(Firing(*A, 125, None), False, id="outlives the last to the end"),
        pytest.param(Firing(*A, 602, LAST), True, id="of the second alone"),
        pytest.param(Firing(A[0], "reason=too_large, stage=sink", 125, 130), False, id="of something else"),
        pytest.param(Firing(*B, 130, 140), False, id="of no fault"),
    ],
)
def test_a_rule_is_expected_in_its_own_faults_window_alone(one, right):
    assert unexpected(FAULTS, [one], END) == ([] if right else [one])


def test_a_fault_that_comes_after_an_alert_was_over_does_not_explain_it():
    far = [Fault(2, "bad article", fires=(DEAD,)), Fault(25, "bad article", fires=(DEAD,))]
    late = Firing(*A, 125, 1510)  # over by minute 18, or something else is wrong
    assert unexpected(far, [late], END) == [late]


def test_what_still_fires_at_the_end_may_where_its_window_is_open():
    assert unexpected(FAULTS, [Firing(*A, 602, None)], LAST) == []


def test_what_does_not_fire_in_its_window_is_missing():
    first, second = (f"DeadLetters (reason=undecodable) after bad article at minute {n}" for n in (2, 10))
    assert missing(FAULTS, [Firing(*A, 60, 90)], END) == [first, second]
    assert missing(FAULTS, [Firing(*A, 60, 130)], END) == [second]  # it fired already, and still did
    assert missing(FAULTS, [Firing(*A, 300, None)], END) == [first]  # too late for the first
    assert missing(FAULTS, [], 130) == []  # not due yet
    assert missing(FAULTS, [Firing(*A, 125, None)], END) == []


def test_the_report_is_told_which_alert_was_of_which_fault():
    alert = Firing(*A, 125, 1000)
    assert [seen(DEAD, fault, [alert]) for fault in FAULTS] == [[], [alert], [alert]]


def test_an_alert_is_overdue_until_it_is_told_whatever_else_is():
    stories = [
        Story("nato", {"a": 10.0, "b": 11.0, "c": 12.0}),
        Story("iran", {"d": 10.0}),
        Story("iran", {"e": 99.0}),
    ]

    def told(article, status):
        return Told("id", 0.0, "id", "nato", status, article, "story", b"")

    assert overdue(stories, [], 20) == 3  # the first is to be updated too; the last is not due yet
    assert overdue(stories, [told("e", "opened")], 20) == 3
    assert overdue(stories, [told("b", "opened"), told("c", "updated")], 20) == 1
    assert overdue(stories, [], 20, since=11) == 1  # only the update is of late


RESULT = {
    "commit": "abc1234",
    "load_before": 1.0,
    "load_after": 2.0,
    "minutes": 3,
    "rate": 20.0,
    "articles": 3600,
    "matching": 400,
    "verdict": {"expected": 30, "received": 29, "repeated": 2, "wrong": ["story 7 (iran): opened 0 times"]},
    "faults": [
        {
            "at": 120.0,
            "fault": "bad article",
            "ended": 120.0,
            "healthy_after": 4.2,
            "fires": ["DeadLetters"],
            "fired": [["DeadLetters", 125.0]],
        }
    ],
    "fired": [["DeadLetters", "stage=decode", 125.0, None]],
    "late": [[0, 0], [60, 3]],
}
SAMPLES = [
    {"elapsed": 10.0 * n, "parts": {"notify": {"pid": 1 + (n > 2), "rss": 9e7 + 1e4 * n}}} for n in range(50)
]


def test_the_report_says_what_was_lost_what_fired_and_what_grew(tmp_path):
    text = report(RESULT, SAMPLES, "2026-01-02", "picture.png")
    assert "Expected 30 alerts, received 29" in text
    assert "- **story 7 (iran): opened 0 times**" in text
    assert "| 2 | bad article | DeadLetters | DeadLetters +5 s | 4 |" in text
    assert "| DeadLetters | stage=decode | 2.1 | to the end |" in text
    assert "| notify | 2 | 8 | 90 | 90 | 90 | +0.2% | +3.6 | too short a life |" in text  # 10 kB in 10 s
    plot(RESULT, SAMPLES, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10_000


def test_a_run_that_was_cut_short_says_so():
    text = report({"commit": "abc1234", "load_before": 1.0}, [], "2026-01-02", "picture.png")
    assert "**It did not reach its end.**" in text
