"""/metrics: the plain format for who asks for nothing, OpenMetrics with exemplars for Prometheus."""

import urllib.request

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from pipelines import metrics
from pipelines.elements import OutgoingAlert
from pipelines.sinks import _count
from wirewatch.part import Health
from wirewatch.service.health import HealthServer
from wirewatch.service.metrics import tell_disk

# What Prometheus 2.42 sends.
ACCEPT = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,*/*;q=0.1"
)
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def health():
    return Health()


@pytest.fixture
def get(tmp_path, health):
    server = HealthServer(health, part="pipeline", bind="127.0.0.1", port=0)
    tell_disk(tmp_path)

    def get(accept=None):
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}/metrics")
        if accept:
            request.add_header("Accept", accept)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.headers["Content-Type"], answer.read().decode()

    yield get
    server.close()


def exemplars(text, name):
    families = [family for family in text_string_to_metric_families(text) if family.name == name]
    return [sample.exemplar for family in families for sample in family.samples if sample.exemplar]


def test_an_alert_leaves_its_trace_in_the_latency(get):
    traceparent = f"00-{TRACE}-b7ad6b7169203331-01"
    _count([OutgoingAlert("nato", "high", "opened", b"{}", traceparent, produced_ms=0)], now=0.03)
    kind, text = get(ACCEPT)
    assert kind.startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")
    found = exemplars(text, "wirewatch_produce_to_alert_seconds")
    assert {"trace_id": TRACE} in [exemplar.labels for exemplar in found]


def test_an_alert_without_a_trace_is_counted_all_the_same():
    before = metrics.ALERT_LATENCY._sum.get()
    _count([OutgoingAlert("nato", "high", "opened", b"{}", None, produced_ms=0)], now=2)
    assert metrics.ALERT_LATENCY._sum.get() == before + 2


def test_who_asks_for_nothing_gets_the_plain_format(get):
    kind, text = get()
    assert kind.startswith("text/plain; version=0.0.4")
    assert "trace_id" not in text
    assert "_created" not in text


def test_readiness_and_disk_are_as_they_are_at_the_scrape(get, health):
    assert "\nwirewatch_ready 0.0\n" in get()[1]
    health.ready()
    text = get()[1]
    assert "\nwirewatch_ready 1.0\n" in text
    free, size = (
        float(line.split()[1])
        for name in ("wirewatch_data_free_bytes", "wirewatch_data_size_bytes")
        for line in text.splitlines()
        if line.startswith(f"{name} ")
    )
    assert 0 < free <= size
