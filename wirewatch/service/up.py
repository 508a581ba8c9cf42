"""`up` in the foreground: supervisor, probes, screen and alerts, until told to stop."""

import contextlib
import os
import threading
from collections.abc import Sequence
from datetime import timedelta

from wirewatch import __version__
from wirewatch.errors import ConfigError
from wirewatch.part import utc_now
from wirewatch.service.demo import unheard
from wirewatch.service.locks import only_one
from wirewatch.service.manager import ServiceManager
from wirewatch.service.place import Place
from wirewatch.service.screen.alert_tail import AlertTail
from wirewatch.service.screen.base import Screen
from wirewatch.service.signals import exit_now, stop_signals
from wirewatch.service.supervisor.broken import BrokenConfig
from wirewatch.service.supervisor.ports import listeners, wait_until_free
from wirewatch.service.supervisor.probe import Prober
from wirewatch.service.supervisor.processes import PartView, Supervisor
from wirewatch.service.supervisor.record import (
    PartRecord,
    SupervisorRecord,
    own_start,
    remove_record,
    write_record,
)
from wirewatch.service.supervisor.replayed import Replayed
from wirewatch.service.supervisor.specs import ReplayChoice, part_specs
from wirewatch.service.supervisor.status import PartStatus, address, describe

TICK_SECONDS = 0.2


class Up:
    """The service in the foreground."""

    def __init__(self, place: Place, choice: ReplayChoice, screen: Screen, alerts: AlertTail) -> None:
        """Prepare; nothing runs yet. Raises ConfigError for a data folder that cannot be written."""
        place.make_folders()
        self._place = place
        self._settings = choice.apply(place.settings)
        self._screen = screen
        self._alerts = alerts
        self._stop = threading.Event()
        self._hurry = threading.Event()
        self._reload = threading.Event()
        self._to_reload: set[str] = set()
        """Parts that are still to be asked to read their config again."""
        self._specs = part_specs(place, choice)
        self._supervisor = Supervisor(self._specs, place.log_dir)
        ports = {spec.name: self._settings.ports.health(spec.name) for spec in self._specs}
        self._prober = Prober(self._settings.bind, ports)
        self._manager = ServiceManager()
        self._started = utc_now()
        self._written: object = None
        self._untold = False
        self._broken = BrokenConfig()
        self._replayed = Replayed()

    def run(self) -> None:
        """Run until a stop signal, then stop every part; a second signal ends at once (the parts die too).

        Raises AlreadyRunningError; ConfigError for a port that is taken.
        """
        signals = stop_signals(self._stop.set, self._end_now, reload=self._reload.set)
        with only_one("supervisor", self._place), signals:
            self._say_unheard()
            wait_until_free(listeners(self._settings, self._place), self._stop, self._screen.say)
            self._prober.start()
            try:
                with self._screen:
                    while not self._stop.is_set():
                        self._round()
                        self._stop.wait(TICK_SECONDS)
                    self._screen.say("stopping (Ctrl-C again ends at once)")
                    self._supervisor.stop(self._hurry.is_set)
                    self._show()
                    self._screen.say("stopped")
            finally:
                self._prober.stop()
                self._supervisor.stop(lambda: True)
                remove_record(self._place)

    def _say_unheard(self) -> None:
        with contextlib.suppress(ConfigError):  # notify says it, with its reason, and the rest runs
            if (doubt := unheard(self._place)) is not None:
                self._screen.say(str(doubt))

    def _end_now(self, number: int) -> None:
        """Kill what is left at the second signal; at the third do not even wait for that."""
        if self._hurry.is_set():
            exit_now(number)
        self._hurry.set()

    def _round(self) -> None:
        if self._reload.is_set():
            self._reload.clear()
            self._to_reload = {spec.name for spec in self._specs}
        self._to_reload -= self._supervisor.reload(
            self._to_reload, lambda part: self._prober.of(part).answers
        )
        self._supervisor.tick(self._prober.silent_for)
        self._tell_others()
        self._show()
        self._alerts.tell(self._screen)

    def _show(self) -> None:
        articles, rate = self._prober.articles()
        parts = self._statuses()
        for line in self._broken.news(parts):
            self._screen.say(line)
        self._screen.show(parts, articles, rate)
        if through := self._replayed.news(parts, self._prober.of("replay").unsent, articles):
            self._screen.say(through)
        self._manager.tell(parts)

    def _statuses(self) -> list[PartStatus]:
        return [
            describe(view, self._prober.of(view.name), address(view.name, self._settings))
            for view in self._supervisor.views()
        ]

    def _tell_others(self) -> None:
        """Write the record when something a person would notice has changed."""
        differ = self._prober.differ_for()
        views = self._supervisor.views()
        seen = ([(v.name, v.state, v.pid, v.restarts) for v in views], differ is None)
        if seen == self._written:
            return
        try:
            write_record(self._place, self._record(views, differ))
        except OSError as error:  # a full disk: the parts go on, and it is tried again
            if not self._untold:
                self._screen.say(f"the state of the service cannot be written: {error.strerror}")
            self._untold = True
        else:
            self._written, self._untold = seen, False

    def _record(self, views: Sequence[PartView], differ: float | None) -> SupervisorRecord:
        return SupervisorRecord(
            pid=os.getpid(),
            process_started=own_start(),
            started=self._started,
            version=__version__,
            config_dir=str(self._place.config_dir),
            bind=self._settings.bind,
            parts=tuple(
                PartRecord(
                    name=view.name,
                    state=view.state,
                    pid=view.pid,
                    restarts=view.restarts,
                    exit_code=view.exit_code,
                    next_start=None if view.wait is None else utc_now() + timedelta(seconds=view.wait),
                    last_lines=view.last_lines,
                    health=self._settings.ports.health(view.name),
                    address=address(view.name, self._settings),
                )
                for view in views
            ),
            versions_differ_since=None if differ is None else utc_now() - timedelta(seconds=differ),
        )
