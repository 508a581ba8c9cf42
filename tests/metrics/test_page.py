"""docs/metrics.md has every metric there is, and each keeps the conventions."""

import re

import pytest

from tests.service.support import ROOT
from tools.metrics_page import MODULES, PAGE, declared, page

METRICS = [metric for module in MODULES for metric in declared(module)]
UNBOUNDED = {"article", "story", "title", "url", "id", "trace_id", "path", "error"}


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make dashboards`"


def test_every_metric_of_the_code_stands_in_it():
    """Also one that is declared in a module which the page does not know."""
    places = [p for room in ("wirewatch", "connectors", "pipelines") for p in (ROOT / room).rglob("*.py")]
    declare = re.compile(r'(?:Counter|Gauge|Histogram|Info)\(\s*"(wirewatch_\w+)"')
    found = {name for place in places for name in declare.findall(place.read_text(encoding="utf-8"))}
    assert len(found) > 60
    assert {name for name in found if f"`{name}`" not in page() and f"`{name}_info`" not in page()} == set()


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_conventions(metric):
    """https://prometheus.io/docs/practices/naming/"""
    assert re.fullmatch(r"wirewatch_[a-z][a-z0-9_]*", metric.name)
    assert metric.help.endswith("."), metric.help
    assert metric.name.endswith("_total") == (metric.type == "counter")
    assert not set(metric.labels) & UNBOUNDED
    assert not re.search(r"_(ms|millis|minutes|hours|kb|mb|percent)(_|$)", metric.name), "base units"
    if metric.type == "histogram":
        assert metric.name.endswith("_seconds")
        assert len(metric.buckets) <= 17


def test_the_readings_of_the_page_are_there():
    for link in re.findall(r"\]\(([^)#]+)", page()):
        assert (ROOT / "docs" / link).exists(), link
