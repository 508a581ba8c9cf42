"""What is to be thought of a job, from what Flink says of it. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

from wirewatch.errors import START_OVER, NewerRecordError, StateRefusedError, WirewatchError

START_ANEW: Final = (
    "`wirewatch pipeline --engine flink --from none` begins anew: articles that Kafka still holds are read "
    "again, and stories may be told again"
)
"""The last way out of a StateRefusedError, as START_OVER is on the embedded engine."""
GO_ON_ELSEWHERE: Final = (
    f"`wirewatch pipeline --engine flink --from SAVEPOINT` says where to go on; {START_ANEW}"
)
"""The ways out where it is not known, or not there."""
_FATAL: Final = {error.__name__: error for error in (StateRefusedError, NewerRecordError)}
_RAISED: Final = re.compile(rf"wirewatch\.errors\.({'|'.join(_FATAL)}): (.+)")
_NOT_THERE: Final = re.compile(r"Cannot find checkpoint or savepoint file/directory '([^']+)'")
"""Flink's own words, of any store, where a job is to begin with what was deleted or never was there."""
_CAUSE: Final = re.compile(r"^(?:Caused by: )?([\w.$]+(?:Exception|Error)\b.*)$", re.MULTILINE)


def fatal_error(failure: str | None) -> WirewatchError | None:
    """Return the error that no restart mends, when a job failed of one."""
    if missing := _NOT_THERE.search(failure or ""):
        return StateRefusedError(
            f"the job cannot begin with {missing[1]}: the cluster finds no checkpoint or savepoint there. "
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

    Flink tells a job's failures for as long as the job is there: where all of it runs, it got over them.
    """
    return None if all_run(job) else fatal_error(failure)


def in_short(failure: str) -> str:
    """Return the innermost cause of a Java stack trace, which may be a worker's traceback, in a line."""
    lines = [line.strip() for line in failure.splitlines() if line.strip()]
    return (_CAUSE.findall(failure) or lines or ["nothing said"])[-1][:300]
