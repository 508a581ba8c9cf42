"""What every part tells of itself, beside what prometheus_client tells of any process."""

import shutil
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Gauge, disable_created_metrics
from prometheus_client.exposition import choose_encoder

from wirewatch.part import Health

disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each counter: when it was made

SETTINGS = Gauge(
    "wirewatch_settings_info",
    "Version of wirewatch.yaml this process runs with; always 1.",
    ["version", "part"],
)
BUILD = Gauge("wirewatch_build_info", "Version and part of this process; always 1.", ["version", "part"])
READY = Gauge("wirewatch_ready", "1 when the part does its work, 0 while it starts or waits (see /readyz).")
DATA_FREE = Gauge("wirewatch_data_free_bytes", "Space left on the disk that the data folder is on.")
DATA_SIZE = Gauge("wirewatch_data_size_bytes", "Size of the disk that the data folder is on.")


def tell_ready(health: Health) -> None:
    """Have every scrape see whether the part is ready."""
    READY.set_function(lambda: float(health.state()[0]))


def tell_disk(data_dir: Path) -> None:
    """Have every scrape see how much room the data folder has."""
    DATA_FREE.set_function(lambda: shutil.disk_usage(data_dir).free)
    DATA_SIZE.set_function(lambda: shutil.disk_usage(data_dir).total)


def exposition(accept: str, registry: CollectorRegistry = REGISTRY) -> tuple[str, bytes]:
    """Return (content type, body) of /metrics for an Accept header.

    OpenMetrics for who asks for it, as Prometheus does: only that format has exemplars.
    """
    encode, content_type = choose_encoder(accept)
    return content_type, encode(registry)
