"""The part `broker`: fetches what is missing, runs Kafka, makes the topics, and stops in order."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from wirewatch.errors import WirewatchError
from wirewatch.part import PartContext
from wirewatch.resources import config_file
from wirewatch.service.broker.home import Home
from wirewatch.service.broker.jars import KAFKA
from wirewatch.service.broker.process import Broker
from wirewatch.service.jars import prepare_jars
from wirewatch.service.java import find_java
from wirewatch.settings import Settings

log = structlog.get_logger(__name__)


def make_broker(
    settings: Settings,
    *,
    config_dir: Path,
    data_dir: Path,
    progress: Callable[[str], None],
    stop: threading.Event | None = None,
) -> Broker:
    """Return the broker of these settings, not started, with all it needs in place.

    Raises DependencyMissingError when Java or Maven is missing.
    """
    java = find_java()
    return Broker(
        home=Home(data_dir / "broker"),
        java=java,
        jars=prepare_jars(KAFKA, progress, config_dir=config_dir, stop=stop),
        template=config_file(config_dir, "broker/server.properties").read_text(encoding="latin-1"),
        log4j=config_file(config_dir, "broker/log4j2.properties"),
        port=settings.ports.broker,
        controller_port=settings.ports.broker_controller,
        heap=settings.broker.heap,
    )


def run(context: PartContext) -> None:
    """Run the managed broker until `context.stop` is set.

    Ready when it answers and the topics are there. Raises DependencyMissingError, WirewatchError when it
    cannot start or ends by itself.
    """
    settings = context.settings

    def progress(line: str) -> None:
        context.health.waiting(line)
        log.info("kafka_preparing", step=line)

    broker = make_broker(
        settings,
        config_dir=context.config_dir,
        data_dir=context.data_dir,
        progress=progress,
        stop=context.stop,
    )
    context.health.waiting("starting Kafka")
    broker.start()
    try:
        log.info("kafka_started", pid=broker.pid, data=str(broker.home.root), log=str(broker.home.kafka_log))
        if _answers(broker, context):
            _make_topics(context)
            context.health.ready()
            log.info("kafka_ready", address=broker.bootstrap)
            _watch(broker, context.stop)
    finally:
        context.health.waiting("stopping")
        broker.stop()
        log.info("kafka_stopped")


def _make_topics(context: PartContext) -> None:
    from connectors.kafka.clients import open_admin  # noqa: PLC0415  # see _answers
    from connectors.kafka.topics import ensure_topics, fit_topics  # noqa: PLC0415

    admin = open_admin(context)
    try:
        for change in fit_topics(admin, context.settings):
            log.info("topic_adjusted", change=change)
        ensure_topics(admin, context.settings)
    finally:
        admin.close()


def _answers(broker: Broker, context: PartContext) -> bool:
    """Wait until the broker answers; False when told to stop first."""
    # Only now: the client takes seconds to import, in which Kafka starts.
    from connectors.kafka.topics import wait_for_broker  # noqa: PLC0415

    deadline = time.monotonic() + context.settings.broker.start_timeout

    def check(_why: str) -> None:
        _refuse_dead(broker)
        if time.monotonic() > deadline:
            raise WirewatchError(
                f"Kafka does not answer after {context.settings.broker.start_timeout:g} s "
                f"(broker.start_timeout): {broker.last_words()}; its log is {broker.home.kafka_log}"
            )

    return wait_for_broker(context, context.stop, check, longest_pause=0.2)


def _watch(broker: Broker, stop: threading.Event) -> None:
    while not stop.wait(0.5):
        _refuse_dead(broker)


def _refuse_dead(broker: Broker) -> None:
    if not broker.alive():
        raise WirewatchError(
            f"Kafka ended by itself: {broker.last_words()}; its log is {broker.home.kafka_log}"
        )
