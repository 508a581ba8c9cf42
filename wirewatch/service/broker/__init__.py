"""The managed broker: a single-node Kafka that wirewatch fetches, runs and watches itself."""

from wirewatch.service.broker.part import make_broker, run

__all__ = ["make_broker", "run"]
