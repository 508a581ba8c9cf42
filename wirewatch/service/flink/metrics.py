"""The metrics of all Python workers of a host, as one: prometheus_client's multi-process mode."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from connectors.gauges import GONE
from wirewatch.service.metrics import BUILD, DATA_FREE, DATA_SIZE, READY, SETTINGS


def metrics_dir(data_dir: Path) -> Path:
    """Return where the workers leave their metrics, made if need be."""
    folder = data_dir / "flink" / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def worker_metrics(data_dir: Path) -> CollectorRegistry:
    """Return a registry of what the workers count, and of the pool's own build and settings."""
    registry = CollectorRegistry()
    registry.register(_Workers(metrics_dir(data_dir)))
    for own in (BUILD, SETTINGS, READY, DATA_FREE, DATA_SIZE):
        registry.register(own)
    return registry


class _Workers(Collector):
    """What the workers' files hold, without the series that are gone."""

    def __init__(self, folder: Path) -> None:
        self._files = MultiProcessCollector(None, str(folder))  # type: ignore[no-untyped-call]

    def collect(self) -> Iterator[Metric]:
        for family in self._files.collect():  # type: ignore[no-untyped-call]
            family.samples = [sample for sample in family.samples if sample.value != GONE]
            yield family
