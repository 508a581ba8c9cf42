"""Where a job goes on that was not stopped in order."""

import os

import pytest

from pipelines.engines.flink import notes, resume
from pipelines.engines.flink.location import STORED, is_same, told_of
from pipelines.engines.flink.notes import LastJob, Point
from pipelines.engines.flink.rest import NotKnownError
from wirewatch.errors import ConfigError, DependencyMissingError, StateRefusedError, WirewatchError

JOB = LastJob("j1", "ab12", "file:/seen/j1/chk-3")


def kept(number, path):
    return {"id": number, "external_path": path}


class Cluster:
    """A JobManager that remembers of some jobs the last checkpoint, or that and a savepoint."""

    def __init__(
        self, *, away: bool = False, began: str | None = None, **paths: str | tuple[str, str] | None
    ) -> None:
        self._paths = paths
        self._away = away
        self._began = began and kept(8, began)

    def checkpoints(self, job: str) -> dict[str, object]:
        if self._away:
            raise DependencyMissingError("it does not answer")
        if job not in self._paths:
            raise NotKnownError("Job not found")
        match self._paths[job]:
            case None:
                completed = savepoint = None
            case (checkpoint, saved):
                completed, savepoint = kept(74, checkpoint), kept(75, saved)
            case path:
                completed, savepoint = kept(74, path), kept(9, "file:/s/taken-on-the-way")
        return {"latest": {"completed": completed, "savepoint": savepoint, "restored": self._began}}


def stored(folder, job, *numbers, complete=True):
    for number in numbers:
        made = folder / "checkpoints" / job / f"chk-{number}"
        made.mkdir(parents=True)
        if complete:
            (made / "_metadata").touch()


def started(folder, job):
    """Make the folders that Flink makes as a job starts."""
    made = folder / "checkpoints" / job
    for name in ("shared", "taskowned"):
        (made / name).mkdir(parents=True)
    return made


def test_there_is_nothing_before_the_first_job(tmp_path):
    assert resume.point(Cluster(), tmp_path, None) is None


