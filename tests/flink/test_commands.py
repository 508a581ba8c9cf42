"""What the commands say of a job, and refuse while it runs."""

import socket
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest

from pipelines.access import KafkaAccess
from pipelines.engines.flink import notes, resume
from pipelines.engines.flink.graph import state_fingerprint
from pipelines.engines.flink.location import STORED
from pipelines.engines.flink.notes import submission_lock
from pipelines.engines.flink.options import job_name
from pipelines.engines.flink.outcome import START_ANEW
from pipelines.engines.flink.rest import FlinkRest, NotKnownError
from tests.service.support import make_site
from wirewatch.errors import (
    START_OVER,
    AlreadyRunningError,
    ConfigError,
    DependencyMissingError,
    StateRefusedError,
)
from wirewatch.part import utc_now
from wirewatch.resources import default_config_dir
from wirewatch.service.cli.common import UsageError
from wirewatch.service.flink import jobs
from wirewatch.service.place import Place
from wirewatch.settings import Settings


@pytest.fixture
def call(cluster, tmp_path):
    """`call(*arguments)`: what a command of wirewatch ends with, whose cluster is `cluster`."""
    site = make_site(tmp_path, flink={"master": f"127.0.0.1:{cluster.port}", "job_server": "127.0.0.1:1"})
    return site.call


@pytest.mark.parametrize("choice", ["file:/old/savepoint", "none"])
def test_a_job_that_runs_is_not_given_another_beginning(call, cluster, tmp_path, choice):
    """It would be noted, and have a later job begin there: all since then would be told again."""
    notes.note(tmp_path / "data", before := notes.LastJob("one", "ab12", "file:/one/chk-3"))
    cluster.states = {"one": "RUNNING"}
    done = call("pipeline", "--engine", "flink", "--detach", "--from", choice)
    assert done.returncode == AlreadyRunningError.exit_code
    assert "the job one runs on Flink" in done.stderr
    assert notes.noted(tmp_path / "data") == before
    assert not (tmp_path / "data" / "flink" / "resume-from.json").exists()


def test_a_savepoint_that_is_not_there_is_refused_and_what_was_noted_stays(call, tmp_path):
    notes.note(tmp_path / "data", before := notes.LastJob("one", "ab12", "file:/one/chk-3"))
    done = call("pipeline", "--engine", "flink", "--from", (tmp_path / "savepoint-typo").as_uri())
    assert done.returncode == ConfigError.exit_code
    assert "savepoint-typo: no savepoint or checkpoint is there (no file _metadata)" in done.stderr
    assert notes.noted(tmp_path / "data") == before
    assert notes.remembered(tmp_path / "data") is None


def test_from_none_the_next_job_begins_with_nothing(cluster, tmp_path):
    notes.note(tmp_path, notes.LastJob("one", "ab12", "file:/one/chk-3"))
    notes.remember(tmp_path, notes.Point("file:/stopped"))
    settings = Settings(flink={"master": f"127.0.0.1:{cluster.port}"})
    before = jobs.resume_from(Place(settings, default_config_dir(), tmp_path), "none")
    assert before == "file:/stopped"
    assert notes.noted(tmp_path) is None
    assert notes.remembered(tmp_path) is None


@pytest.mark.parametrize("form", ["file:{}", "{}/_metadata"])
def test_from_where_it_would_go_on_anyway_keeps_what_is_known_of_it(cluster, tmp_path, form):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / STORED).touch()
    notes.remember(tmp_path, known := notes.Point(f"file:{tmp_path}/s", "ab12", "one"))
    settings = Settings(flink={"master": f"127.0.0.1:{cluster.port}"})
    place = Place(settings, default_config_dir(), tmp_path)
    assert jobs.resume_from(place, form.format(tmp_path / "s")) is None
    assert notes.remembered(tmp_path) == known


def test_of_two_jobs_one_that_is_being_set_up_is_not_said_to_begin_with_nothing(call, cluster):
    cluster.states = {"one": "RUNNING", "two": "INITIALIZING"}
    said = call("flink", "status").stderr
    assert "two (since 1970-01-01T00:00:00+00:00), one (since" in said
    assert said.count("from nothing)") == 1


@pytest.mark.parametrize("command", ["status", "savepoint", "stop", "upgrade"])
def test_of_two_jobs_both_are_named_with_the_way_out(call, cluster, command):
    cluster.states = {"one": "RUNNING", "two": "RUNNING"}
    cluster.began = {"one": "s3:/b/savepoint-0a1b2c-d"}
    done = call("flink", command)
    assert done.returncode == AlreadyRunningError.exit_code
    assert "2 jobs wirewatch run on Flink" in done.stderr
    assert "two (since 1970-01-01T00:00:00+00:00, from nothing), one (since" in done.stderr
    assert "+00:00, from s3:/b/savepoint-0a1b2c-d)" in done.stderr
    assert "`wirewatch flink stop --job ID` cancels one of them" in done.stderr
    assert cluster.states == {"one": "RUNNING", "two": "RUNNING"}


