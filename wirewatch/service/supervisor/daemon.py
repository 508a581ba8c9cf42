"""The service in the background: start it detached, stop it by its record."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import psutil

from wirewatch.errors import WirewatchError, of_ended
from wirewatch.part import utc_now
from wirewatch.service.place import Place
from wirewatch.service.supervisor.probe import probe
from wirewatch.service.supervisor.processes import PartView
from wirewatch.service.supervisor.record import SupervisorRecord, process_of, read_record
from wirewatch.service.supervisor.specs import ReplayChoice
from wirewatch.service.supervisor.status import PartCondition, PartStatus, describe, settled

READY_SECONDS = 300.0
"""How long `up --detach` waits: a first start fetches the broker's jars."""
STOP_SECONDS = 15.0
"""How long `down` waits for a stop that takes 10 s at most; then it kills."""
_POLL_SECONDS = 0.3


def start_detached(
    place: Place, choice: ReplayChoice, told: Callable[[PartStatus], None], *, wait: float = READY_SECONDS
) -> list[PartStatus]:
    """Start `up` in the background; return how the parts are once all are ready.

    `told` hears each part that becomes ready. Raises WirewatchError naming the part that failed (the service
    then still runs and keeps trying), or what kept the supervisor itself from starting.
    """
    place.make_folders()
    output = place.log_dir / "supervisor.log"
    output.write_bytes(b"")
    with output.open("ab") as log:  # of its own only last words; the rest it writes there itself, bounded
        process = subprocess.Popen(
            [sys.executable, "-m", "wirewatch", "up", "--log", str(output), *_arguments(place, choice)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + wait
    ready: set[str] = set()
    while time.monotonic() < deadline:
        if (code := process.poll()) is not None:
            raise of_ended(output.read_text(encoding="utf-8", errors="replace"), code)
        record = read_record(place)
        if record is not None and record.pid == process.pid:
            parts = statuses(record)
            for part in parts:
                if part.condition in {PartCondition.READY, PartCondition.FINISHED} and part.name not in ready:
                    ready.add(part.name)
                    told(part)
            if settled(parts):
                return parts
            _refuse_failed(parts, place.options)
        time.sleep(_POLL_SECONDS)
    raise WirewatchError(
        f"not all parts are ready after {wait:.0f} s; it still runs: see `wirewatch status{place.options}`"
    )


def _arguments(place: Place, choice: ReplayChoice) -> Sequence[str]:
    return ("--config", str(place.config_dir), "--data", str(place.data_dir), *choice.arguments())


def _refuse_failed(parts: Sequence[PartStatus], options: str) -> None:
    for part in parts:
        if part.condition == PartCondition.FAILED:
            error = WirewatchError(
                f"{part.name} failed: {part.why}; it is being restarted: "
                f"see `wirewatch logs {part.name}{options}`; `wirewatch down{options}` stops it all"
            )
            error.exit_code = part.exit_code if part.exit_code and part.exit_code > 0 else 1
            raise error


def statuses(record: SupervisorRecord) -> list[PartStatus]:
    """Ask every part of `record` how it is."""
    now = utc_now()
    found = []
    for part in record.parts:
        view = PartView(
            name=part.name,
            state=part.state,
            pid=part.pid,
            restarts=part.restarts,
            exit_code=part.exit_code,
            wait=None if part.next_start is None else max(0.0, (part.next_start - now).total_seconds()),
            last_lines=part.last_lines,
        )
        found.append(describe(view, probe(record.bind, part.health), part.address))
    return found


def version_on_disk(place: Place, record: SupervisorRecord) -> str:
    """Return the version that wirewatch.yaml of the running service has now; empty when it is not known."""
    return place.version if str(place.config_dir) == record.config_dir else ""


def stop_running(place: Place, *, wait: float = STOP_SECONDS) -> bool:
    """Stop the service of this data folder; return False when none runs.

    Raises WirewatchError when it had to be killed (nothing is lost: every part resumes from its last commit).
    """
    record = read_record(place)
    process = process_of(record) if record else None
    if process is None:
        return False
    process.terminate()
    try:
        process.wait(wait)
    except psutil.TimeoutExpired:
        process.kill()  # its parts die with it
        process.wait(5)
        raise WirewatchError(f"it did not stop within {wait:.0f} s and was killed; nothing is lost") from None
    return True
