"""What people ask of notify and tell it: on the database itself, or through the HTTP API."""

from connectors.notify.desk.local import LocalDesk
from connectors.notify.desk.protocol import Desk, KnownReceiver, KnownSilence, NonsenseError
from connectors.notify.desk.remote import ApiDesk
from connectors.notify.desk.trouble import in_trouble

__all__ = ["ApiDesk", "Desk", "KnownReceiver", "KnownSilence", "LocalDesk", "NonsenseError", "in_trouble"]
