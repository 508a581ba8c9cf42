"""Can the service go on from this state? What pipeline and notify check at their start, checked now."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from connectors.kafka.clients import open_admin, open_reader
from connectors.kafka.protocols import Admin, BrokerAwayError, Reader, TopicPartition
from connectors.kafka.topics import wait_for_broker
from connectors.notify.store import DATABASE as NOTIFY
from connectors.notify.store import open_database
from pipelines.engines.embedded.admin import CHECKPOINT, describe
from pipelines.source.offsets import BEGINNING
from pipelines.source.partitions import Look, SourcePartition
from wirewatch.errors import DependencyMissingError, StateRefusedError
from wirewatch.service.backup.stores import KAFKA
from wirewatch.service.broker import make_broker
from wirewatch.service.broker.process import Broker
from wirewatch.service.place import Place


def check_sources(place: Place) -> Iterator[str]:
    """Yield a line for each partition that a store says it has read, once the broker's log bears it out.

    A managed broker is started for it and stopped again: the data folder must be idle. Raises
    StateRefusedError for a store that belongs to another log, or is ahead of it; DependencyMissingError while
    the broker cannot be asked.
    """
    with _broker(place), _clients(place) as (admin, reader):
        try:
            yield from _pipeline(place, admin, reader)
            yield from _notify(place, admin, reader)
        except BrokerAwayError as error:
            raise DependencyMissingError(
                f"the broker at {place.settings.bootstrap_servers} is away: {error}; "
                "the parts check this again when they start"
            ) from error


def _pipeline(place: Place, admin: Admin, reader: Reader) -> Iterator[str]:
    path = place.data_dir / CHECKPOINT
    if not path.exists():
        return
    cluster = admin.cluster_id()
    for position in describe(path).positions:
        if not isinstance(position.element, tuple):  # the step that looks for partitions: it has no offset
            continue
        partition, at = SourcePartition(*position.element), position.restriction.start
        Look(cluster, admin.topics([partition.topic]).get(partition.topic)).check(partition)
        first, end = reader.bounds([partition.place])[partition.place]
        partition.check_offset(at, end)
        yield _line("pipeline", partition.label, first if at == BEGINNING else at, first, end)


def _notify(place: Place, admin: Admin, reader: Reader) -> Iterator[str]:
    path = place.data_dir / NOTIFY
    if not path.exists():
        return
    topic = place.settings.kafka.topic("alerts")
    stored, known = _stored(path, topic)
    info = admin.topics([topic]).get(topic)
    if known is None:
        return
    if info is None or known != (admin.cluster_id(), info.topic_id):
        raise StateRefusedError(
            f"{path}: belongs to another topic {topic} than the broker's, which notify would read from its "
            "start: restore the broker of the same backup"
        )
    for number, at in sorted(stored.items()):
        place_ = TopicPartition(topic, number)
        first, end = reader.bounds([place_])[place_]
        if at > end:
            raise StateRefusedError(
                f"{topic}-{number}: notify has read to {at}, the log ends at {end}: records were lost; "
                "restore the broker that belongs to this notify.db, of the same backup"
            )
        yield _line("notify", f"{topic}-{number}", at, first, end)


def _stored(path: Path, topic: str) -> tuple[dict[int, int], tuple[str, str] | None]:
    """Return the next offset of each partition, and the (cluster id, topic id) they are of."""
    try:
        with closing(open_database(path)) as db:
            rows = db.execute("SELECT partition, next FROM offsets WHERE topic = ?", (topic,)).fetchall()
            known = db.execute("SELECT cluster_id, topic_id FROM topics WHERE topic = ?", (topic,)).fetchone()
    except sqlite3.Error as error:
        raise StateRefusedError(f"{path}: cannot be read: {error}") from error
    return {row["partition"]: row["next"] for row in rows}, tuple(known) if known else None


def _line(part: str, partition: str, at: int, first: int, end: int) -> str:
    gone = f", {first - at:,} have expired unread" if at < first else ""
    return f"{part}: {partition} at {at:,}; the log holds {first:,} to {end:,}{gone}"


@contextmanager
def _broker(place: Place) -> Iterator[None]:
    """Run the managed broker in this block, where there is one to run, and wait until the broker answers.

    Raises DependencyMissingError when it does not within broker.start_timeout seconds.
    """
    broker = None
    if place.settings.managed_broker and (place.data_dir / KAFKA).exists():
        broker = make_broker(
            place.settings, config_dir=place.config_dir, data_dir=place.data_dir, progress=lambda _: None
        )
        broker.start()
    try:
        _wait(place, broker)
        yield
    finally:
        if broker is not None:
            broker.stop()


def _wait(place: Place, broker: Broker | None) -> None:
    deadline = time.monotonic() + place.settings.broker.start_timeout

    def check(why: str) -> None:
        if broker is not None and not broker.alive():
            raise StateRefusedError(
                f"Kafka does not start on {place.data_dir / KAFKA}: {broker.last_words()}; "
                f"its log is {broker.home.kafka_log}"
            )
        if time.monotonic() > deadline:
            raise DependencyMissingError(f"{why}; the parts check this again when they start")

    wait_for_broker(place, threading.Event(), check)


@contextmanager
def _clients(place: Place) -> Iterator[tuple[Admin, Reader]]:
    admin = open_admin(place)
    reader = open_reader(place, client="kafka-python", group="restore")
    try:
        yield admin, reader
    finally:
        reader.close()
        admin.close()
