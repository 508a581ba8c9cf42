"""Opening Kafka clients from the settings. Nothing connects yet: a broker that is away shows at first use."""

import logging
from typing import Literal

from connectors.kafka import confluent, kafka_python
from connectors.kafka.connection import Connection, Where, kafka_python_options, librdkafka_options
from connectors.kafka.protocols import Admin, Reader, Writer

Client = Literal["confluent", "kafka-python"]


def open_reader(where: Where, *, client: Client, group: str) -> Reader:
    """Return a reader; `group` (`pipeline`) names it on the broker, behind the settings' group prefix.

    Raises ConfigError for a secret or a certificate that cannot be read.
    """
    connection, name = _connection(where), f"{where.settings.kafka.group_prefix}-{group}"
    if client == "confluent":
        return confluent.ConfluentReader(librdkafka_options(connection, name), group=name)
    return kafka_python.KafkaPythonReader(kafka_python_options(connection, name))


def open_writer(where: Where, *, client: Client, group: str = "writer") -> Writer:
    """Return a writer. Raises ConfigError for a secret or a certificate that cannot be read."""
    connection, name = _connection(where), f"{where.settings.kafka.group_prefix}-{group}"
    if client == "confluent":
        return confluent.ConfluentWriter(librdkafka_options(connection, name))
    return kafka_python.KafkaPythonWriter(kafka_python_options(connection, name))


def open_admin(where: Where) -> Admin:
    """Return an admin client. Raises ConfigError for a secret or a certificate that cannot be read."""
    connection, name = _connection(where), f"{where.settings.kafka.group_prefix}-admin"
    return kafka_python.KafkaPythonAdmin(kafka_python_options(connection, name))


def _connection(where: Where) -> Connection:
    _quiet()
    return Connection.of(where)


def _quiet() -> None:
    # A broker that is away is a wait each part reports itself; the libraries say so several times a second.
    for name in ("kafka", "librdkafka"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
