"""Series that come and go with what they are of, and series that are there before anything happens."""

import os
import re
import subprocess
import sys

import pytest
from prometheus_client import CollectorRegistry, Gauge

from connectors.gauges import ExactGauge
from pipelines.metrics import DEAD_REASONS
from tests.offline import PYTHON_PATH
from tests.service.support import ROOT
from wirewatch.service.flink.metrics import metrics_dir, worker_metrics


@pytest.fixture
def registry():
    return CollectorRegistry()


def test_what_is_gone_has_no_series(registry):
    gauge = ExactGauge(Gauge("feed_trouble", "x", ["feed", "state"], registry=registry))

    def series():
        samples = [sample for family in registry.collect() for sample in family.samples]
        return {(sample.labels["feed"], sample.labels["state"]): sample.value for sample in samples}

    gauge.set({("a", "failing"): 1, ("b", "gone"): 1})
    assert series() == {("a", "failing"): 1, ("b", "gone"): 1}
    gauge.set({("a", "silent"): 1})
    assert series() == {("a", "silent"): 1}
    gauge.set({})
    assert series() == {}


WORKER = """
import sys
from prometheus_client import Gauge
from connectors.gauges import ExactGauge
for mode in ("livemax", "livemostrecent"):
    gauge = ExactGauge(Gauge(mode, "x", ["watch"], multiprocess_mode=mode))
    for watches in sys.argv[1:]:
        gauge.set({(watch,): 1 for watch in watches.split(",")})
"""


@pytest.mark.parametrize(
    ("workers", "expected"),
    [
        ([["kept,removed", "kept"]], {"kept"}),
        ([["kept,removed", "kept"], ["kept,removed", "kept"]], {"kept"}),
        ([["kept,back", "kept", "kept,back"]], {"kept", "back"}),
    ],
    ids=["removed", "removed on two workers", "put back"],
)
def test_what_is_gone_on_a_worker_on_flink_has_no_series(tmp_path, workers, expected):
    """prometheus_client does not remove a series from the files by which a host's workers are summed up."""
    folder = metrics_dir(tmp_path)
    env = {**os.environ, "PYTHONPATH": PYTHON_PATH, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    for watches in workers:
        subprocess.run([sys.executable, "-W", "ignore", "-c", WORKER, *watches], env=env, check=True)
    families = {family.name: family for family in worker_metrics(tmp_path).collect()}
    for mode in ("livemax", "livemostrecent"):
        assert {sample.labels["watch"]: sample.value for sample in families[mode].samples} == dict.fromkeys(
            expected, 1
        )


def test_every_reason_that_a_stage_has_begins_at_zero():
    """As the code writes them: `stage="decode", reason=Reason.UNDECODABLE`."""
    text = "".join(file.read_text() for file in (ROOT / "pipelines").rglob("*.py"))
    used = set(re.findall(r'stage="(\w+)", reason=Reason\.(\w+)', text))
    assert ("decode", "UNDECODABLE") in used
    begun = {(stage, reason.name) for stage, reasons in DEAD_REASONS.items() for reason in reasons}
    assert used <= begun
    assert {stage for stage, _ in begun} == {stage for stage, _ in used} | {"stories"}
