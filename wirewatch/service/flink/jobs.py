"""What the commands do with the job: find its cluster, provide a job server, stop, cancel, upgrade."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from filelock import Timeout
from pydantic import ValidationError

from connectors.reach import reach
from pipelines.access import KafkaAccess
from pipelines.engines.flink import notes, resume, savepoints
from pipelines.engines.flink.location import STORED, is_same, told_of
from pipelines.engines.flink.options import state_of
from pipelines.engines.flink.rest import FlinkRest, Job, running_job, running_jobs
from pipelines.engines.flink.until import until
from pipelines.part.waiting import waiting_of
from wirewatch.errors import (
    AlreadyRunningError,
    ConfigError,
    DependencyMissingError,
    StateRefusedError,
    WirewatchError,
)
from wirewatch.part import PartContext, utc_now
from wirewatch.pydantic_errors import in_plain_words
from wirewatch.service.flink.cluster import job_server as job_server_spec
from wirewatch.service.flink.jars import FLINK, NEED
from wirewatch.service.jars import prepare_jars
from wirewatch.service.java import find_java
from wirewatch.service.place import Place
from wirewatch.service.supervisor.processes import Supervisor
from wirewatch.settings import Settings, address

JOB_SERVER_SECONDS: Final = 60.0
SUBMISSION_SECONDS: Final = 300.0
"""How long another command may take to stop and submit the job."""
NOTHING: Final = "none"
"""The value of `--from` that starts the next job with no state."""


def flink_place(
    place: Place,
    *,
    engine: str | None = None,
    master: str | None = None,
    detach: bool = False,
    parallelism: int | None = None,
) -> Place:
    """Return `place` with its settings overridden by the command line. Raises ConfigError."""
    if master is not None:
        try:
            address(master)
        except ValueError as error:
            raise ConfigError(f"--flink-master {error}, as 127.0.0.1:9420") from error
    settings = place.settings.model_dump()
    if engine is not None:
        settings["pipeline"]["engine"] = engine
    chosen = {"master": master, "parallelism": parallelism, "detach": detach or None}
    settings["flink"].update({name: value for name, value in chosen.items() if value is not None})
    try:
        return replace(place, settings=Settings.model_validate(settings))
    except ValidationError as error:
        said = (
            f"{'.'.join(map(str, item['loc']))}: {in_plain_words(item)}"
            for item in error.errors(include_url=False)
        )
        raise ConfigError(f"the command line: {'; '.join(said)}") from error


def resume_from(place: Place, choice: str) -> str | None:
    """Note what the next submission resumes from: a savepoint, or `NOTHING`.

    Returns what it would have resumed from otherwise, as far as is known; None if that is the same. Raises
    AlreadyRunningError if a job runs (the note would apply to a later one), ConfigError if the savepoint does
    not exist, and DependencyMissingError if its cluster is away.
    """
    rest, data_dir, storage = (
        FlinkRest(place.settings.flink_master),
        place.data_dir,
        place.settings.flink.storage,
    )
    with _alone(place):
        if (job := running_job(rest, place.settings.flink.job_name)) is not None:
            raise AlreadyRunningError(
                f"the job {job.id} runs on Flink at {rest.address}, and --from says where a new one "
                "starts: stop it first with `wirewatch flink stop`"
            )
        if (left := _left(place)) is not None:
            raise AlreadyRunningError(f"{left}: give --from again after that")
        if choice != NOTHING and resume.is_missing(choice, data_dir, storage):
            raise ConfigError(f"--from {choice}: no savepoint or checkpoint is there (no file {STORED})")
        last = notes.noted(data_dir)
        try:
            stood = resume.point(rest, data_dir, storage)
        except StateRefusedError:  # the reason to give --from
            stood = last.left(last.checkpoint) if last and last.checkpoint else None
        same = stood is not None and choice != NOTHING and is_same(stood.location, choice)
        notes.withdraw(data_dir)
        if choice == NOTHING:
            notes.forget(data_dir)
        else:
            notes.remember(data_dir, stood if stood and same else notes.Point(told_of(choice)))
    return None if stood is None or same else stood.location


def the_job(place: Place) -> tuple[FlinkRest, Job]:
    """Return the cluster and the job that runs there.

    Raises WirewatchError if none does, AlreadyRunningError if several do.
    """
    rest = FlinkRest(place.settings.flink_master)
    job = running_job(rest, place.settings.flink.job_name)
    if job is None:
        raise WirewatchError(
            f"no job {place.settings.flink.job_name} runs on Flink at {rest.address}: "
            f"{_left(place) or '`wirewatch pipeline --engine flink` submits it'}"
        )
    return rest, job


def _left(place: Place) -> str | None:
    """Return what to say about an interrupted submission while its job may still appear."""
    left = notes.handed_over(place.data_dir)
    if left is None or left.until < utc_now():
        return None
    return left.may_come


def stop(place: Place) -> str:
    """Stop the job with a savepoint and return where that is.

    A job whose tasks do not all run cannot take one. Raises WirewatchError.
    """
    with _alone(place):
        rest, job = the_job(place)
        resume.found(rest, place.data_dir, job, place.settings.flink.job_name)
        return savepoints.stop(
            rest, job.id, place.data_dir, state_of(job.name, place.settings.flink.job_name)
        )


def cancel(place: Place, chosen: str) -> str:
    """Cancel the job with the id `chosen`, of one or several; return what became of all of them.

    Its last checkpoint stays. Raises WirewatchError.
    """
    end = f"{chosen} is cancelled"
    name = place.settings.flink.job_name
    with _alone(place):
        rest = FlinkRest(place.settings.flink_master)
        jobs = running_jobs(rest, name)
        if chosen not in {job.id for job in jobs}:
            raise WirewatchError(f"no job {chosen} called {name} runs on Flink at {rest.address}")
        others = [job for job in reversed(jobs) if job.id != chosen]
        stays = (others or jobs)[0]  # the next one resumes from there
        resume.found(rest, place.data_dir, stays, name)
        savepoints.cancel(rest, chosen)
        if others:
            return ", ".join([end, *(f"{job.id} runs on" for job in others)])
        stood = _go_on_from_cancelled(place, rest, chosen)
    return f"{end}; the next one {f'resumes from {stood}' if stood else 'has nothing of it to resume from'}"


def _go_on_from_cancelled(place: Place, rest: FlinkRest, job: str) -> str | None:
    """Make the next job resume from this one's last checkpoint, else from what it started from; return that.

    It is noted as a savepoint is, because the cluster that remembers it may be replaced first.
    """
    last = notes.noted(place.data_dir)
    location = resume.latest(rest, job) or (last.checkpoint if last else None)
    if last is not None and location is not None:
        notes.remember(place.data_dir, last.left(location))
    return location


def upgrade(place: Place, told: Callable[[str], None]) -> None:
    """Replace the running job with one of this version: savepoint, stop, submit from there.

    Raises StateRefusedError, before anything is stopped, if the new graph cannot take over the old state.
    """
    from pipelines.engines.flink.fit import check_fits  # noqa: PLC0415  # imports Beam
    from pipelines.engines.flink.graph import state_fingerprint  # noqa: PLC0415
    from pipelines.engines.flink.submit import submit, wait_until_runs  # noqa: PLC0415

    access = KafkaAccess(place.settings, place.config_dir, place.data_dir)
    with _alone(place):
        rest, job = the_job(place)
        state = state_of(job.name, place.settings.flink.job_name)
        check_fits(state, state_fingerprint(access), "The job keeps running. `wirewatch flink stop` and then")
        resume.found(rest, place.data_dir, job, place.settings.flink.job_name)
        context = PartContext(place.settings, place.config_dir, place.data_dir)  # nobody stops it
        with job_server(place, told, context):
            location = savepoints.stop(rest, job.id, place.data_dir, state)
            told(
                f"stopped with savepoint {location}; if this command is interrupted, "
                "`wirewatch pipeline --engine flink` resumes from there"
            )
            fresh = submit(access, rest, context.stop)
            assert fresh is not None
            told(f"submitted as {fresh.id}, parallelism {place.settings.flink.parallelism}")
            try:
                wait_until_runs(rest, fresh)
            except WirewatchError as error:
                raise WirewatchError(
                    f"{error}; `wirewatch pipeline --engine flink` tries again from that savepoint"
                ) from error


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Hold the lock on stopping and submitting. Raises AlreadyRunningError."""
    lock = notes.submission_lock(place.data_dir)
    try:
        lock.acquire(timeout=SUBMISSION_SECONDS)
    except Timeout:
        raise AlreadyRunningError(
            f"another command has been stopping or submitting the job for {SUBMISSION_SECONDS:g} s: "
            "`wirewatch flink status` shows what became of it"
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def job_server(place: Place, told: Callable[[str], None], context: PartContext) -> Iterator[None]:
    """Provide a job server: the configured one, the local cluster's, else one that runs for this block only.

    `context` reports the wait; setting its `stop` ends it. Raises DependencyMissingError if the configured
    server does not answer or Java or Maven is missing, WirewatchError if ours does not start.
    """
    server = place.settings.flink_job_server
    if place.settings.flink.job_server is not None:
        if not _await(server, context):
            raise DependencyMissingError(
                f"no job server listens at {server} after {JOB_SERVER_SECONDS:g} s: start it, or check "
                "flink.job_server (if it is unset, one is started to submit)"
            )
        yield
        return
    if listening(server):
        yield
        return
    place.make_folders()
    spec = job_server_spec(
        place.settings,
        java=find_java(NEED),
        jars=prepare_jars(FLINK, told, config_dir=place.config_dir, stop=context.stop),
        folder=place.data_dir / "flink",
        master=place.settings.flink_master,
    )
    supervisor = Supervisor([spec], place.log_dir / "flink")
    try:
        if not _await(server, context, supervisor.tick):
            raise WirewatchError(
                f"the job server does not listen after {JOB_SERVER_SECONDS:g} s: "
                f"its log is {place.log_dir / 'flink' / 'jobserver.log'}"
            )
        yield
    finally:
        supervisor.stop()


def _await(server: str, context: PartContext, meanwhile: Callable[[], object] = lambda: None) -> bool:
    """Return True once the job server listens or we are to stop, False if it takes too long."""
    waiting = waiting_of(context)
    why = f"no job server listens at {server} yet; waiting since {context.now():%H:%M:%S} UTC"

    def listens() -> bool:
        meanwhile()
        there = listening(server)
        if not there:
            waiting(why)
        return there

    return bool(until(listens, JOB_SERVER_SECONDS, context.stop.wait)) or context.stop.is_set()


def listening(where: str) -> bool:
    """Return whether somebody listens at host:port."""
    try:
        reach(where, timeout=1)
    except OSError:
        return False
    return True
