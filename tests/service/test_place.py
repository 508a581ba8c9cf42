"""Which config and which data folder a command works on."""

import shutil
from pathlib import Path

import platformdirs
import pytest

from wirewatch.errors import ConfigError
from wirewatch.resources import default_config_dir
from wirewatch.service.flink.jobs import flink_place
from wirewatch.service.init_config import init_config
from wirewatch.service.place import find_place


@pytest.fixture
def folder(tmp_path):
    for name in ("here/config", "given", "named"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "wirewatch.yaml").write_text("{}")
    (tmp_path / "elsewhere").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("given", "environ", "here", "config"),
    [
        pytest.param("given", {"WIREWATCH_CONFIG": "named"}, "here", "given", id="--config wins"),
        pytest.param(None, {"WIREWATCH_CONFIG": "named"}, "here", "named", id="then the environment"),
        pytest.param(None, {"WIREWATCH_CONFIG": ""}, "here", "here/config", id="empty is unset"),
        pytest.param(None, {}, "here", "here/config", id="then ./config"),
    ],
)
def test_config(folder, given, environ, here, config):
    environ = {name: value and str(folder / value) for name, value in environ.items()}
    place = find_place(folder / given if given else None, environ=environ, here=folder / here)
    assert place.config_dir == folder / config


def test_config_that_comes_along(folder):
    assert find_place(environ={}, here=folder / "elsewhere").config_dir == default_config_dir()


@pytest.mark.parametrize(
    ("data", "environ", "setting", "expected"),
    [
        pytest.param("d", {"WIREWATCH_DATA": "e"}, "s", "here/d", id="--data wins"),
        pytest.param(None, {"WIREWATCH_DATA": "e"}, "s", "here/e", id="then the environment"),
        pytest.param(None, {}, "s", "here/config/s", id="then the setting, beside the config"),
        pytest.param(None, {}, None, "here/data", id="then ./data of a checkout"),
    ],
)
def test_data(folder, data, environ, setting, expected):
    if setting:
        (folder / "here/config/wirewatch.yaml").write_text(f"data_dir: {setting}")
    place = find_place(None, folder / "here" / data if data else None, environ=environ, here=folder / "here")
    assert place.data_dir == folder / expected


def test_the_config_of_this_folder_has_the_same_data_when_it_is_named(folder):
    place = find_place(Path("config"), environ={}, here=folder / "here")
    assert place.data_dir == folder / "here" / "data"


def test_data_of_a_config_elsewhere_is_the_users(folder):
    place = find_place(folder / "given", environ={}, here=folder / "here")
    assert place.data_dir == platformdirs.user_data_path("wirewatch")


def test_nothing_is_made(folder):
    place = find_place(environ={}, here=folder / "here")
    assert not place.data_dir.exists()


def test_a_config_that_is_not_there(folder):
    with pytest.raises(ConfigError, match="wirewatch init"):
        find_place(folder / "nowhere", environ={})


def test_each_config_that_init_writes_has_state_of_its_own(tmp_path):
    for name in ("one", "two"):
        init_config(tmp_path / name)
    assert [find_place(tmp_path / name, environ={}).data_dir for name in ("one", "two")] == [
        tmp_path / "one" / "data",
        tmp_path / "two" / "data",
    ]


def test_init_writes_down_the_data_folder_it_is_given(tmp_path):
    init_config(tmp_path / "one", data_dir=tmp_path / "elsewhere")
    assert find_place(tmp_path / "one", environ={}).data_dir == tmp_path / "elsewhere"


def test_init_never_writes_over_what_is_there(tmp_path):
    folder = tmp_path / "one"
    init_config(folder)
    mine = {"routes.yaml": "receivers: [] # mine\n", "actors/mine.jsonl": "{}\n", "watches.yaml": "# mine\n"}
    for name, text in mine.items():
        (folder / name).write_text(text)
    (folder / "feeds.yaml").unlink()
    (folder / "feeds.yaml").symlink_to(tmp_path / "elsewhere.yaml")  # the operator's, to nowhere yet
    (folder / "actors" / "places.jsonl").unlink()  # taken out, as mine.jsonl has them
    (folder / "topics.yaml").unlink()
    done = init_config(folder, force=True)
    assert done.written == [folder / "topics.yaml"]
    assert {path.name for path in done.left} == {
        *("wirewatch.yaml", "routes.yaml", "feeds.yaml", "watches.yaml", "actors")
    }
    assert {name: (folder / name).read_text() for name in mine} == mine
    assert (folder / "feeds.yaml").is_symlink()
    assert not (folder / "actors" / "places.jsonl").exists()
    assert not list(folder.glob(".*"))


def test_init_brings_back_actors_where_no_list_of_them_is_left(tmp_path):
    folder = tmp_path / "one"
    init_config(folder)
    for path in (folder / "actors").glob("*.jsonl"):
        path.unlink()
    (folder / "actors" / "words.yaml").write_text("# mine\n")
    assert init_config(folder, force=True).written == [folder / "actors"]
    assert (folder / "actors" / "people.jsonl").exists()
    assert (folder / "actors" / "words.yaml").read_text() == "# mine\n"


def test_init_leaves_no_half_of_a_file(tmp_path, monkeypatch):
    def full(source, target):
        Path(target).write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(ConfigError, match="No space left"):
        init_config(tmp_path / "one")
    assert list((tmp_path / "one").iterdir()) == []


def test_the_version_of_the_settings_is_that_of_what_the_file_says(folder, monkeypatch):
    file = folder / "given/wirewatch.yaml"

    def version(text):
        file.write_text(text)
        return find_place(folder / "given", environ={}, here=folder).version

    first = version("pipeline: {engine: embedded}\nbind: 127.0.0.1\n")
    assert version("# the same\nbind: 127.0.0.1\n\npipeline:\n  engine: embedded\n") == first
    assert version("pipeline: {engine: flink}\nbind: 127.0.0.1\n") != first
    monkeypatch.setenv("WIREWATCH_PIPELINE__ENGINE", "flink")
    assert version("pipeline: {engine: embedded}\nbind: 127.0.0.1\n") == first


def test_a_command_line_leaves_the_version_of_the_settings(folder):
    place = find_place(folder / "given", environ={}, here=folder)
    assert flink_place(place, engine="flink", detach=True).version == place.version != ""
