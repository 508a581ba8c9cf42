"""The writer of a part that fills `articles`: on topics that are there, made when they may be."""

from connectors.kafka.clients import open_admin, open_writer
from connectors.kafka.protocols import Writer
from connectors.kafka.topics import ensure_topics
from wirewatch.part import PartContext


def open_part_writer(context: PartContext, group: str) -> Writer:
    """Return the writer of a connector's part, on topics that are there.

    Raises BrokerAwayError; ConfigError as open_writer does, and when topics are missing and may not be made.
    """
    settings, config_dir, data_dir = context.settings, context.config_dir, context.data_dir
    admin = open_admin(settings, config_dir=config_dir, data_dir=data_dir)
    try:
        ensure_topics(admin, settings)
    finally:
        admin.close()
    return open_writer(settings, config_dir=config_dir, data_dir=data_dir, client="kafka-python", group=group)