def test_a_power_cut_while_it_is_noted_leaves_what_was_noted(tmp_path, monkeypatch):
    """An empty file would be refused, and somebody would have to find where to go on."""
    notes.note(tmp_path, JOB)
    notes.remember(tmp_path, Point("file:/stopped", "ab12"))

    def cut(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", cut)
        with pytest.raises(KeyboardInterrupt):
            notes.note(tmp_path, LastJob("j2", "ab12", None))
        with pytest.raises(KeyboardInterrupt):
            notes.remember(tmp_path, Point("file:/later", "ab12"))
    assert notes.noted(tmp_path) == JOB
    assert resume.point(Cluster(), tmp_path, None) == Point("file:/stopped", "ab12")


def test_where_a_job_was_stopped_comes_first_until_the_next_runs(tmp_path):
    notes.note(tmp_path, JOB)
    notes.remember(tmp_path, Point("file:/stopped", "ab12"))
    assert resume.point(Cluster(j1="file:/c/j1/chk-9"), tmp_path, None) == Point("file:/stopped", "ab12")
    notes.submitted(tmp_path, LastJob("j2", "ab12", "file:/stopped", began="ab12"))
    own = resume.point(Cluster(j2=None), tmp_path, None)
    assert own == Point("file:/stopped", "ab12", "j2")  # it made none of its own
    own = resume.point(Cluster(j2="file:/c/j2/chk-1"), tmp_path, None)
    assert own == Point("file:/c/j2/chk-1", "ab12", "j2")


def test_the_cluster_knows_the_last_checkpoint_of_a_job_that_was_cancelled(tmp_path):
    notes.note(tmp_path, JOB)
    stood = resume.point(Cluster(j1="file:/c/j1/chk-9"), tmp_path, None)
    assert stood == Point("file:/c/j1/chk-9", "ab12", "j1")


def test_the_cluster_knows_what_a_job_went_on_from_that_made_no_checkpoint_since(tmp_path):
    """Another data folder submitted it, or another JobManager took over a moment ago."""
    notes.note(tmp_path, LastJob("j1", "ab12", None))
    went_on = Point("file:/s/kept", None, "j1")
    assert resume.point(Cluster(began="file:/s/kept", j1=None), tmp_path, None) == went_on
    notes.submitted(tmp_path, LastJob("j1", "ab12", "file:/s/kept", began="ab12"))
    for _ in range(2):  # also once the cluster has told of it
        fits = resume.point(Cluster(began="file:/s/kept", j1=None), tmp_path, None)
        assert fits == Point("file:/s/kept", "ab12", "j1")
        notes.found(tmp_path, "j1", "ab12", "file:/s/kept")
    later = Cluster(began="file:/s/kept", j1="file:/c/j1/chk-9")
    assert resume.point(later, tmp_path, None) == Point("file:/c/j1/chk-9", "ab12", "j1")


def test_a_job_that_another_way_stopped_goes_on_at_its_savepoint(tmp_path):
    """Flink has then deleted its checkpoints."""
    notes.note(tmp_path, JOB)
    cluster = Cluster(j1=("file:/c/chk-74", "file:/s/savepoint-j1-a"))
    assert resume.point(cluster, tmp_path, None) == Point("file:/s/savepoint-j1-a", "ab12", "j1")


def test_its_savepoint_is_found_when_the_cluster_was_ended_too(tmp_path):
    notes.note(tmp_path, LastJob("557d81c0", "ab12", "file:/seen/chk-74"))
    folder = tmp_path / "flink" / "savepoints"
    for second, name in enumerate(["savepoint-557d81-a", "savepoint-557d81-b", "savepoint-0ther0-c"]):
        (folder / name).mkdir(parents=True)
        (folder / name / "_metadata").touch()
        os.utime(folder / name / "_metadata", (second, second))
    found = resume.point(Cluster(), tmp_path, None)
    assert found == Point(f"file:{folder}/savepoint-557d81-b", "ab12", "557d81c0")


def test_a_cluster_that_is_away_is_not_taken_for_one_that_knows_nothing(tmp_path):
    notes.note(tmp_path, JOB)
    with pytest.raises(DependencyMissingError):
        resume.point(Cluster(away=True), tmp_path, None)


def test_a_job_that_never_began_leaves_the_one_before_to_be_looked_at_again(tmp_path):
    notes.submitted(tmp_path, LastJob("j2", "ab12", "file:/gone/chk-74", "j1", "ab12"))
    cluster = Cluster(j1=("file:/gone/chk-74", "file:/s/savepoint-j1-a"), j2=None)
    assert resume.point(cluster, tmp_path, None) == Point("file:/s/savepoint-j1-a", "ab12", "j1")
    began = Cluster(j1=("file:/gone/chk-74", "file:/s/savepoint-j1-a"), j2="file:/c/j2/chk-1")
    assert resume.point(began, tmp_path, None) == Point("file:/c/j2/chk-1", "ab12", "j2")


@pytest.mark.parametrize("storage", ["own", "folder", "uri"])
def test_of_a_cluster_that_was_ended_the_newest_whole_checkpoint_is_found(tmp_path, storage):
    folder = tmp_path / "flink" if storage == "own" else tmp_path / "shared folder"
    setting = {"own": None, "folder": str(folder), "uri": f"file://{folder}"}[storage]
    stored(folder, "j1", 8, 9, 10)
    stored(folder, "j1", 11, complete=False)
    stored(folder, "other", 99)
    notes.note(tmp_path, JOB)
    wanted = Point(f"file:{folder}/checkpoints/j1/chk-10", "ab12", "j1")
    assert resume.point(Cluster(), tmp_path, setting) == wanted


@pytest.mark.parametrize("storage", ["s3://bucket/flink", None])
@pytest.mark.parametrize("cluster", [Cluster(j1=None), Cluster()], ids=["none of its own", "started anew"])
def test_else_it_is_where_it_was_last_seen(tmp_path, storage, cluster):
    notes.note(tmp_path, JOB)
    assert resume.point(cluster, tmp_path, storage) == Point("file:/seen/j1/chk-3", "ab12", "j1")


@pytest.mark.parametrize("storage", ["s3://bucket/flink", "/not/mounted", None])
@pytest.mark.parametrize(
    ("last", "began"),
    [
        pytest.param(LastJob("j1", "ab12", None), "j1 got:", id="nothing before it"),
        pytest.param(
            LastJob("j1", "ab12", "s3:/b/savepoint-0a1b2c-d", "j0"),
            "j1 got (it started from s3:/b/savepoint-0a1b2c-d):",
            id="what it began with, days ago",
        ),
    ],
)
def test_a_job_nobody_knows_of_how_far_it_got_is_not_begun_anew(tmp_path, storage, last, began):
    """It was submitted detached, say, and its cluster is gone."""
    notes.note(tmp_path, last)
    cluster = Cluster(j0="file:/c/j0/chk-9")
    with pytest.raises(StateRefusedError) as refused:
        resume.point(cluster, tmp_path, storage)
    assert f"it is not known how far the job {began} " in str(refused.value)
    assert f"is in {storage or tmp_path / 'flink'}. `wirewatch pipeline" in str(refused.value)
    assert "--from SAVEPOINT` says where to resume; `wirewatch pipeline" in str(refused.value)
    assert "--from none` starts afresh" in str(refused.value)
    notes.forget(tmp_path)  # that
    assert resume.point(cluster, tmp_path, storage) is None


@pytest.mark.parametrize(
    ("last", "wanted"),
    [
        (LastJob("j1", "ab12", None), None),
        (LastJob("j1", "ab12", "file:/s/kept"), Point("file:/s/kept", None, "j1")),
        (LastJob("j1", "ab12", "file:/old", "j0", "cd34"), Point("file:/c/j0/chk-9", "cd34", "j0")),
    ],
)
def test_a_job_whose_folder_never_held_a_checkpoint_has_told_nothing(tmp_path, last, wanted):
    """Its tasks never came to run, and its cluster is gone."""
    notes.note(tmp_path, last)
    started(tmp_path / "flink", "j1")
    assert resume.point(Cluster(j0="file:/c/j0/chk-9"), tmp_path, None) == wanted


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(LastJob("j1", "ab12", "file:/s/kept"), id="what it began with"),
        pytest.param(JOB, id="a checkpoint of its own"),
    ],
)
def test_a_job_whose_folder_held_checkpoints_and_holds_none_is_not_begun_anew(tmp_path, last):
    """It was stopped with a savepoint elsewhere, by hand: Flink deleted them, and it had told for days."""
    notes.note(tmp_path, last)
    folder = started(tmp_path / "flink", "j1")
    later = folder.stat().st_mtime + 60
    os.utime(folder, (later, later))
    with pytest.raises(StateRefusedError, match=r"how far the job j1 got.* --from SAVEPOINT"):
        resume.point(Cluster(), tmp_path, None)


