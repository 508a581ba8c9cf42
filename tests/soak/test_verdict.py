"""The judge of the long runs: it must find what is wrong."""

import pytest

from tests.soak.load import Story
from tests.soak.receiver import Told
from tests.soak.verdict import judge

STORIES = [Story("nato", {"a1": 1.0, "a2": 2.0, "a3": 3.0}), Story("iran", {"b1": 4.0})]


def told(id_: str, watch: str, article: str, *, status="opened", story="s", alert="", digest=b"1") -> Told:
    return Told(id_, 9.0, alert or id_, watch, status, article, story, digest)


OPENED = told("1", "nato", "a1")
UPDATED = told("2", "nato", "a3", status="updated")
OTHER = told("3", "iran", "b1", story="t")
ALL = [OPENED, UPDATED, OTHER]


def test_all_told_once():
    verdict = judge(STORIES, ALL)
    assert (verdict.expected, verdict.received, verdict.repeated, verdict.wrong) == (3, 3, 0, [])


def test_a_repeat_under_the_same_id_is_counted_and_right():
    verdict = judge(STORIES, [*ALL, OPENED._replace(at=10.0)])
    assert (verdict.received, verdict.repeated, verdict.wrong) == (3, 1, [])


@pytest.mark.parametrize(
    ("deliveries", "fault"),
    [
        pytest.param([OPENED, UPDATED], "story 1 (iran): opened 0 times", id="lost"),
        pytest.param([OPENED, OTHER], "updated 0 times with 3 sources", id="update lost"),
        pytest.param([*ALL, told("4", "nato", "a2")], "opened 2 times", id="a story under two ids"),
        pytest.param([OPENED, UPDATED._replace(story="u"), OTHER], "several stories", id="story split"),
        pytest.param([*ALL, OPENED._replace(digest=b"2")], "repeated with another body", id="other body"),
        pytest.param([*ALL, told("5", "nato", "z")], "not expected", id="nothing to do with it"),
        pytest.param([*ALL, told("5", "iran", "a1")], "not expected", id="the wrong watch"),
        pytest.param([OPENED, UPDATED, OTHER._replace(alert="x")], "under the webhook-id 3", id="other id"),
    ],
)
def test_faults(deliveries, fault):
    wrong = judge(STORIES, deliveries).wrong
    assert len(wrong) == 1
    assert fault in wrong[0]
