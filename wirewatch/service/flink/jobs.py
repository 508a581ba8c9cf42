"""What the commands do with the job: which cluster, a job server to submit by, stop, upgrade."""

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
"""What `--from` says to have the next job begin with no state."""


def flink_place(
    place: Place,
    *,
    engine: str | None = None,
    master: str | None = None,
    detach: bool = False,
    parallelism: int | None = None,
) -> Place:
    """Return `place` with what the command line says over its settings. Raises ConfigError."""
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

    Returns what the next one would have begun with, as far as is known; None where that is the same. Raises
    AlreadyRunningError when a job runs, which would make a later one begin there, ConfigError when the
    savepoint is not there, and DependencyMissingError when its cluster is away.
    """
    rest, data_dir, storage = (
        FlinkRest(place.settings.flink_master),
        place.data_dir,
        place.settings.flink.storage,
    )
    with _alone(place):
        if (job := running_job(rest, place.settings.flink.job_name)) is not None:
            raise AlreadyRunningError(
                f"the job {job.id} is there on Flink at {rest.address}, and --from says what a new one "
                "begins with: `wirewatch flink stop` ends it"
            )
        if (left := _left(place)) is not None:
            raise AlreadyRunningError(f"{left}: say --from again after that")
        if choice != NOTHING and resume.is_missing(choice, data_dir, storage):
            raise ConfigError(f"--from {choice}: no savepoint or checkpoint is there (no file {STORED})")
        last = notes.noted(data_dir)
        try:
            stood = resume.point(rest, data_dir, storage)
        except StateRefusedError:  # which is why --from is said
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

    Raises WirewatchError when none does, AlreadyRunningError when several do.
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
    """Return what is to be said of a submission that was cut off, while its job may still come."""
    left = notes.handed_over(place.data_dir)
    if left is None or left.until < utc_now():
        return None
    return left.may_come


def stop(place: Place) -> str:
    """End the job with a savepoint and return where that is.

    A job whose tasks do not all run takes none. Raises WirewatchError.
    """
    with _alone(place):
        rest, job = the_job(place)
        resume.found(rest, place.data_dir, job, place.settings.flink.job_name)
        return savepoints.stop(
            rest, job.id, place.data_dir, state_of(job.name, place.settings.flink.job_name)
        )


def cancel(place: Place, chosen: str) -> str:
    """End the job with the id `chosen` as it stands, of one or several; return what became of all of them.

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
        stays = (others or jobs)[0]  # the next one goes on where that stands
        resume.found(rest, place.data_dir, stays, name)
        savepoints.cancel(rest, chosen)
        if others:
            return ", ".join([end, *(f"{job.id} runs on" for job in others)])
        stood = _go_on_from_cancelled(place, rest, chosen)
    return f"{end}, the next one {f'goes on at {stood}' if stood else 'finds nothing of it to go on from'}"


def _go_on_from_cancelled(place: Place, rest: FlinkRest, job: str) -> str | None:
    """Have the next job go on at the last checkpoint of this one, else at what it began with; return that.

    Noted as a savepoint is: the cluster that remembers it may be replaced before.
    """
    last = notes.noted(place.data_dir)
    location = resume.latest(rest, job) or (last.checkpoint if last else None)
    if last is not None and location is not None:
        notes.remember(place.data_dir, last.left(location))
    return location


def upgrade(place: Place, told: Callable[[str], None]) -> None:
    """Have a job of this version go on where the running one stands: savepoint, stop, submit.

    Raises StateRefusedError before anything is stopped when the new graph cannot take the old state.
    """
    from pipelines.engines.flink.fit import check_fits  # noqa: PLC0415  # imports Beam
    from pipelines.engines.flink.graph import state_fingerprint  # noqa: PLC0415
    from pipelines.engines.flink.submit import submit, wait_until_runs  # noqa: PLC0415

    access = KafkaAccess(place.settings, place.config_dir, place.data_dir)
    with _alone(place):
        rest, job = the_job(place)
        state = state_of(job.name, place.settings.flink.job_name)
        check_fits(state, state_fingerprint(access), "The job runs on. `wirewatch flink stop` and then")
        resume.found(rest, place.data_dir, job, place.settings.flink.job_name)
        context = PartContext(place.settings, place.config_dir, place.data_dir)  # nobody stops it
        with job_server(place, told, context):
            location = savepoints.stop(rest, job.id, place.data_dir, state)
            told(
                f"stopped with savepoint {location}; should this command be cut off, "
                "`wirewatch pipeline --engine flink` goes on from there"
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
    """Hold the lock of who stops and submits. Raises AlreadyRunningError."""
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
    """Have a job server to submit by: the configured one, the local cluster's, else one for this while.

    `context` says that it is waited for; setting its `stop` ends that. Raises DependencyMissingError when the
    configured one is not there or Java or Maven is missing, WirewatchError when ours does not start.
    """
    server = place.settings.flink_job_server
    if place.settings.flink.job_server is not None:
        if not _await(server, context):
            raise DependencyMissingError(
                f"no job server listens at {server} after {JOB_SERVER_SECONDS:g} s: start it, or check "
                "flink.job_server (unset, one is started to submit)"
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
    """Return True once the job server listens or it is to stop, False when it takes too long."""
    waiting = waiting_of(context)
    why = f"no job server listens at {server} yet, waited for since {context.now():%H:%M:%S} UTC"

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
