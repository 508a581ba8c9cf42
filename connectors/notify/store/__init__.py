"""notify.db: alerts received, deliveries owed, and where in Kafka we are; one SQLite file."""

from connectors.notify.store.arrivals import Arrival
from connectors.notify.store.database import SCHEMA, Shared, check_integrity, open_database
from connectors.notify.store.deliveries import Delivery, Owed, insert_delivery
from connectors.notify.store.history import DeliveryState, History, StoredAlert
from connectors.notify.store.incidents import close_expired
from connectors.notify.store.listing import (
    Attempt,
    Deliveries,
    DeliveryRecord,
    ListedDelivery,
    Proof,
    Redelivered,
    Selection,
    WaitingGroup,
)
from connectors.notify.store.outbox import Outbox, Result
from connectors.notify.store.receivers import Quiet, ReceiverState, ReceiverStates
from connectors.notify.store.short_ids import AmbiguousIdError
from connectors.notify.store.verdicts import MAX_NOTE, Precision, StoredVerdict, Verdicts

DATABASE = "notify/notify.db"
"""Where it lives within the data folder."""

__all__ = [
    "DATABASE",
    "MAX_NOTE",
    "SCHEMA",
    "AmbiguousIdError",
    "Arrival",
    "Attempt",
    "Deliveries",
    "Delivery",
    "DeliveryRecord",
    "DeliveryState",
    "History",
    "ListedDelivery",
    "Outbox",
    "Owed",
    "Precision",
    "Proof",
    "Quiet",
    "ReceiverState",
    "ReceiverStates",
    "Redelivered",
    "Result",
    "Selection",
    "Shared",
    "StoredAlert",
    "StoredVerdict",
    "Verdicts",
    "WaitingGroup",
    "check_integrity",
    "close_expired",
    "insert_delivery",
    "open_database",
]
