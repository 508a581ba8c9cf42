"""A submission that is cut off, slow, or not alone: one job comes of it, and nobody submits a second."""

import threading
from datetime import timedelta

import pytest
from apache_beam.portability.api import beam_job_api_pb2 as api

from pipelines.access import KafkaAccess
from pipelines.engines.flink import notes
from pipelines.engines.flink import submit as submitting
from pipelines.engines.flink.graph import state_fingerprint
from pipelines.engines.flink.rest import FlinkRest
from pipelines.engines.flink.submit import await_left, submit
from tests.flink.job_server import JobServer
from wirewatch.errors import AlreadyRunningError, WirewatchError
from wirewatch.part import utc_now
from wirewatch.resources import default_config_dir
from wirewatch.settings import Settings


@pytest.fixture
def job_server():
    made = JobServer()
    yield made
    made.close()


class Submitter:
    """Somebody who submits from one data folder, stopped where `stop` is set."""

    def __init__(self, cluster, job_server, data_dir) -> None:
        self.cluster, self.job_server = cluster, job_server
        self.rest = FlinkRest(f"127.0.0.1:{cluster.port}")
        master, server = self.rest.address, f"127.0.0.1:{job_server.port}"
        settings = Settings(flink={"master": master, "job_server": server})
        self.access = KafkaAccess(settings, default_config_dir(), data_dir)
        self.stop = threading.Event()
        self.said = []
        self.now = utc_now

    def submit(self):
        return submit(self.access, self.rest, self.stop, now=self.now)

    def wait(self, told=lambda why: None):
        return await_left(self.access, self.rest, threading.Event(), told, now=self.now)

    def come(self, job, state="RUNNING"):
        """Have the cluster know `job`, the one that was given last."""
        self.cluster.names[job] = self.job_server.given[-1]
        self.cluster.states[job] = state

    @property
    def left(self):
        return notes.handed_over(self.access.data_dir)

    @property
    def noted(self):
        return notes.noted(self.access.data_dir)


@pytest.fixture
def somebody(cluster, job_server, tmp_path):
    return Submitter(cluster, job_server, tmp_path)


@pytest.fixture
def cut_off(somebody):
    """One who was told to stop after the job server was given the job, and before the cluster knew it."""
    somebody.job_server.when_run = lambda _: somebody.stop.set()
    assert somebody.submit() is None
    assert len(somebody.job_server.given) == 1
    return somebody


def test_a_job_that_comes_is_noted(somebody):
    notes.remember(somebody.access.data_dir, notes.Point("file:/kept", None, "zero"))
    somebody.job_server.when_run = lambda _: somebody.come("one")
    assert somebody.submit().id == "one"
    assert somebody.noted.checkpoint == "file:/kept"
    assert somebody.noted.before == "zero"
    assert somebody.left is None
    assert notes.remembered(somebody.access.data_dir) is None


@pytest.mark.parametrize("known", [True, False])
def test_what_the_job_began_with_is_noted_as_far_as_it_was_known(somebody, known):
    state = state_fingerprint(somebody.access) if known else None
    notes.remember(somebody.access.data_dir, notes.Point("file:/kept", state))
    somebody.job_server.when_run = lambda _: somebody.come("one")
    somebody.submit()
    assert somebody.noted.began == state


def test_who_is_stopped_in_time_has_submitted_nothing(somebody):
    somebody.job_server.when_staged = somebody.stop.set
    assert somebody.submit() is None
    assert somebody.job_server.given == []
    assert somebody.left is None


def test_who_is_stopped_before_it_stages_nothing(somebody):
    """The job server may not be there: Beam waits a minute for it."""
    staged = []
    somebody.job_server.when_staged = lambda: staged.append(True)
    somebody.stop.set()
    assert somebody.submit() is None
    assert staged == []


def test_a_submission_that_was_cut_off_is_waited_for_and_noted(cut_off):
    told = []

    def comes_then(why):
        told.append(why)
        cut_off.come("one")

    assert cut_off.wait(comes_then).id == "one"
    assert "a submission was interrupted, and its job may still come until" in told[0]
    assert cut_off.noted.id == "one"
    assert cut_off.left is None


def test_what_came_and_ended_is_where_the_next_goes_on(cut_off):
    cut_off.come("one", "CANCELED")
    assert cut_off.wait() is None
    assert cut_off.noted.id == "one"


def test_what_does_not_come_in_its_time_is_waited_for_no_longer(cut_off):
    cut_off.now = lambda: utc_now() + timedelta(seconds=submitting.APPEARS_SECONDS + 1)
    assert cut_off.wait() is None
    assert cut_off.left is None


def test_a_clock_that_was_put_back_makes_nobody_wait_for_hours(cut_off, monkeypatch):
    monkeypatch.setattr(submitting, "APPEARS_SECONDS", 0.1)
    cut_off.now = lambda: utc_now() - timedelta(hours=5)
    assert cut_off.wait() is None


def test_a_slow_cluster_is_an_error_and_the_job_is_waited_for_anew(somebody, monkeypatch):
    monkeypatch.setattr(submitting, "APPEARS_SECONDS", 0.5)
    with pytest.raises(WirewatchError, match="does not start"):
        somebody.submit()
    monkeypatch.setattr(submitting, "APPEARS_SECONDS", 60)
    somebody.now = lambda: somebody.left.until - timedelta(seconds=0.4)  # it counts from the error on
    assert somebody.wait(lambda _: somebody.come("one")).id == "one"
    assert len(somebody.job_server.given) == 1


def test_a_job_that_the_cluster_refused_is_not_waited_for(somebody):
    somebody.job_server.when_run = lambda _: setattr(somebody.job_server, "state", api.JobState.FAILED)
    with pytest.raises(WirewatchError, match="the job server's log says why"):
        somebody.submit()
    assert somebody.left is None


def test_a_job_that_came_and_failed_at_once_is_noted(somebody):
    def fails(_):
        somebody.job_server.state = api.JobState.FAILED
        somebody.come("one", "FAILED")

    somebody.job_server.when_run = fails
    assert somebody.submit().id == "one"


def test_who_finds_anothers_job_at_the_last_look_submits_none(somebody, cluster):
    somebody.job_server.when_staged = lambda: cluster.states.update(other="RUNNING")
    with pytest.raises(AlreadyRunningError, match="somebody else has submitted the job other"):
        somebody.submit()
    assert somebody.job_server.given == []
    assert somebody.left is None
