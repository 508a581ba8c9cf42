"""The part of Flink's REST API that we use (flink.apache.org: REST API, v1)."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Final, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from pipelines.engines.flink.options import state_of
from pipelines.engines.flink.outcome import in_short
from wirewatch.errors import AlreadyRunningError, DependencyMissingError, WirewatchError

TIMEOUT: Final = 10.0
MAX_ANSWER: Final = 16 << 20
ENDED: Final = frozenset({"CANCELED", "FAILED", "FINISHED"})
_SETTING_UP: Final = "not available while the JobManager is initializing"
"""Flink's answer, with status 500, about the checkpoints of a job that it has only just accepted."""


class Job(NamedTuple):
    """A job as the cluster sees it."""

    id: str
    name: str
    state: str
    """CREATED, RUNNING, RESTARTING, FAILED, CANCELED, FINISHED, …"""
    started: int
    """Milliseconds since 1970."""

    @property
    def since(self) -> str:
        """When it was started, in UTC."""
        return datetime.fromtimestamp(self.started / 1000, UTC).isoformat(timespec="seconds")


class NotKnownError(WirewatchError):
    """The cluster has no such job or savepoint, the job has ended, or it is still being set up."""


class FlinkRest:
    """Asks the JobManager at `address` (host:port).

    Calls raise DependencyMissingError if it is away, NotKnownError if it does not know what is asked about.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def slots(self) -> int:
        """Return how many slots all TaskManagers offer together; 0 if no JobManager answers."""
        try:
            return int(self._ask("GET", "/overview").get("slots-total", 0))
        except WirewatchError:
            return 0

    def jobs(self) -> list[Job]:
        """Return all jobs that the cluster remembers, latest first."""
        found = self._ask("GET", "/jobs/overview")
        try:
            jobs = [Job(job["jid"], job["name"], job["state"], job["start-time"]) for job in found["jobs"]]
        except (KeyError, TypeError) as error:
            raise self._no_flink() from error
        return sorted(jobs, key=lambda job: (job.started, job.id), reverse=True)

    def job(self, job: str) -> dict[str, Any]:
        """Return what the cluster says of a job."""
        return self._ask("GET", f"/jobs/{job}")

    def failure(self, job: str) -> str | None:
        """Return the job's last failure, with its causes; None if it never failed."""
        found = self._ask("GET", f"/jobs/{job}/exceptions?maxExceptions=1")
        entries = found["exceptionHistory"]["entries"]
        return str(entries[0]["stacktrace"]) if entries else None

    def checkpoints(self, job: str) -> dict[str, Any]:
        """Return counts, the latest and the history of a job's checkpoints."""
        return self._ask("GET", f"/jobs/{job}/checkpoints")

    def began_with(self, job: str) -> str | None:
        """Return the savepoint or checkpoint that a job was submitted with; None if it had none.

        Not what Flink calls restored: after a restart, that is one of the job's own checkpoints.
        """
        config = self._ask("GET", f"/jobs/{job}/config").get("execution-config", {})
        options = config.get("user-config")  # Beam's
        if not options:  # for some seconds
            raise NotKnownError(f"Flink at {self.address} is setting up the job {job}")
        savepoint: str | None = options.get("savepointPath")
        return savepoint

    def cancel(self, job: str) -> None:
        """Cancel a job; whatever came after its last checkpoint is discarded."""
        self._ask("PATCH", f"/jobs/{job}?mode=cancel")

    def savepoint(self, job: str, folder: str | None = None) -> str:
        """Trigger a savepoint; return the trigger's id for `followed`."""
        body = {"target-directory": folder, "cancel-job": False}
        return str(self._ask("POST", f"/jobs/{job}/savepoints", body)["request-id"])

    def stop(self, job: str, folder: str | None = None) -> str:
        """Stop a job with a savepoint, without draining it; return the trigger's id for `followed`."""
        body = {"targetDirectory": folder, "drain": False}
        return str(self._ask("POST", f"/jobs/{job}/stop", body)["request-id"])

    def followed(self, job: str, trigger: str) -> str | None:
        """Return where a savepoint is; None until it is complete. Raises WirewatchError if it failed."""
        found = self._ask("GET", f"/jobs/{job}/savepoints/{trigger}")
        if found["status"]["id"] != "COMPLETED":
            return None
        if cause := found["operation"].get("failure-cause"):
            why = str(cause["stack-trace"]).strip().splitlines()[0]
            raise WirewatchError(f"the savepoint failed, but the job keeps running: {why}")
        return str(found["operation"]["location"])

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = Request(  # the scheme is ours
            f"http://{self.address}{path}", data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                text = answer.read(MAX_ANSWER)
        except HTTPError as error:
            if error.code == HTTPStatus.SERVICE_UNAVAILABLE:  # no JobManager is the leader now
                raise self._away(error.reason) from error
            said = error.read(MAX_ANSWER).decode(errors="replace")
            gone = error.code in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
            refused = NotKnownError if gone or _SETTING_UP in said else WirewatchError
            raise refused(f"Flink at {self.address} refuses {method} {path}: {_said(said)}") from error
        except OSError as error:
            raise self._away(getattr(error, "reason", error)) from error
        except HTTPException as error:
            raise self._no_flink() from error
        try:
            found = json.loads(text or b"{}")
        except ValueError as error:
            raise self._no_flink() from error
        if not isinstance(found, dict):
            raise self._no_flink()
        return found

    def _no_flink(self) -> WirewatchError:
        return WirewatchError(
            f"what answers at {self.address} is not a Flink JobManager: check flink.master (or "
            "--flink-master), the host and port of its REST API"
        )

    def _away(self, why: object) -> DependencyMissingError:
        return DependencyMissingError(
            f"Flink's JobManager does not answer at {self.address} ({why}): check flink.master (or "
            "--flink-master), or start a cluster with `wirewatch flink up`"
        )


def running_jobs(rest: FlinkRest, name: str) -> list[Job]:
    """Return the jobs of this name that have not ended, latest first; there should be at most one."""
    return [job for job in rest.jobs() if state_of(job.name, name) and job.state not in ENDED]


def running_job(rest: FlinkRest, name: str) -> Job | None:
    """Return the job of this name that has not ended, if there is one.

    Raises AlreadyRunningError if there are several.
    """
    jobs = running_jobs(rest, name)
    if len(jobs) > 1:
        raise several(rest, name, jobs)
    return jobs[0] if jobs else None


def several(rest: FlinkRest, name: str, jobs: list[Job]) -> AlreadyRunningError:
    """Return the error of several jobs with one name: each reads all articles and raises all alerts."""
    told = ", ".join(f"{job.id} (since {job.since}{_began(rest, job)})" for job in jobs)
    return AlreadyRunningError(
        f"{len(jobs)} jobs {name} run on Flink at {rest.address}, and each raises every alert: {told}; "
        "`wirewatch flink stop --job ID` cancels one of them: the later, unless the other fails or started "
        "from nothing"
    )


def _began(rest: FlinkRest, job: Job) -> str:
    try:
        return f", from {rest.began_with(job.id) or 'nothing'}"
    except NotKnownError:  # it is being set up, or has just ended
        return ""


def _said(text: str) -> str:
    try:
        errors = json.loads(text)["errors"]
    except (ValueError, KeyError, TypeError):
        return text.strip()[:300]
    return in_short("\n".join(map(str, errors)))