def test_the_one_that_is_chosen_of_two_is_cancelled_and_the_other_goes_on(call, cluster, tmp_path):
    notes.note(tmp_path / "data", notes.LastJob("two", "ab12", "file:/two/chk-3"))
    cluster.states = {"one": "RUNNING", "two": "RUNNING"}
    assert "no job three" in call("flink", "stop", "--job", "three").stderr
    assert call("flink", "stop", "--job", "two").stdout == "two is cancelled, one runs on\n"
    assert cluster.states == {"one": "RUNNING", "two": "CANCELED"}
    assert notes.noted(tmp_path / "data").id == "one"
    assert notes.remembered(tmp_path / "data") is None


def test_while_a_submission_may_still_come_it_is_told_and_given_no_other_beginning(call, tmp_path):
    until = utc_now() + timedelta(minutes=1)
    notes.hand_over(tmp_path / "data", notes.Submission(until, [], "ab12", None, None))
    may_come = f"a submission was interrupted, and its job may still come until {until:%H:%M:%S} UTC"
    assert may_come in call("flink", "status").stderr
    done = call("pipeline", "--engine", "flink", "--from", "none")
    assert done.returncode == AlreadyRunningError.exit_code
    assert may_come in done.stderr


@pytest.fixture
def refused(cluster):
    """A job that fails again and again of what no restart mends, and nobody stays with it."""
    cluster.states = {"one": "RESTARTING"}
    cluster.failures = {
        "one": f"wirewatch.errors.StateRefusedError: made again: {START_OVER} [while running 'read']"
    }


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("form", [pytest.param((), id="rows"), pytest.param(("--json",), id="json")])
def test_status_says_that_no_restart_mends_it_and_flinks_way_out(call, form):
    done = call("flink", "status", *form)
    assert done.returncode == StateRefusedError.exit_code
    assert "restarting" in done.stdout
    assert "no restart fixes this failure of the job; `wirewatch flink stop` ends it" in done.stderr
    assert f"made again: {START_ANEW}" in done.stderr
    assert "state reset" not in done.stdout + done.stderr


def test_of_a_job_that_is_forgotten_between_two_answers_it_is_said_how_the_next_begins(call, cluster):
    cluster.states = {"one": "RUNNING"}
    cluster.forgets_when_asked = True
    done = call("flink", "status")
    assert "no job wirewatch runs on Flink" in done.stderr
    assert "`wirewatch pipeline --engine flink` submits it" in done.stderr
    assert "/jobs/" not in done.stderr


def test_a_job_that_is_being_set_up_is_said_to_be(call, cluster):
    cluster.states = {"one": "INITIALIZING"}
    done = call("flink", "status")
    assert "the job one is being set up: ask again in a few seconds" in done.stderr
    assert "/jobs/" not in done.stderr


def test_a_failure_that_the_job_got_over_is_no_error(call, cluster):
    """Flink tells it for as long as the job is there."""
    cluster.states = {"one": "RUNNING"}
    cluster.past = {"one": "wirewatch.errors.StateRefusedError: made again"}
    done = call("flink", "status")
    assert done.returncode == 0
    assert "made again" in done.stdout


def test_a_failure_that_a_restart_mends_is_told_and_no_error(call, cluster):
    cluster.states = {"one": "RUNNING"}
    cluster.failures = {"one": "java.io.IOException: a TaskManager died"}
    assert call("flink", "status").returncode == 0


@pytest.mark.usefixtures("refused")
def test_a_job_that_no_restart_mends_is_stopped_by_stop(call, cluster, tmp_path):
    notes.note(tmp_path / "data", before := notes.LastJob("one", "ab12", "file:/one/chk-74"))
    done = call("flink", "stop")
    assert done.returncode == StateRefusedError.exit_code
    assert "it was cancelled" in done.stderr
    assert START_ANEW in done.stderr
    assert cluster.states == {"one": "CANCELED"}
    assert notes.noted(tmp_path / "data") == before  # the next one goes on there, if it may


def test_stop_waits_for_who_submits_or_stops(call, cluster, tmp_path):
    with ThreadPoolExecutor(1) as pool:
        with submission_lock(tmp_path / "data"):
            stopping = pool.submit(call, "flink", "stop")
            done, _ = wait([stopping], timeout=5)
            cluster.states = {"one": "RUNNING"}  # what was submitted meanwhile
        assert not done
        assert stopping.result().stdout == "file:/one/savepoint\n"
    assert notes.remembered(tmp_path / "data").location == "file:/one/savepoint"


def test_a_job_that_only_takes_no_savepoint_is_not_cancelled(call, cluster):
    cluster.states = {"one": "RESTARTING"}
    cluster.failures = {"one": "java.io.IOException: a TaskManager died"}
    said = call("flink", "stop").stderr
    assert "not all tasks run" in said
    assert "`wirewatch flink stop --job one` cancels a job whose tasks do not all run" in said
    assert cluster.states == {"one": "RESTARTING"}


