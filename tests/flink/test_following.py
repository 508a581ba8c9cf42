"""The part `pipeline` stays with its job, whoever replaces that, and leaves two jobs to nobody."""

import re
import threading
from functools import partial

import pytest
from structlog.testing import capture_logs

from pipelines.access import KafkaAccess
from pipelines.engines.flink import notes
from pipelines.engines.flink.notes import submission_lock
from pipelines.engines.flink.rest import FlinkRest, Job
from pipelines.engines.flink.submit import wait_until_runs
from pipelines.part import waiting
from pipelines.part.flink import run_flink
from tests.flink.job_manager import NAME
from tests.flink.site import wait_until
from tests.ports import free_ports
from wirewatch.errors import AlreadyRunningError, DependencyMissingError, StateRefusedError, WirewatchError
from wirewatch.part import PartContext
from wirewatch.resources import default_config_dir
from wirewatch.service.flink.jobs import job_server
from wirewatch.service.place import Place
from wirewatch.settings import Settings

PATIENCE = 60.0  # tells a hang from a busy machine
REFUSED = "wirewatch.errors.StateRefusedError: articles was made again"


def no_java(context):
    """Be the job server of a machine that cannot have one: what runs is found and followed without."""
    raise DependencyMissingError("no Java")


class Following(threading.Thread):
    """The part in a thread; `error` is what it raised."""

    def __init__(self, context: PartContext, access: KafkaAccess, job_server=None) -> None:
        super().__init__()
        self._given = context, access, job_server or no_java
        self.error: WirewatchError | None = None

    def run(self) -> None:
        try:
            run_flink(*self._given)
        except WirewatchError as error:
            self.error = error


@pytest.fixture
def following(cluster, tmp_path):
    """`following()`: a part that follows the job of `cluster`, in a thread of its own."""
    threads, contexts = [], []

    def start(job_server=None, **flink):
        settings = Settings(
            pipeline={"engine": "flink"}, flink={"master": f"127.0.0.1:{cluster.port}", **flink}
        )
        context = PartContext(settings, default_config_dir(), tmp_path)
        contexts.append(context)
        access = KafkaAccess(settings, context.config_dir, tmp_path)
        threads.append(Following(context, access, job_server))
        threads[-1].start()
        return context, threads[-1]

    yield start
    for context in contexts:
        context.stop.set()
    for thread in threads:
        thread.join(PATIENCE)


@pytest.fixture
def followed(cluster, following):
    """The context and the thread of a part that follows the job `one`."""
    cluster.states = {"one": "RUNNING"}
    context, thread = following()
    wait_until(lambda: noted(context) == "one", "the job", PATIENCE)
    return context, thread


def noted(context):
    last = notes.noted(context.data_dir)
    return last.id if last else None


def test_a_job_that_another_command_replaced_is_followed(cluster, following):
    cluster.states = {"one": "RUNNING"}
    context, thread = following()
    wait_until(lambda: noted(context) == "one" and context.health.state()[0], "the first job", PATIENCE)
    with submission_lock(context.data_dir):  # an upgrade stops the one and submits the other
        cluster.states = {"one": "FINISHED"}
        wait_until(lambda: not context.health.state()[0], "it waits", PATIENCE)
        assert context.health.state()[1] == "another command is stopping or submitting the job"
        cluster.states = {"one": "FINISHED", "two": "RUNNING"}
    wait_until(lambda: noted(context) == "two" and context.health.state()[0], "the second job", PATIENCE)
    assert thread.is_alive()


def test_a_job_that_the_cluster_is_setting_up_is_waited_for(cluster, following):
    """It takes seconds on a busy one, which tells of no checkpoints then."""
    cluster.states = {"one": "INITIALIZING"}
    context, thread = following()
    wait_until(lambda: "initializing" in context.health.state()[1], "the job", PATIENCE)
    cluster.states = {"one": "RUNNING"}
    wait_until(lambda: context.health.state()[0], "it runs", PATIENCE)
    assert thread.is_alive()


def test_two_jobs_are_said_and_none_of_them_is_taken_for_the_one(cluster, followed, following):
    context, _ = followed
    cluster.states["two"] = "RUNNING"

    def said():
        ready, why = context.health.state()
        return not ready and "one (since" in why and "two (since" in why and "flink stop --job ID" in why

    wait_until(said, "both", PATIENCE)
    _, another = following()
    another.join(PATIENCE)
    assert isinstance(another.error, AlreadyRunningError)
    cluster.states["two"] = "CANCELED"
    wait_until(lambda: context.health.state()[0], "the one", PATIENCE)


def test_where_the_job_stands_is_known_when_its_cluster_is_gone(cluster, following):
    cluster.states = {"one": "RUNNING"}
    context, _ = following()
    wait_until(lambda: noted(context) == "one", "the job", PATIENCE)
    assert notes.noted(context.data_dir) == notes.LastJob("one", "ab12", "file:/one/chk-74")


