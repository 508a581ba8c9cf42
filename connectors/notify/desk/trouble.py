"""Receivers that are told nothing now, or in vain."""

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from connectors.notify.desk.local import LocalDesk
from connectors.notify.desk.protocol import KnownReceiver
from connectors.notify.store import DATABASE, Shared, open_database


def in_trouble(config_dir: Path, data_dir: Path, *, now: Callable[[], datetime]) -> Sequence[KnownReceiver]:
    """Return the receivers that notify goes by and that are disabled, quiet or in trouble, by name.

    notify.db is only read; where notify never ran nobody is in trouble. Raises ConfigError,
    StateRefusedError, sqlite3.Error, and UndecodableError for the alert of an incident.
    """
    try:
        shared = Shared(open_database(data_dir / DATABASE, read_only=True))
    except FileNotFoundError:
        return ()
    with contextlib.closing(LocalDesk(shared, now=now)) as desk:
        found = [known for known in desk.receivers() if known.is_in_trouble]
    if not found:
        return ()
    from connectors.notify.routes import routes_in_force  # noqa: PLC0415  # imports every kind: half a second

    routes, _ = routes_in_force(config_dir, data_dir)
    names = {receiver.name for receiver in routes.receivers}
    return [known for known in found if known.name in names]
