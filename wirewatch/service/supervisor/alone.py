"""Parts that run each by itself: by hand, as containers, as pods.

No supervisor keeps a record of them; each holds its lock in the data folder, which containers share.
"""

from typing import Final

from wirewatch.service.locks import is_running
from wirewatch.service.place import Place
from wirewatch.service.supervisor.probe import Probe, probe, reachable
from wirewatch.service.supervisor.processes import PartState, PartView
from wirewatch.service.supervisor.status import PartStatus, address, describe

_PARTS: Final = ("broker", "receiver", "pipeline", "workers", "notify", "replay", "feeds")


def alone(place: Place) -> list[PartStatus]:
    """Return how each part is that runs on this data folder; to be asked where no supervisor does.

    A part in another container cannot be asked from here, and its status says so.
    """
    return [_status(name, place) for name in _PARTS if is_running(name, place)]


def _status(name: str, place: Place) -> PartStatus:
    settings = place.settings
    port = settings.ports.health(name)
    said = probe(settings.bind, port)
    if not said.answers:
        here = f"{reachable(settings.bind)}:{port}"
        said = Probe(
            why=f"it is running but does not answer on {here}: it may be starting, or in another container"
        )
    view = PartView(
        name, PartState.RUNNING, pid=said.pid, restarts=0, exit_code=None, wait=None, last_lines=()
    )
    return describe(view, said, address(name, settings))