def test_it_is_cancelled_where_it_is_named_and_the_next_goes_on_where_it_stood(call, cluster, tmp_path):
    notes.remember(tmp_path / "data", notes.Point("file:/old", "ab12"))  # what it began with
    cluster.states = {"one": "RESTARTING"}
    cluster.failures = {"one": "java.io.IOException: a TaskManager died"}
    assert call("flink", "stop", "--job", "one").stdout == (
        "one is cancelled; the next one resumes from file:/one/chk-74\n"
    )
    assert cluster.states == {"one": "CANCELED"}
    cluster.states = {}  # started anew, it remembers nothing
    goes_on = resume.point(FlinkRest(f"127.0.0.1:{cluster.port}"), tmp_path / "data", "s3://elsewhere")
    assert goes_on == notes.Point("file:/one/chk-74", "ab12", "one")


def test_what_flink_refuses_is_said_with_its_cause(cluster):
    cluster.states = {"one": "INITIALIZING"}
    with pytest.raises(NotKnownError, match="Unable to get JobMasterGateway for initializing job") as refused:
        FlinkRest(f"127.0.0.1:{cluster.port}").checkpoints("one")
    assert "Internal server error" not in str(refused.value)


def test_from_any_data_folder_it_is_cancelled_and_the_next_goes_on_where_it_began(call, cluster, tmp_path):
    """Another folder submitted it, and it never came to a checkpoint: the cluster knows."""
    cluster.states = {"one": "RESTARTING"}
    cluster.began = {"one": "s3:/b/savepoint-0a1b2c-d"}
    assert call("flink", "stop", "--job", "one").returncode == 0
    cluster.states = {}
    goes_on = resume.point(FlinkRest(f"127.0.0.1:{cluster.port}"), tmp_path / "data", "s3://b")
    assert goes_on == notes.Point("s3:/b/savepoint-0a1b2c-d", None, "one")  # another job wrote it


def test_a_job_that_is_forgotten_while_it_is_cancelled_has_ended(call, cluster, tmp_path):
    """The JobManager was started anew, without high availability."""
    cluster.states = {"one": "RUNNING"}
    cluster.forgets = True
    assert call("flink", "stop", "--job", "one").stdout.startswith("one is cancelled; ")
    assert notes.remembered(tmp_path / "data").location == "file:/one/chk-74"


def test_a_job_that_ends_by_itself_as_it_is_cancelled_has_ended(call, cluster):
    cluster.states = {"one": "RUNNING"}
    cluster.ends_first = True
    assert call("flink", "stop", "--job", "one").returncode == 0


def test_a_job_server_is_looked_for_at_an_ipv6_address_too():
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        assert jobs.listening(f"[::1]:{server.getsockname()[1]}")


def test_an_upgrade_that_nobody_would_submit_stops_nothing(call, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "JOB_SERVER_SECONDS", 0.0)
    access = KafkaAccess(Settings(), default_config_dir(), tmp_path)
    cluster.names = {"one": job_name("wirewatch", state_fingerprint(access))}
    cluster.states = {"one": "RUNNING"}
    done = call("flink", "upgrade")
    assert done.returncode == DependencyMissingError.exit_code
    assert "no job server listens at 127.0.0.1:1" in done.stderr
    assert cluster.states == {"one": "RUNNING"}


@pytest.mark.parametrize("typed", ["nonsense", "localhost:0", "localhost:99999"])
def test_an_address_that_is_none_is_named_as_it_was_typed(call, typed):
    done = call("flink", "status", "--flink-master", typed)
    assert done.returncode == ConfigError.exit_code
    assert f"--flink-master {typed!r} is no address: must be host:port, with a port from 1 to" in done.stderr


@pytest.mark.parametrize("name", ["master", "job_server", "worker_pool"])
def test_an_address_in_the_settings_has_a_port_that_can_be(tmp_path, name):
    done = make_site(tmp_path, flink={name: "flink:65536"}).call("flink", "status")
    assert done.returncode == ConfigError.exit_code
    assert f"flink.{name}: 'flink:65536' is no address" in done.stderr


@pytest.mark.parametrize("storage", ["state", "~/state", "file:state", "file://nas/state", "{data}/flink"])
def test_storage_that_is_another_folder_to_others_is_refused(tmp_path, storage):
    done = make_site(tmp_path, flink={"storage": storage}).call("flink", "status")
    assert done.returncode == ConfigError.exit_code
    assert f"flink.storage: {storage!r}: must be a folder from the root on, as /mnt/flink, or" in done.stderr


@pytest.mark.parametrize("storage", ["/mnt/flink", "file:/mnt/flink", "file:///mnt/flink", "s3://b/flink"])
def test_storage_that_is_the_same_to_all_is_taken(storage):
    assert Settings(flink={"storage": storage}).flink.storage == storage


def test_empty_storage_is_none():
    """As compose passes on a variable that is not set."""
    assert Settings(flink={"storage": ""}).flink.storage is None


@pytest.mark.parametrize(
    "command", [("show",), ("reset", "--yes"), ("migrate", "--drop", "stories")], ids=" ".join
)
def test_who_asks_for_the_state_of_a_job_is_sent_to_flink(tmp_path, command):
    done = make_site(tmp_path, pipeline={"engine": "flink"}).call("state", *command)
    assert done.returncode == UsageError.exit_code
    assert "`wirewatch flink status` shows" in done.stderr
    assert START_ANEW in done.stderr
