"""Where a job goes on that was not stopped in order."""

import pytest

from pipelines.engines.flink import resume
from pipelines.engines.flink.resume import LastJob, Point
from wirewatch.errors import WirewatchError

JOB = LastJob("j1", "ab12", "file:/seen/chk-3")


class Cluster:
    """A JobManager that remembers the last checkpoints of some jobs."""

    def __init__(self, **checkpoints: str | None) -> None:
        self._checkpoints = checkpoints

    def checkpoints(self, job: str) -> dict[str, object]:
        if job not in self._checkpoints:
            raise WirewatchError("Job not found")
        path = self._checkpoints[job]
        return {"latest": {"completed": {"external_path": path} if path else None}}


def stored(folder, job, *numbers, complete=True):
    for number in numbers:
        made = folder / "checkpoints" / job / f"chk-{number}"
        made.mkdir(parents=True)
        if complete:
            (made / "_metadata").touch()


def test_there_is_nothing_before_the_first_job(tmp_path):
    assert resume.point(Cluster(), tmp_path, None) is None


def test_where_a_job_was_stopped_comes_first_until_the_next_runs(tmp_path):
    resume.note(tmp_path, JOB)
    resume.remember(tmp_path, Point("file:/stopped", "ab12"))
    assert resume.point(Cluster(j1="file:/c/chk-9"), tmp_path, None) == Point("file:/stopped", "ab12")
    resume.submitted(tmp_path, LastJob("j2", "ab12", "file:/stopped"))
    assert resume.point(Cluster(), tmp_path, None) == Point(
        "file:/stopped", "ab12"
    )  # it made none of its own
    assert resume.point(Cluster(j2="file:/c/chk-1"), tmp_path, None) == Point("file:/c/chk-1", "ab12")


def test_the_cluster_knows_the_last_checkpoint_of_a_job_that_was_cancelled(tmp_path):
    resume.note(tmp_path, JOB)
    assert resume.point(Cluster(j1="file:/c/chk-9"), tmp_path, None) == Point("file:/c/chk-9", "ab12")


@pytest.mark.parametrize("storage", ["own", "folder", "uri"])
def test_of_a_cluster_that_was_ended_the_newest_whole_checkpoint_is_found(tmp_path, storage):
    folder = tmp_path / "flink" if storage == "own" else tmp_path / "shared folder"
    setting = {"own": None, "folder": str(folder), "uri": folder.as_uri()}[storage]
    stored(folder, "j1", 8, 9, 10)
    stored(folder, "j1", 11, complete=False)
    stored(folder, "other", 99)
    resume.note(tmp_path, JOB)
    wanted = Point((folder / "checkpoints" / "j1" / "chk-10").as_uri(), "ab12")
    assert resume.point(Cluster(), tmp_path, setting) == wanted


@pytest.mark.parametrize("storage", ["s3://bucket/flink", None])
def test_else_it_is_where_it_was_last_seen(tmp_path, storage):
    resume.note(tmp_path, JOB)
    assert resume.point(Cluster(j1=None), tmp_path, storage) == Point("file:/seen/chk-3", "ab12")


def test_forgotten_is_forgotten(tmp_path):
    resume.note(tmp_path, JOB)
    resume.remember(tmp_path, Point("file:/stopped"))
    resume.forget(tmp_path)
    assert resume.point(Cluster(j1="file:/c/chk-9"), tmp_path, None) is None


def test_a_note_that_is_no_note_is_named_with_the_way_out(tmp_path):
    resume.note(tmp_path, JOB)
    (tmp_path / "flink" / "last-job.json").write_text("{")
    with pytest.raises(WirewatchError, match=r"last-job\.json: cannot be read .*--from none"):
        resume.point(Cluster(), tmp_path, None)