@pytest.mark.parametrize("name", ["plain", "wire wätch", "is#this", "a%20b"])
@pytest.mark.parametrize("form", ["file:{}", "file://{}", "FILE:{}", "{}", "{}/"])
def test_what_is_there_is_found_however_it_is_written(tmp_path, name, form):
    """Flink takes what stands behind `file:` as it is, and says it so."""
    (tmp_path / name).mkdir()
    (tmp_path / name / STORED).touch()
    for there in (tmp_path / name, tmp_path / name / STORED):
        assert not resume.is_missing(form.format(there), tmp_path / "data", str(tmp_path))
    assert resume.is_missing(form.format(tmp_path / name / "typo"), tmp_path / "data", str(tmp_path))


def test_what_a_job_was_told_to_begin_with_is_not_taken_for_what_it_would_keep(tmp_path):
    """A version whose graph does not fit it has tried; the one that wrote it must get it."""
    notes.submitted(tmp_path, LastJob("j2", "other", "file:/s/savepoint-j1-a"))
    assert resume.point(Cluster(j2=None), tmp_path, None) == Point("file:/s/savepoint-j1-a", None, "j2")
    began = Cluster(began="file:/s/savepoint-j1-a", j2=None)
    assert resume.point(began, tmp_path, None) == Point("file:/s/savepoint-j1-a", None, "j2")


