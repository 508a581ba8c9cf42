"""The installed package brings its config and seeds along and runs outside a checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.service.support import ROOT, environment
from wirewatch.tagging import compiled

pytestmark = pytest.mark.xdist_group("package")  # a build compiles: one is enough

# Side by side with other tests, and with whoever edits the checkout.
NOT_SOURCES = shutil.ignore_patterns(
    *(".*", "*.so", "*.egg-info", "__pycache__"),
    *("data", "tests", "build", "dist", "bench", "docs", "myconfig"),
)


def quick_compiler(folder):
    """Return variables by which a build does not optimise, in a third of the time: the image's build does."""
    if shutil.which("cc") is None:
        return {}
    (folder / "cc").write_text('#!/bin/sh\nexec cc "$@" -O0\n')  # the last of several counts
    (folder / "cc").chmod(0o755)
    return {"CC": str(folder / "cc")}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return the folder into which a wheel of this checkout is unpacked."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT, folder / "source", ignore=NOT_SOURCES)
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)],
        cwd=folder / "source",
        env={**os.environ, **quick_compiler(folder)},
        check=True,
        capture_output=True,
        text=True,
    )
    (folder / "build.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    shutil.rmtree(folder / "source")
    return folder / "installed"


@pytest.fixture
def wirewatch(installed, tmp_path):
    """Return a function that runs the installed command in an empty folder."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "wirewatch", *arguments],
            cwd=tmp_path,
            env={**environment(), "PYTHONPATH": str(installed), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    return run


def committed(*folders):
    listed = subprocess.run(
        ["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a checkout")
    return [name for name in listed.stdout.split("\0") if name]


def test_it_holds_all_that_is_committed(installed):
    missing = [
        name
        for name in committed("config", "seeds", "wirewatch", "connectors", "pipelines")
        if not (installed / _installed_name(name)).is_file()
    ]
    assert missing == []


def test_its_build_names_no_folder_that_setuptools_would_leave_out(installed):
    assert "would be ignored" not in (installed.parent / "build.log").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler here")
def test_its_inner_loops_are_compiled(installed):
    folder = installed / "wirewatch" / "tagging" / compiled.NAME
    made = {str(path.relative_to(folder)).partition(".")[0] for path in folder.rglob("*.so")}
    assert made == {source.partition(".")[0] for source in compiled.SOURCES}


def _installed_name(name):
    top, _, rest = name.partition("/")
    return f"wirewatch/_{top}/{rest}" if top in {"config", "seeds"} else name


def test_it_holds_nothing_else(installed):
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == {
        "wirewatch",
        "connectors",
        "pipelines",
    }


def test_its_config_and_seeds_are_found(wirewatch, installed):
    shown = json.loads(wirewatch("config", "show", "--json").stdout)
    assert shown["config"] == str(installed / "wirewatch" / "_config")
    assert wirewatch("config", "check").returncode == 0
    done = wirewatch("scan", str(installed / "wirewatch" / "_seeds"))
    assert done.returncode == 0, done.stderr
    assert "After Trump call, NATO offers to do more in the Middle East" in done.stdout


def test_init_writes_a_config_that_is_right(wirewatch, tmp_path):
    assert wirewatch("init", "mine").returncode == 0
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [
        "actors",
        "came-along.json",
        "feeds.yaml",
        "routes.yaml",
        "topics.yaml",
        "watches.yaml",
        "wirewatch.yaml",
    ]
    done = wirewatch("config", "check", "--config", "mine")
    assert (done.returncode, done.stderr) == (0, "")
    assert "receivers: 0" in done.stdout
