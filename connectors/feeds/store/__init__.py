"""feeds.db: what is known of each feed and entry, and what Kafka does not have yet; one SQLite file."""

from connectors.feeds.store.database import DATABASE, SCHEMA, open_database
from connectors.feeds.store.feeds import FeedStore, KnownEntry, Unsent

__all__ = ["DATABASE", "SCHEMA", "FeedStore", "KnownEntry", "Unsent", "open_database"]
