"""Writes docs/metrics.md from the metrics that the code declares: `make dashboards`."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

PAGE = Path(__file__).parent.parent / "docs" / "metrics.md"
MODULES = {
    "wirewatch.service.metrics": "every part",
    "connectors.reload": "pipeline, notify, feeds",
    "connectors.seeds.metrics": "replay",
    "connectors.feeds.metrics": "feeds",
    "pipelines.metrics": "pipeline",
    "connectors.notify.metrics": "notify",
}
"""Where metrics are declared, and the part that shows them, in the order of the page."""
_HEAD = """\
# Metrics

Written by `make dashboards` from what the code declares; change it there. Each part shows its own at
`/metrics` on its port (`wirewatch status`), beside those of its process (`process_*`, `python_*`).
Prometheus is set up for them in [config/prometheus](../config/prometheus), with [alerts](runbooks.md);
dashboards for Grafana are in [config/grafana](../config/grafana), and look like these renderings:
[News](dashboards/news.png), [Pipeline](dashboards/pipeline.png), [Feeds](dashboards/feeds.png),
[Delivery](dashboards/delivery.png).

**Labels** are names from your config (watch, receiver, topic, source and feed in feeds.yaml) or fixed lists
(outcome, reason, state). Names that come with the news are bounded: sources and actors have a series each
for those that watches name (up to 200 actors) and for the 50 most frequent of late; all others count as
`other`. Headlines and links are no labels: dashboard News shows them from
notify's API, as Atom feeds (`/v1/alerts.atom`, `/v1/stories.atom`), and `wirewatch alerts list` prints them.

**Exemplars** with the `trace_id` of the alert are on the latency histograms, in OpenMetrics; Prometheus
keeps them with `--enable-feature=exemplar-storage`. The same id is in the logs and in the webhook's
`traceparent`.

**Buckets** stand where a run beside other work put its observations (25 November 2026, 2 cores, load about 9;
median and 99 %): alert to receiver 18 and 95 ms, Kafka to alert 20 and 152 ms, a commit 1.3 and 24 ms, an
attempt 3 and 47 ms, a poll 29 and 888 ms, publication to webhook 1.2 and 3.9 s; and up to where alerts are.

"""


class Metric(NamedTuple):
    """A metric as it is declared."""

    name: str
    """As it is asked for in Prometheus; a histogram's without _bucket, _sum, _count."""
    type: str
    labels: tuple[str, ...]
    help: str
    buckets: tuple[float, ...]
    """Upper bounds of a histogram, the last infinite."""


def declared(module: str) -> Iterator[Metric]:
    """Yield the metrics that a module declares, in its order."""
    for value in vars(importlib.import_module(module)).values():
        if isinstance(value, MetricWrapperBase) and value in REGISTRY._collector_to_names:
            yield _metric(value)


def _metric(metric: MetricWrapperBase) -> Metric:
    (family,) = metric.describe()
    suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
    return Metric(
        name=family.name + suffix,
        type=family.type,
        labels=metric._labelnames,  # it tells nowhere else
        help=family.documentation,
        buckets=tuple(getattr(metric, "_upper_bounds", ())),
    )


def page() -> str:
    """Return the page."""
    return _HEAD + "\n".join(_section(part, tuple(declared(module))) for module, part in MODULES.items())


def _section(part: str, metrics: tuple[Metric, ...]) -> str:
    rows = (f"| `{m.name}` | {m.type} | {', '.join(m.labels)} | {_meaning(m)} |\n" for m in metrics)
    return f"## {part}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n{''.join(rows)}"


def _meaning(metric: Metric) -> str:
    bounds = ", ".join(f"{bound:g}" for bound in metric.buckets[:-1])
    return f"{metric.help} Up to: {bounds}." if bounds else metric.help


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
