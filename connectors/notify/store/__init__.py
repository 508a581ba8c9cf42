"""notify.db: alerts received, deliveries owed, and where in Kafka we are; one SQLite file."""

from connectors.notify.store.database import open_database
from connectors.notify.store.history import DeliveryState, History, StoredAlert
from connectors.notify.store.outbox import Arrival, Delivery, Outbox, Owed, Result

DATABASE = "notify/notify.db"
"""Where it lives within the data folder."""

__all__ = [
    "DATABASE",
    "Arrival",
    "Delivery",
    "DeliveryState",
    "History",
    "Outbox",
    "Owed",
    "Result",
    "StoredAlert",
    "open_database",
]
