"""The part `workers`: the worker pool of a host that has TaskManagers."""

import structlog

from wirewatch.errors import ConfigError
from wirewatch.part import PartContext
from wirewatch.service.flink.metrics import metrics_dir
from wirewatch.service.flink.pool import WorkerPool

log = structlog.get_logger(__name__)


def run(context: PartContext) -> None:
    """Run until `context.stop` is set. Raises ConfigError when the port is taken."""
    metrics = metrics_dir(context.data_dir)
    for old in metrics.glob("*.db"):  # of workers of an earlier run
        old.unlink()
    pool = WorkerPool((str(context.config_dir), str(context.data_dir)), metrics)
    address = f"{context.settings.flink_worker_pool_host}:{context.settings.ports.flink_worker_pool}"
    try:
        pool.start(address)
    except RuntimeError as error:
        raise ConfigError(
            f"the worker pool cannot listen on {address}: stop what listens there, "
            "or set ports.flink_worker_pool"
        ) from error
    try:
        log.info("listening", address=address)
        context.health.ready()
        while not context.stop.wait(1.0):
            pool.count()
    finally:
        pool.close()
