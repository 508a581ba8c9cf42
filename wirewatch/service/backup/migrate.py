"""`wirewatch migrate`: brings every store to the schema of this wirewatch, or says which it cannot."""

from dataclasses import dataclass
from pathlib import Path

from connectors.feeds import store as feeds
from connectors.notify import store as notify
from connectors.sqlite import Schema, open_database, stored_version
from wirewatch.errors import START_OVER, StateRefusedError
from wirewatch.service.backup.restore import nothing_running
from wirewatch.service.place import Place

_STORES: dict[str, Schema] = {notify.DATABASE: notify.SCHEMA, feeds.DATABASE: feeds.SCHEMA}


@dataclass(frozen=True)
class Store:
    """A store of the data folder: its file, the schema it has, the one that this wirewatch reads."""

    path: Path
    found: int
    known: int

    @property
    def current(self) -> bool:
        """Whether there is nothing to do."""
        return self.found == self.known


def look(place: Place) -> list[Store]:
    """Return the stores that are there, and change nothing.

    Raises StateRefusedError as `migrate` does, so that who only looks is told what who migrates would be; for
    a file that is no store, too.
    """
    from pipelines.engines.embedded.admin import CHECKPOINT  # noqa: PLC0415  # imports Beam: 2 s
    from pipelines.engines.embedded.database import SCHEMA  # noqa: PLC0415

    stores = {place.data_dir / name: schema for name, schema in {**_STORES, CHECKPOINT: SCHEMA}.items()}
    found = [
        Store(path, stored_version(path), schema.version) for path, schema in stores.items() if path.exists()
    ]
    for store in found:
        _refuse(store)
    return found


def migrate(place: Place) -> list[Store]:
    """Bring each store up to date, one transaction a step; return them as they were found.

    Raises AlreadyRunningError while the service runs, StateRefusedError for a store that cannot be brought up
    to date: one of a newer wirewatch, or a checkpoint of an older one. No store is changed then.
    """
    with nothing_running(place, "migrate"):
        found = look(place)
        for store in found:
            if not store.current:
                name = str(store.path.relative_to(place.data_dir))
                open_database(store.path, _STORES[name]).close()
    return found


def _refuse(store: Store) -> None:
    if store.found > store.known:
        raise StateRefusedError(
            f"{store.path}: has schema {store.found}, this wirewatch knows up to {store.known}: "
            "upgrade wirewatch, or restore a backup of this version"
        )
    if store.found < store.known and store.path.parent.name == "pipeline":
        raise StateRefusedError(
            f"{store.path}: has schema {store.found}, this wirewatch reads {store.known} and cannot "
            f"convert it: run the version that wrote it, or {START_OVER}"
        )
