"""Receivers: who can be told. One file a kind; all of them look like `Receiver`."""

from connectors.notify.receivers.base import CONCURRENCY, Receiver
from connectors.notify.receivers.telling import Request, Telling

__all__ = ["CONCURRENCY", "Receiver", "Request", "Telling"]
