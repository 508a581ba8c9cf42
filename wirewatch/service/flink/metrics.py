"""The metrics of all Python workers of a host, as one: prometheus_client's multi-process mode."""

from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from wirewatch.service.metrics import BUILD, DATA_FREE, DATA_SIZE, READY, SETTINGS


def metrics_dir(data_dir: Path) -> Path:
    """Return where the workers leave their metrics, made if need be."""
    folder = data_dir / "flink" / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def worker_metrics(data_dir: Path) -> CollectorRegistry:
    """Return a registry of what the workers count, and of the pool's own build and settings."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(metrics_dir(data_dir)))  # type: ignore[no-untyped-call]
    for own in (BUILD, SETTINGS, READY, DATA_FREE, DATA_SIZE):
        registry.register(own)
    return registry
