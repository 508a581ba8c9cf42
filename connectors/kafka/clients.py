"""Opening Kafka clients from the settings. Nothing connects yet: a broker that is away shows at first use."""

import logging
from pathlib import Path
from typing import Literal

from connectors.kafka import confluent, kafka_python
from connectors.kafka.connection import Connection, kafka_python_options, librdkafka_options
from connectors.kafka.protocols import Admin, Reader, Writer
from wirewatch.settings import Settings

Client = Literal["confluent", "kafka-python"]


def open_reader(
    settings: Settings, *, config_dir: Path, data_dir: Path, client: Client, group: str
) -> Reader:
    """Return a reader; `group` (`pipeline`) names it on the broker, behind the settings' group prefix.

    Raises ConfigError for a secret or a certificate that cannot be read.
    """
    connection = _connection(settings, config_dir, data_dir)
    name = f"{settings.kafka.group_prefix}-{group}"
    if client == "confluent":
        return confluent.ConfluentReader(librdkafka_options(connection, name), group=name)
    return kafka_python.KafkaPythonReader(kafka_python_options(connection, name))


def open_writer(
    settings: Settings, *, config_dir: Path, data_dir: Path, client: Client, group: str = "writer"
) -> Writer:
    """Return a writer. Raises ConfigError for a secret or a certificate that cannot be read."""
    connection = _connection(settings, config_dir, data_dir)
    name = f"{settings.kafka.group_prefix}-{group}"
    if client == "confluent":
        return confluent.ConfluentWriter(librdkafka_options(connection, name))
    return kafka_python.KafkaPythonWriter(kafka_python_options(connection, name))


def open_admin(settings: Settings, *, config_dir: Path, data_dir: Path) -> Admin:
    """Return an admin client. Raises ConfigError for a secret or a certificate that cannot be read."""
    connection = _connection(settings, config_dir, data_dir)
    return kafka_python.KafkaPythonAdmin(
        kafka_python_options(connection, f"{settings.kafka.group_prefix}-admin")
    )


def _connection(settings: Settings, config_dir: Path, data_dir: Path) -> Connection:
    _quiet()
    return Connection.of(settings, config_dir=config_dir, data_dir=data_dir)


def _quiet() -> None:
    # A broker that is away is a wait each part reports itself; the libraries say so several times a second.
    for name in ("kafka", "librdkafka"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
