"""How each part is, in the words of `status` and of the live screen."""

import json
import math
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wirewatch.errors import last_said
from wirewatch.service.supervisor.probe import Probe, reachable
from wirewatch.service.supervisor.processes import PartState, PartView
from wirewatch.settings import SETTINGS_FILE, Settings

DIFFER_SECONDS = 10.0
"""Config versions that differ this long are told: a reload takes a moment in each part."""
SHOWN_LINES = 3


class PartCondition(StrEnum):
    """A part as a person sees it."""

    READY = "ready"
    WAITING = "waiting"
    RESTARTING = "restarting"
    FAILED = "failed"
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True)
class PartStatus:
    """A part as a person sees it. `why` says what it waits for or died of; empty when ready."""

    name: str
    condition: PartCondition
    why: str
    pid: int | None
    restarts: int
    exit_code: int | None
    address: str
    version: str | None
    settings_version: str | None
    configs: Mapping[str, str]
    """The version in force of each config that the part reads again when it changes."""
    config_errors: tuple[str, ...]
    """Why the files of such a config are not in force."""
    last_lines: tuple[str, ...]


def describe(view: PartView, probe: Probe, address: str) -> PartStatus:
    """Return the status of a part from what its supervisor (`view`) and the part itself (`probe`) say."""
    lines = tuple(readable(line) for line in view.last_lines[-SHOWN_LINES:])
    condition, why = _condition(view, probe, lines)
    return PartStatus(
        name=view.name,
        condition=condition,
        why=why,
        pid=view.pid,
        restarts=view.restarts,
        exit_code=view.exit_code,
        address=address,
        version=probe.version if view.pid else None,
        settings_version=probe.settings_version if view.pid else None,
        configs=probe.configs if view.pid else {},
        config_errors=probe.config_errors if view.pid else (),
        last_lines=lines if condition in {PartCondition.FAILED, PartCondition.RESTARTING} else (),
    )


def _condition(view: PartView, probe: Probe, lines: Sequence[str]) -> tuple[PartCondition, str]:
    own = probe.pid == view.pid
    if view.pid is not None and own and probe.ready:
        return PartCondition.READY, ""
    if view.state in {PartState.FINISHED, PartState.STOPPED}:
        return PartCondition(view.state.value), ""
    if view.state == PartState.RUNNING:
        if probe.answers and not own:
            return PartCondition.WAITING, f"another process (pid {probe.pid}) answers on its port"
        return PartCondition.WAITING, probe.why
    again = "running again" if view.wait is None else f"next start in {math.ceil(view.wait)} s"
    return PartCondition(view.state.value), f"{_death(view, lines)} ({again})"


def _death(view: PartView, lines: Sequence[str]) -> str:
    """Return why a part is dead: what it said last was of its work where a signal ended it."""
    code = view.exit_code
    noted = bool(lines) and lines[-1].startswith("wirewatch: ")  # by the supervisor: it did not answer
    if code is not None and code < 0 and not noted:
        return f"ended by {_named(-code)}"
    return last_said(lines) or f"exit code {code}"


def _named(number: int) -> str:
    """Return the name of a signal; of most real-time ones the number, for they have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def address(part: str, settings: Settings) -> str:
    """Return where `part` listens for others, as a person would type it."""
    host = reachable(settings.bind)
    if part == "broker":
        metrics = f"http://{host}:{settings.ports.broker_health}/metrics"
        return f"127.0.0.1:{settings.ports.broker}, {metrics}"
    if part == "receiver":
        return f"http://127.0.0.1:{settings.ports.receiver}/"
    return f"http://{host}:{settings.ports.health(part)}/metrics"


def readable(line: str) -> str:
    """Return a log line as a person reads it: of a JSON one the event and what went wrong."""
    try:
        event = json.loads(line)
    except ValueError:
        return line.strip()
    if not isinstance(event, dict) or "event" not in event:
        return line.strip()
    wrong = str(event.get("exception") or event.get("error") or "").strip().rpartition("\n")[2]
    return f"{event['event']}: {wrong}" if wrong else str(event["event"])


def trouble(
    parts: Sequence[PartStatus], differ_seconds: float | None, *, options: str, settings: str = ""
) -> str | None:
    """Return why `status` must exit non-zero; None when all is as it should be.

    `options` leads the commands that it advises to the same place, and `settings` is the version of
    wirewatch.yaml on disk (see Place).
    """
    failed = [part.name for part in parts if part.condition == PartCondition.FAILED]
    if failed:
        return f"failed: {', '.join(failed)} (`wirewatch logs {failed[0]}{options}`)"
    if broken := not_in_force(parts):
        return last_good(*broken)
    if changed := settings_changed(parts, settings):
        return f"{changed}: {restart(options)}"
    if differ_seconds is not None and differ_seconds > DIFFER_SECONDS:
        return (
            f"the parts have run different versions of the config for {differ_seconds:.0f} s: "
            f"`wirewatch down{options}` and `up` again gives all the same"
        )
    return None


def settings_changed(parts: Sequence[PartStatus], settings: str) -> str | None:
    """Return which parts go by another wirewatch.yaml than that of version `settings`; None when none does.

    It is read at a start alone. An empty version is not known.
    """
    behind = [part.name for part in parts if part.settings_version not in {None, settings}]
    if not (settings and behind):
        return None
    return f"{SETTINGS_FILE} has changed and is not yet in force in {', '.join(behind)}"


def restart(options: str) -> str:
    """Return what puts a changed wirewatch.yaml in force."""
    return f"`wirewatch down{options}`, then `wirewatch up{options}` applies it"


def not_in_force(parts: Sequence[PartStatus]) -> list[str]:
    """Return what is wrong with the files of configs whose last good version is in force, each once."""
    return list(dict.fromkeys(error for part in parts for error in part.config_errors))


def last_good(*errors: str) -> str:
    """Return what is told of `errors` in files whose last good version is in force."""
    return f"the last good config stays in force, since this one is broken: {'; '.join(errors)}"


def settled(parts: Sequence[PartStatus]) -> bool:
    """Return whether every part is ready or done."""
    return all(part.condition in {PartCondition.READY, PartCondition.FINISHED} for part in parts)
