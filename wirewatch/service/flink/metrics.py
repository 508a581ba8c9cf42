"""The metrics of all Python workers of a host, as one: prometheus_client's multi-process mode."""

from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector


def metrics_dir(data_dir: Path) -> Path:
    """Return where the workers leave their metrics, made if need be."""
    folder = data_dir / "flink" / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def worker_metrics(data_dir: Path) -> CollectorRegistry:
    """Return a registry of what the workers count, and of the pool's own build and settings."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(metrics_dir(data_dir)))  # type: ignore[no-untyped-call]
    for name in ("wirewatch_build_info", "wirewatch_settings_info"):
        registry.register(_Own(name))
    return registry


class _Own(Collector):
    """One metric of this process, which does not do the work of the others."""

    def __init__(self, name: str) -> None:
        self._name = name

    def collect(self) -> list[Metric]:
        """Return it."""
        return [metric for metric in REGISTRY.collect() if metric.name == self._name]
