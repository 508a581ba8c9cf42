"""What is decided without a cluster."""

from dataclasses import replace

import pytest

from pipelines.engines.flink.fit import check_fits
from pipelines.engines.flink.options import beam_options, job_name, state_of
from pipelines.engines.flink.outcome import START_ANEW, fatal_error, in_short
from wirewatch.errors import START_OVER, ConfigError, NewerRecordError, StateRefusedError
from wirewatch.resources import default_config_dir
from wirewatch.service.flink.cluster import Cluster
from wirewatch.service.flink.conf import parse, render, size
from wirewatch.settings import Settings

REMOTE = """java.lang.RuntimeException: Failed to finish remote bundle
Caused by: java.util.concurrent.ExecutionException: java.lang.RuntimeException: Error received:
Traceback (most recent call last):
  File "apache_beam/runners/common.py", line 1512, in process
wirewatch.errors.StateRefusedError: articles-0: stands at 9, the log ends at 3 [while running 'read']
"""


def options():
    template = default_config_dir() / "flink" / "small.yaml"
    return parse(template.read_text(), str(template))


def cluster(tmp_path, **flink):
    settings = Settings(flink=flink)
    return Cluster(settings, tmp_path, tmp_path, "/bin/java", tmp_path / "jars", options())


def test_an_error_of_ours_is_known_again_in_a_java_stack_trace():
    error = fatal_error(REMOTE)
    assert isinstance(error, StateRefusedError)
    assert str(error) == "articles-0: stands at 9, the log ends at 3"
    advice = fatal_error(f"wirewatch.errors.StateRefusedError: the log ends at 3; {START_OVER}")
    assert str(advice) == f"the log ends at 3; {START_ANEW}"  # not the embedded engine's way out
    newer = fatal_error("x\nwirewatch.errors.NewerRecordError: a record of version 9\n")
    assert isinstance(newer, NewerRecordError)


def test_what_a_job_was_to_begin_with_and_is_not_there_is_said_with_the_way_out():
    """Flink's own words (1.19), from a savepoint that was deleted."""
    missing = (
        "org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.\n"
        "Caused by: java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory "
        "'s3://b/savepoint-123456-abc' on file system 's3'."
    )
    error = fatal_error(missing)
    assert isinstance(error, StateRefusedError)
    assert str(error).startswith("the job cannot start from s3://b/savepoint-123456-abc: ")
    assert "--from SAVEPOINT` says where to resume" in str(error)


@pytest.mark.parametrize(
    ("failure", "short"),
    [
        pytest.param(
            "java.lang.Error: a\nCaused by: java.io.IOException: disk full\n\tat x",
            "java.io.IOException: disk full",
        ),
        pytest.param("Traceback\nValueError: no", "ValueError: no"),
        pytest.param("", "nothing said"),
    ],
)
def test_a_failure_in_short(failure, short):
    assert in_short(failure) == short
    assert fatal_error(failure) is None


def test_a_job_carries_what_it_keeps_in_its_name():
    assert state_of(job_name("news-watch", "ab12"), "news-watch") == "ab12"
    assert state_of("news-watch-too-ab12", "news-watch") is None
    assert state_of("something else", "news-watch") is None


def test_a_graph_that_keeps_something_else_is_refused():
    check_fits("ab12", "ab12")
    with pytest.raises(
        StateRefusedError, match=r"cannot take .* have changed\. The job runs on\. .*--from none"
    ):
        check_fits("ab12", "cd34", "The job runs on.")


def test_beam_is_told_what_the_settings_say():
    settings = Settings(flink={"parallelism": 3, "checkpoint_interval": 0.5, "master": "flink:8081"})
    told = beam_options(settings, state="ab12", savepoint="file:/x")
    assert {"--parallelism=3", "--checkpointing_interval=500", "--savepoint_path=file:/x"} <= set(told)
    assert "--job_name=wirewatch-ab12" in told
    assert not any(option.startswith("--savepoint") for option in beam_options(settings, state="ab12"))


def test_every_process_listens_on_a_port_of_its_own(tmp_path):
    confs = cluster(tmp_path, task_managers=3, slots=4).confs()
    assert sorted(confs) == ["jobmanager", "taskmanager-1", "taskmanager-2", "taskmanager-3"]
    reporters = [conf["metrics.reporter.prom.port"] for conf in confs.values()]
    assert len(set(reporters)) == 4
    assert {conf["taskmanager.numberOfTaskSlots"] for conf in confs.values()} == {4}


def test_every_port_that_a_process_is_given_is_looked_at_first(tmp_path):
    made = cluster(tmp_path, task_managers=2, zookeeper=True)
    looked_at = {one.port for one in made.listeners()}
    for conf in made.confs().values():
        assert {port for name, port in conf.items() if name.endswith("port")} <= looked_at
    assert made.zookeeper_conf()["clientPort"] in looked_at
    assert len(looked_at) == len(made.listeners()) == 12


@pytest.mark.parametrize(
    ("flink", "host"), [({}, "127.0.0.1"), ({"worker_pool": "pools:9426"}, "0.0.0.0")], ids=["unset", "set"]
)
def test_a_worker_pool_listens_for_other_hosts_only_where_they_are_told_of_it(tmp_path, flink, host):
    """`bind` is there for metrics; a pool runs what it is sent."""
    made = replace(cluster(tmp_path), settings=Settings(bind="0.0.0.0", flink=flink))
    assert [one.host for one in made.listeners() if one.setting == "flink_worker_pool"] == [host]
    assert made.settings.flink_worker_pool_host == host


def test_the_jvm_is_given_what_the_template_says(tmp_path):
    (command,) = [spec.command for spec in cluster(tmp_path).specs() if spec.name == "taskmanager-1"]
    assert f"-Xmx{(64 + 256) << 20}" in command
    assert f"-XX:MaxDirectMemorySize={(64 + 32 + 32) << 20}" in command


@pytest.mark.parametrize("name", ["small", "medium", "large"])
def test_a_template_holds_every_part_of_a_task_managers_memory(name):
    template = default_config_dir() / "flink" / f"{name}.yaml"
    found = parse(template.read_text(), str(template))
    assert found["state.backend.type"] in {"hashmap", "rocksdb"}
    assert render(found).count("\n") == len(found)


def test_a_folder_that_flinks_file_cannot_hold_is_refused_by_name():
    with pytest.raises(ConfigError, match=r"state\.checkpoints\.dir is file:/a#b: Flink takes"):
        render({"state.checkpoints.dir": "file:/a#b"})


def test_a_size_that_is_none_is_refused_by_name():
    with pytest.raises(ConfigError, match=r"taskmanager\.memory\.x must be a size such as 256m, not 'much'"):
        size({"taskmanager.memory.x": "much"}, "taskmanager.memory.x")
