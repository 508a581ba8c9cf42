"""Every query of every panel and rule, asked of a real Prometheus that scrapes a real run with faults in it.

What has no data here says why in EMPTY_PANELS; nothing else may be empty.
"""

import math
import re
import time

import pytest

from tests.dashboards.asked import everything, filled
from tests.dashboards.scene import PARTS, scene
from tests.dashboards.test_rules import rules
from tests.prometheus import needs_prometheus

pytestmark = [
    needs_prometheus,
    pytest.mark.kafka,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("dashboards"),
]

PATIENCE = 120
"""Seconds: tells a query that has no data from a busy machine."""
EMPTY_PANELS = {
    "feeds: Pages and hubs: page: {{result}}": "no feed here asks for full text",
    "feeds: Pages and hubs: push: {{outcome}}": "no feed here names a hub",
    "feeds: Pages and hubs: hub: {{outcome}}": "no feed here names a hub",
    **{
        f"pipeline: {panel}": "no Flink runs here; its names are asked of a cluster in tests/flink"
        for panel in (
            "Checkpoint on Flink: {{job_name}}",
            "Size of a checkpoint on Flink: {{job_name}}",
            "Failures on Flink: restarts",
            "Failures on Flink: checkpoints that failed",
            "Busy tasks on Flink: {{task_name}}",
            "Heap of TaskManagers: {{tm_id}}",
        )
    },
}
FIRING = {
    "Watchdog": "nothing: it always does",
    "DeadLetters": "the record that is no article",
    "FeedInTrouble": "the page that is no feed",
    "ReceiverFails": "the receiver that answers 500",
    "DeliveryObjectiveBurnsFast": "the receiver that refuses what it gets",
    "DeliveryObjectiveBurnsSlowly": "the same",
    "WatchSourcesSilent": "the watch whose sources say nothing",
}
"""Alerts whose condition holds in this run, and why; that of all others does not."""
LONG_ENOUGH = ('since_timestamp_seconds{state!="backlog_full"} > 300', "since_timestamp_seconds > 0")
"""ReceiverFails counts its five minutes itself: here they are over at once."""
OF_THE_MACHINE = {"DiskNearlyFull", "DiskFillsUp"}
"""Whether these hold is up to the disk that the tests run on."""
NOT_YET_RECORDED = {"actor:wirewatch_actor_articles:usual1h": "it is of the day before the last hour"}
NO_SERIES_YET = {
    "wirewatch_stories_evicted_total": "a series comes with the first story that a watch gives up",
    "wirewatch_records_skipped_total": "a series comes with the first gap",
    "wirewatch_notify_offset_resets_total": "a series comes with the first reset",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory, broker_address):
    with scene(tmp_path_factory.mktemp("scene"), broker_address) as (service, prometheus):
        yield service, prometheus


def wait_for_none(left, service):
    """Ask `left()` for what is still missing until that is nothing."""
    deadline = time.monotonic() + PATIENCE
    while missing := left():
        assert time.monotonic() < deadline, f"{missing}\n{service.logs()}"
        time.sleep(1)


def complaint(asked, series):
    """Return what is wrong with the answer to a query; None when nothing is."""
    if not series:
        return "no data"
    if not any(math.isfinite(float(value)) for one in series for _, value in one["values"]):
        return "no number"
    if asked.kind == "stat" and len(series) != 1:
        return f"{len(series)} series for one figure"
    if missing := asked.labels - series[0]["metric"].keys():
        return f"no label {missing}"
    return None


def test_every_panel_shows_something_of_the_expected_shape(running):
    service, prometheus = running
    wanted = [asked for asked in everything() if asked.name not in EMPTY_PANELS]
    assert len(wanted) > 90

    def left():
        end = time.time()
        answers = {asked: prometheus.over(filled(asked.expr), end - 300, end, 2) for asked in wanted}
        return {a.name: why for a, series in answers.items() if (why := complaint(a, series))}

    wait_for_none(left, service)


def test_what_is_empty_is_empty_and_in_a_panel(running):
    _, prometheus = running
    asked = {one.name: one for one in everything()}
    for name in EMPTY_PANELS:
        assert prometheus.now(filled(asked[name].expr)) == [], name


def test_every_rule_is_evaluated_and_the_faults_are_what_holds(running):
    service, prometheus = running

    def holding():
        exprs = {name: rule["expr"] for name, rule in rules("alert").items()}
        return {name for name, expr in exprs.items() if prometheus.now(expr.replace(*LONG_ENOUGH))}

    def left():
        return (holding() ^ FIRING.keys()) - OF_THE_MACHINE

    wait_for_none(left, service)
    groups = prometheus.get("rules")["groups"]
    assert [
        (rule["name"], rule["health"])
        for group in groups
        for rule in group["rules"]
        if rule["health"] != "ok"
    ] == []
    recorded = rules("record").keys() - NOT_YET_RECORDED.keys()
    wait_for_none(lambda: {name for name in recorded if not prometheus.now(name)}, service)


def test_every_metric_that_a_rule_names_is_there(running):
    service, prometheus = running
    exprs = [rule["expr"] for kind in ("alert", "record") for rule in rules(kind).values()]
    named = {name for expr in exprs for name in re.findall(r"(?<![:\w])wirewatch_\w+(?!\w*:)", expr)}
    assert len(named) > 20
    wanted = named - NO_SERIES_YET.keys()
    wait_for_none(lambda: wanted - set(prometheus.get("label/__name__/values")), service)


def test_parts_are_scraped_and_exemplars_kept(running):
    service, prometheus = running
    assert {one["metric"]["part"] for one in prometheus.now('up{job="wirewatch"} == 1')} == set(PARTS)
    end = time.time()

    def left():
        found = prometheus.get(
            "query_exemplars",
            query="wirewatch_alert_to_delivered_seconds_bucket",
            start=end - 600,
            end=time.time(),
        )
        traces = {exemplar["labels"]["trace_id"] for one in found for exemplar in one["exemplars"]}
        return not traces and "exemplars"

    wait_for_none(left, service)