def test_a_link_of_this_host_is_told_as_it_is_written(tmp_path):
    """On Flink's hosts it may be another, or none."""
    (tmp_path / "here").symlink_to(tmp_path)
    assert told_of(f"{tmp_path}/here/s") == f"file:{tmp_path}/here/s"
    assert is_same(f"file:{tmp_path}/here/s/_metadata", f"{tmp_path}/s")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert told_of(f"{tmp_path}/loop") == f"file:{tmp_path}/loop"
    assert not is_same(f"{tmp_path}/loop", f"{tmp_path}/s")
    assert is_same("s3://b/s", "s3://b/s")
    assert not is_same("s3://b/s", "/b/s")


def test_a_place_is_told_in_one_form_however_it_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s").mkdir()
    forms = [
        "s",
        "s/",
        "s/_metadata",
        "file:s",
        "other/../s",
        f"{tmp_path}/s",
        f"/{tmp_path}/s",
        f"file://{tmp_path}/s",
        f"FILE:{tmp_path}/s",
    ]
    assert {told_of(form) for form in forms} == {f"file:{tmp_path}/s"}
    assert told_of("s3://b/s/_metadata") == "s3://b/s/_metadata"
    with pytest.raises(ConfigError, match=r"file://mnt/s: names a host; write .* three slashes"):
        told_of("file://mnt/s")


def test_a_copy_of_a_checkpoint_under_another_name_is_passed_over(tmp_path):
    stored(tmp_path / "flink", "j1", 8, 9)
    kept = tmp_path / "flink" / "checkpoints" / "j1" / "chk-9.keep"
    kept.mkdir()
    (kept / STORED).touch()
    notes.note(tmp_path, JOB)
    assert resume.point(Cluster(), tmp_path, None).location == f"file:{tmp_path}/flink/checkpoints/j1/chk-9"


@pytest.mark.parametrize(
    ("point", "missing"),
    [
        ("{}/elsewhere/typo", True),
        ("{}/link/elsewhere/typo", True),
        ("{}/a file", True),
        ("/of/another/host", False),
        ("s3://b/typo", False),
    ],
)
def test_a_mistyped_savepoint_is_missing_where_that_can_be_told(tmp_path, point, missing):
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "a file").touch()
    assert resume.is_missing(point.format(tmp_path), tmp_path / "data", f"{tmp_path}/link") == missing


def test_a_savepoint_elsewhere_that_was_noted_is_where_the_next_goes_on(tmp_path):
    elsewhere = "s3://by-hand/savepoint-557d81-0a1b"
    notes.note(tmp_path, LastJob("557d81c0", "ab12", elsewhere))
    assert resume.point(Cluster(), tmp_path, "s3://b") == Point(elsewhere, "ab12", "557d81c0")


def test_a_folder_that_may_not_be_looked_at_is_not_taken_for_an_empty_one(tmp_path, monkeypatch):
    notes.note(tmp_path, LastJob("j1", "ab12", None))
    stored(tmp_path / "flink", "j1", 1)

    def refuse(*_, **__):
        raise PermissionError

    with monkeypatch.context() as patch:
        for name in ("listdir", "scandir", "stat"):
            patch.setattr(os, name, refuse)
        with pytest.raises(StateRefusedError, match="none of its checkpoints or savepoints is in"):
            resume.point(Cluster(), tmp_path, None)


def test_a_job_that_the_cluster_knows_to_have_kept_nothing_begins_as_it_did(tmp_path):
    notes.note(tmp_path, LastJob("j1", "ab12", None))
    assert resume.point(Cluster(j1=None), tmp_path, "s3://bucket/flink") is None


def test_forgotten_is_forgotten(tmp_path):
    notes.note(tmp_path, JOB)
    notes.remember(tmp_path, Point("file:/stopped"))
    notes.forget(tmp_path)
    assert resume.point(Cluster(j1="file:/c/j1/chk-9"), tmp_path, None) is None


def test_a_note_that_is_no_note_is_named_with_the_way_out(tmp_path):
    notes.note(tmp_path, JOB)
    (tmp_path / "flink" / "last-job.json").write_text("{")
    with pytest.raises(WirewatchError, match=r"last-job\.json: cannot be read .*: delete it; .*--from none"):
        resume.point(Cluster(), tmp_path, None)
    (tmp_path / "flink" / "submission.json").write_text("{")
    with pytest.raises(WirewatchError, match=r"submission\.json: cannot be read .*: delete it two minutes"):
        notes.handed_over(tmp_path)
