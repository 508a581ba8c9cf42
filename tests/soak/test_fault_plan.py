"""What is said of a run with faults: what fired, what should have, and what should not."""

from tests.soak.fault_report import plot, report
from tests.soak.faults import PLAN, Fault, Firing, firings, missing, plan, unexpected
from tests.soak.health import overdue
from tests.soak.load import Story
from tests.soak.receiver import Told

A, B = ("DeadLetters", "stage=decode"), ("PartDown", "part=notify")
FAULTS = [Fault(1, "kill", "notify"), Fault(2, "bad article", fires=frozenset({"DeadLetters"}))]


def test_there_is_a_fault_a_minute_and_no_two_of_a_kind_at_once():
    assert [fault.at for fault in PLAN] == list(range(1, 29))
    lasting = [fault for fault in PLAN if fault.seconds]
    for n, fault in enumerate(lasting):
        same = [later for later in lasting[n + 1 :] if (later.kind, later.what) == (fault.kind, fault.what)]
        assert all(later.at * 60 > fault.at * 60 + fault.seconds for later in same), fault.label


def test_a_short_run_has_only_faults_that_are_over_before_its_end():
    assert [fault.at for fault in plan(4.5)] == [1, 3, 4]
    assert plan(30) == list(PLAN)
    slow = "DeliveryObjectiveBurnsSlowly"
    assert [slow in fault.fires for minutes in (10, 30) for fault in plan(minutes) if fault.at == 2] == [
        False,
        True,
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


def test_what_fires_before_its_fault_or_for_none_is_not_expected():
    early, right, other = Firing(*A, 60, 90), Firing(*A, 125, None), Firing(*B, 130, 140)
    assert unexpected(FAULTS, [early, right, other]) == [early, other]


def test_what_does_not_fire_after_its_fault_is_missing():
    assert missing(FAULTS, [Firing(*A, 60, 90)]) == ["DeadLetters after bad article at minute 2"]
    assert missing(FAULTS, [Firing(*A, 60, 130)]) == []  # it fired already, and still did


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
    assert "| notify | 2 | 8 | 90 → 90 | +3.6 | +3.6 |" in text  # 10 kB in 10 s
    plot(RESULT, SAMPLES, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10_000


def test_a_run_that_was_cut_short_says_so():
    text = report({"commit": "abc1234", "load_before": 1.0}, [], "2026-01-02", "picture.png")
    assert "**It did not reach its end.**" in text
