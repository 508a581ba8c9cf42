"""What the commands say of a job, and refuse while it runs."""

import pytest

from pipelines.engines.flink import resume
from pipelines.engines.flink.outcome import START_ANEW
from tests.service.support import make_site
from wirewatch.errors import START_OVER, AlreadyRunningError


@pytest.fixture
def call(cluster, tmp_path):
    """`call(*arguments)`: what a command of wirewatch ends with, whose cluster is `cluster`."""
    site = make_site(tmp_path, flink={"master": f"127.0.0.1:{cluster.port}", "job_server": "127.0.0.1:1"})
    return site.call


@pytest.mark.parametrize("choice", ["file:/old/savepoint", "none"])
def test_a_job_that_runs_is_not_given_another_beginning(call, cluster, tmp_path, choice):
    """It would be noted, and have a later job begin there: all since then would be told again."""
    resume.note(tmp_path / "data", before := resume.LastJob("one", "ab12", "file:/one/chk-3"))
    cluster.states = {"one": "RUNNING"}
    done = call("pipeline", "--engine", "flink", "--detach", "--from", choice)
    assert done.returncode == AlreadyRunningError.exit_code
    assert "the job one is there on Flink" in done.stderr
    assert resume.noted(tmp_path / "data") == before
    assert not (tmp_path / "data" / "flink" / "resume-from.json").exists()


def test_the_way_out_of_what_no_restart_mends_is_flinks(call, cluster):
    cluster.states = {"one": "RESTARTING"}
    cluster.failures = {
        "one": f"wirewatch.errors.StateRefusedError: made again: {START_OVER} [while running 'read']"
    }
    said = call("flink", "status").stdout
    assert f"made again: {START_ANEW}. No restart mends this" in said
    assert "state reset" not in said
