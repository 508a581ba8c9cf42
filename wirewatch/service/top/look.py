"""Taking a picture of a service: its record, the parts' answers, notify's history, the feeds' store."""

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from connectors.feeds.condition import TROUBLE
from connectors.feeds.listing import Listed, feeds_in_force, list_feeds
from connectors.notify.desk import KnownReceiver, in_trouble
from connectors.notify.store import DATABASE, History, StoredAlert
from wirewatch.errors import WirewatchError
from wirewatch.records import UndecodableError
from wirewatch.service.doctor.machine import no_room
from wirewatch.service.place import Place
from wirewatch.service.supervisor.alone import alone
from wirewatch.service.supervisor.daemon import statuses
from wirewatch.service.supervisor.record import SupervisorRecord, read_record
from wirewatch.service.top.figures import figures
from wirewatch.service.top.picture import MOST, Picture
from wirewatch.service.top.scrape import Scrape, read

_UNREADABLE = (WirewatchError, sqlite3.Error, UndecodableError)


class Lookout:
    """Looks at the service of `place` again and again; rates are between a look and the one before."""

    def __init__(
        self, place: Place, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._place = place
        self._now = now
        self._clock = clock
        self._before: Scrape | None = None

    def look(self) -> Picture:
        """Return how things are now. What cannot be read (a store that is being made) is left out."""
        now, record = self._now(), self._record()
        scrape = read(*self._addresses(record), at=self._clock())
        picture = Picture(
            at=now,
            where=str(self._place.data_dir),
            options=self._place.options,
            full=no_room(self._place),
            parts=statuses(record) if record else alone(self._place),
            figures=figures(self._before, scrape),
            alerts=self._alerts(),
            receivers=self._receivers(),
            feeds=self._feeds(now),
        )
        self._before = scrape
        return picture

    def _record(self) -> SupervisorRecord | None:
        try:
            return read_record(self._place)
        except WirewatchError:  # being written; `wirewatch status` says what is wrong with it
            return None

    def _addresses(self, record: SupervisorRecord | None) -> tuple[str, Mapping[str, int]]:
        """Return where the parts answer: a running service keeps its ports whatever was edited since."""
        if record is not None:
            return record.bind, {part.name: part.health for part in record.parts}
        settings = self._place.settings  # parts that run by themselves (systemd, compose)
        return settings.bind, {name: settings.ports.health(name) for name in settings.parts()}

    def _alerts(self) -> Sequence[StoredAlert]:
        try:
            with History.open(self._place.data_dir / DATABASE) as history:
                return history.list_alerts(MOST)
        except (FileNotFoundError, *_UNREADABLE):
            return ()

    def _receivers(self) -> Sequence[KnownReceiver]:
        place = self._place
        try:
            return in_trouble(place.config_dir, place.data_dir, now=self._now)
        except _UNREADABLE:
            return ()

    def _feeds(self, now: datetime) -> Sequence[Listed]:
        if not self._place.settings.feeds.enabled:
            return ()
        try:
            feeds, _ = feeds_in_force(self._place.config_dir, self._place.data_dir)
            listed = list_feeds(feeds, self._place.data_dir, now=now)
        except (WirewatchError, sqlite3.Error):
            return ()
        return [one for one in listed if one.health.condition in TROUBLE]
