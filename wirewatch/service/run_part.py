"""Runs one part as a process: logging, lock, health server, signals, exit code."""

import importlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

import structlog
from prometheus_client import REGISTRY

from wirewatch.errors import mendable
from wirewatch.part import Part, PartContext
from wirewatch.service.flink.metrics import worker_metrics
from wirewatch.service.health import HealthServer
from wirewatch.service.locks import only_one
from wirewatch.service.logging import configure_logging
from wirewatch.service.metrics import SETTINGS, tell_disk
from wirewatch.service.place import Place
from wirewatch.service.signals import stop_signals

log = structlog.get_logger(__name__)

UNEXPECTED = 70
"""Exit code of a failure nobody foresaw (EX_SOFTWARE of sysexits.h)."""

_ENTRIES = {
    "broker": "wirewatch.service.broker:run",
    "replay": "connectors.seeds.replay:run",
    "feeds": "connectors.feeds.part:run",
    "pipeline": "pipelines.part.run:run",
    "notify": "connectors.notify.part:run",
    "receiver": "wirewatch.service.receiver:run",
    "workers": "wirewatch.service.flink.workers:run",
}


def load_part(name: str) -> Part:
    """Import and return the part called `name`."""
    module, _, function = _ENTRIES[name].partition(":")
    return cast("Part", getattr(importlib.import_module(module), function))


def run_part(name: str, place: Place, part: Part | None = None) -> int:
    """Run the part `name` until it ends or a stop signal comes; return the exit code.

    Failures are logged here, as the last line. Raises nothing.
    """
    configure_logging(place.settings.logging, part=name)
    context = PartContext(place.settings, place.config_dir, place.data_dir)
    try:
        # Signals first: whoever gets an answer may send one, and a part that does not heed it would die.
        with only_one(name, place), _signals(context), _health(name, context, place.version):
            log.info("part_started", config=str(place.config_dir), data=str(place.data_dir))
            (part or load_part(name))(context)
        log.info("part_stopped")
    except Exception as error:  # whatever it is, the log must hold it and the exit code say it
        known = mendable(error, place.data_dir)
        if known is None:
            log.exception("part_failed", exit_code=UNEXPECTED)
            return UNEXPECTED
        log.error("part_failed", error=str(known), exit_code=known.exit_code)  # noqa: TRY400  # no traceback
        return known.exit_code
    return 0


def _signals(context: PartContext) -> AbstractContextManager[None]:
    return stop_signals(context.stop.set, reload=context.reloads.ask)


@contextmanager
def _health(name: str, context: PartContext, version: str) -> Iterator[None]:
    settings = context.settings
    server = HealthServer(
        context.health,
        part=name,
        bind=settings.bind,
        port=settings.ports.health(name),
        registry=worker_metrics(context.data_dir) if name == "workers" else REGISTRY,
    )
    tell_disk(context.data_dir)
    SETTINGS.labels(part=name, version=version).set(1)
    try:
        yield
    finally:
        server.close()
