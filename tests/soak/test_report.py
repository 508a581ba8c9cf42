"""The report says what happened, and above all what did not."""

import pytest

from tests.soak.report import report

VERDICT = {"expected": 30, "received": 29, "repeated": 2, "wrong": ["story 7 (iran): opened 0 times"]}
RESULT = {
    "ended": 1.0,
    "load_before": 1.0,
    "load_after": 2.0,
    "articles": 1200,
    "matching": 400,
    "commit": "abc1234",
    "verdict": VERDICT,
}
MB = 1_000_000


def sample(minute: float, *, rss: float, fast: int, slow: int = 0) -> dict[str, object]:
    return {
        "at": 1000 + 60 * minute,
        "elapsed": 60 * minute,
        "load": 3.0,
        "parts": {
            "notify": {"rss": rss * MB, "pss": rss * MB / 2, "cpu": 6 * minute, "threads": 8, "files": 9}
        },
        "disk": {"outbox": 4 * MB},
        "pipeline": {
            "stories": 5,
            "state_rows": 6,
            "lag": 0,
            "epoch_failures": 0,
            "latency": [[0.1, fast], [5.0, fast + slow], [1e9, fast + slow]],
        },
    }


def test_a_lost_alert_is_named_and_what_did_not_run_is_said_to():
    text = report(
        {
            "test_replay_killed": {**RESULT, "kills": {"replay": 10}},
            "test_broker_killed": {"ended": None, "commit": "abc1234"},
        },
        {},
        "2026-01-02",
    )
    assert "| Replay killed | replay 10 | 1,200 | 400 | 30 | 29 | 2 |  | 1 | 1.0 → 2.0 |" in text
    assert "- **Replay killed**: story 7 (iran): opened 0 times" in text
    assert "| Broker killed | **did not reach its end** |" in text
    assert "| Receiver down | did not run |" in text


@pytest.fixture
def steady() -> str:
    # Grows by 1 MB a minute in its second half; one slow alert arrives in the third minute.
    course = [
        (0, 50, 0, 0),
        (1, 60, 10, 0),
        (2, 60, 20, 0),
        (2.5, 60.5, 30, 1),
        (3, 61, 40, 1),
        (3.5, 61.5, 50, 1),
    ]
    samples = [sample(m, rss=rss, fast=fast, slow=slow) for m, rss, fast, slow in course]
    latencies = [(1000 + 60 * m, 0.05) for m in (0.5, 1.5, 2.5, 3.2)] + [(1000 + 60 * 2.4, 4.0)]
    result = {**RESULT, "rate": 50.0, "webhook_latency": latencies}
    return report({"test_steady_load": result}, {"test_steady_load": samples}, "2026-01-02")


def test_growth_after_warm_up_is_told_by_the_hour(steady):
    assert "| notify | 50.0 | 60.5 | 61.5 | +60.0 | 30.8 | 10.0% |" in steady


def test_the_worst_minute_comes_first(steady):
    worst = next(line for line in steady.splitlines() if "among the worst" in line)
    assert worst.startswith("| 2, among the worst | 3.0 | ≤ 0.1 | ≤ 0.1 | ≤ 5 | 0.05 | 4.00 |")
