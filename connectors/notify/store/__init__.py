"""notify.db: alerts received, deliveries owed, and where in Kafka we are; one SQLite file."""

from connectors.notify.store.arrivals import Arrival
from connectors.notify.store.database import Shared, check_integrity, open_database
from connectors.notify.store.deliveries import Delivery, Owed, insert_delivery
from connectors.notify.store.history import DeliveryState, History, StoredAlert
from connectors.notify.store.outbox import Outbox, Result
from connectors.notify.store.receivers import ReceiverState, ReceiverStates
from connectors.notify.store.verdicts import Precision, StoredVerdict, Verdicts

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
    "Precision",
    "ReceiverState",
    "ReceiverStates",
    "Result",
    "Shared",
    "StoredAlert",
    "StoredVerdict",
    "Verdicts",
    "check_integrity",
    "insert_delivery",
    "open_database",
]
