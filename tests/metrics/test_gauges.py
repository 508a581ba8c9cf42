"""Series that come and go with what they are of, and series that are there before anything happens."""

import re

import pytest
from prometheus_client import CollectorRegistry, Gauge

from connectors.gauges import ExactGauge
from pipelines.metrics import DEAD_REASONS
from tests.service.support import ROOT


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


def test_every_reason_that_a_stage_has_begins_at_zero():
    """As the code writes them: `stage="decode", reason=Reason.UNDECODABLE`."""
    text = "".join(file.read_text() for file in (ROOT / "pipelines").rglob("*.py"))
    used = set(re.findall(r'stage="(\w+)", reason=Reason\.(\w+)', text))
    assert ("decode", "UNDECODABLE") in used
    begun = {(stage, reason.name) for stage, reasons in DEAD_REASONS.items() for reason in reasons}
    assert used <= begun
    assert {stage for stage, _ in begun} == {stage for stage, _ in used} | {"stories"}
