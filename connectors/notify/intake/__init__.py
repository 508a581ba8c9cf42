"""Alerts from Kafka into the outbox, notify's own among them."""