def test_what_the_next_was_to_resume_from_is_forgotten_once_a_job_runs(cluster, following, tmp_path):
    """Whoever submitted it and was cut off: it goes on from checkpoints of its own by now."""
    notes.remember(tmp_path, notes.Point("file:/old", "ab12"))
    cluster.states = {"one": "RUNNING"}
    context, _ = following()
    wait_until(lambda: noted(context) == "one", "the job", PATIENCE)
    assert notes.remembered(tmp_path) is None


def test_a_job_that_got_over_its_failure_is_followed(cluster, following):
    cluster.states = {"one": "RUNNING"}
    cluster.past = {"one": REFUSED}
    context, thread = following()
    wait_until(lambda: context.health.state()[0], "the job", PATIENCE)
    assert thread.is_alive()
    assert cluster.states == {"one": "RUNNING"}


def test_of_a_job_that_is_cancelled_it_is_noted_first_where_it_stood(cluster, following, tmp_path):
    """Another data folder submitted it: else the next one of this would begin with nothing."""
    cluster.states = {"one": "RESTARTING"}
    cluster.failures = {"one": REFUSED}
    _, thread = following()
    thread.join(PATIENCE)
    assert isinstance(thread.error, StateRefusedError)
    assert cluster.states == {"one": "CANCELED"}
    assert notes.noted(tmp_path) == notes.LastJob("one", "ab12", "file:/one/chk-74")


def test_who_detaches_is_told_what_the_job_waits_for_and_waits_no_longer_than_a_person(
    cluster, following, monkeypatch
):
    monkeypatch.setattr(waiting, "DETACH_SECONDS", 0.0)
    cluster.states = {"one": "RUNNING"}
    cluster.failures = {"one": "Caused by: org.apache.flink.NoResourceAvailableException: no slots"}
    with capture_logs() as logs:
        _, thread = following(detach=True)
        thread.join(PATIENCE)
    why = "Flink job is running, its tasks scheduled: org.apache.flink.NoResourceAvailableException: no slots"
    assert str(thread.error) == f"gave up waiting after 0 s: {why}"
    assert why in [entry.get("why") for entry in logs]


def test_a_job_server_is_wanted_once_there_is_something_to_submit(following):
    _, thread = following()
    thread.join(PATIENCE)
    assert str(thread.error) == "no Java"


def test_a_job_server_that_is_waited_for_is_said_with_since_when(following, tmp_path):
    address = f"127.0.0.1:{free_ports(1)[0]}"
    place = Place(Settings(flink={"job_server": address}), default_config_dir(), tmp_path)
    context, thread = following(partial(job_server, place, print))
    told = re.compile(rf"no job server listens at {address} yet; waiting since \d\d:\d\d:\d\d UTC")
    wait_until(lambda: told.fullmatch(context.health.state()[1]), "what it waits for", PATIENCE)
    context.stop.set()
    thread.join(PATIENCE)
    assert thread.error is None


def test_who_detaches_leaves_once_all_of_it_runs(cluster, following):
    cluster.states = {"one": "RUNNING"}
    _, thread = following(detach=True)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert thread.error is None


def test_a_new_job_is_waited_for_until_its_tasks_run(cluster):
    rest, job = FlinkRest(f"127.0.0.1:{cluster.port}"), Job("one", NAME, "CREATED", 1)
    cluster.states = {"one": "CREATED"}
    wait_until_runs(rest, job, sleep=lambda _: cluster.states.update(one="RUNNING"))
    cluster.states = {"one": "RESTARTING"}
    with pytest.raises(WirewatchError, match="the Flink job one failed: nothing said"):
        wait_until_runs(rest, job, sleep=lambda _: cluster.states.update(one="FAILED"))


def test_a_job_that_failed_says_where_the_next_goes_on(cluster, followed):
    _, thread = followed
    cluster.states = {"one": "FAILED"}
    thread.join(PATIENCE)
    assert isinstance(thread.error, WirewatchError)
    assert "the Flink job one failed" in str(thread.error)
    assert "the next one resumes from file:/one/chk-74" in str(thread.error)


@pytest.mark.parametrize("between_two_answers", [False, True])
def test_a_job_that_the_cluster_has_forgotten_says_where_the_next_goes_on(
    cluster, followed, between_two_answers
):
    _, thread = followed
    if between_two_answers:
        cluster.forgets_when_asked = True
    else:
        cluster.states = {}
    thread.join(PATIENCE)
    assert "the Flink job one is gone: the JobManager at" in str(thread.error)
    assert "the next one resumes from file:/one/chk-74" in str(thread.error)


def test_a_job_that_another_way_stopped_ends_the_part_which_notes_its_savepoint(cluster, followed):
    context, thread = followed
    cluster.states = {"one": "FINISHED"}
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert notes.noted(context.data_dir) == notes.LastJob("one", "ab12", "file:/one/savepoint")
