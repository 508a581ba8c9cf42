"""How a job is doing, judged by what Flink says about it. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

from wirewatch.errors import START_OVER, NewerRecordError, StateRefusedError, WirewatchError

START_ANEW: Final = (
    "`wirewatch pipeline --engine flink --from none` starts afresh: articles that Kafka still holds are read "
    "again, and stories may be alerted again"
)
"""The last way out of a StateRefusedError, as START_OVER is on the embedded engine."""
GO_ON_ELSEWHERE: Final = (
    f"`wirewatch pipeline --engine flink --from SAVEPOINT` says where to resume; {START_ANEW}"
)
"""The ways out if what to resume from is not known, or missing."""
_FATAL: Final = {error.__name__: error for error in (StateRefusedError, NewerRecordError)}
_RAISED: Final = re.compile(rf"wirewatch\.errors\.({'|'.join(_FATAL)}): (.+)")
_NOT_THERE: Final = re.compile(r"Cannot find checkpoint or savepoint file/directory '([^']+)'")
"""Flink's own message, for any store, if what a job is to start from does not exist."""
_CAUSE: Final = re.compile(r"^(?:Caused by: )?([\w.$]+(?:Exception|Error)\b.*)$", re.MULTILINE)


def fatal_error(failure: str | None) -> WirewatchError | None:
    """Return the error that no restart fixes, if that is what a job failed of."""
    if missing := _NOT_THERE.search(failure or ""):
        return StateRefusedError(
            f"the job cannot start from {missing[1]}: the cluster finds no checkpoint or savepoint there. "
            f"{GO_ON_ELSEWHERE}"
        )
    found = _RAISED.search(failure or "")
    if found is None:
        return None
    message = re.sub(r" \[while running .*$", "", found[2]).strip()
    return _FATAL[found[1]](message.replace(START_OVER, START_ANEW))


def all_run(job: Mapping[str, Any]) -> bool:
    """Return whether every task of a job runs; `job` is what the cluster says of it."""
    return job["state"] == "RUNNING" and {vertex["status"] for vertex in job["vertices"]} == {"RUNNING"}


def fatal_now(job: Mapping[str, Any], failure: str | None) -> WirewatchError | None:
    """Return the fatal error that keeps `job` from running.

    Flink reports old failures as long as the job exists: if all of its tasks run, it has recovered.
    """
    return None if all_run(job) else fatal_error(failure)


def in_short(failure: str) -> str:
    """Return the innermost cause of a Java stack trace (perhaps a worker's traceback) in one line."""
    lines = [line.strip() for line in failure.splitlines() if line.strip()]
    return (_CAUSE.findall(failure) or lines or ["nothing said"])[-1][:300]
