"""feeds.db: what is known of each feed and entry, and what Kafka does not have yet; one SQLite file."""

from connectors.feeds.store.database import DATABASE, open_database
from connectors.feeds.store.feeds import FeedStore, KnownEntry, Unsent

__all__ = ["DATABASE", "FeedStore", "KnownEntry", "Unsent", "open_database"]
