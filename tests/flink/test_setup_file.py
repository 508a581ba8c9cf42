"""`--setup_file`: what Beam stages of this checkout for workers that are not ours holds all they need."""

import json
import os
import shutil
import subprocess
import sys
import tarfile

import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_runner_api_pb2 as api
from apache_beam.runners.portability.stager import Stager

from tests.docs.test_package import NOT_SOURCES, committed
from tests.service.support import ROOT, environment

FOLDERS = ("wirewatch", "connectors", "pipelines", "config", "seeds")
TRY = """
import json, pickle, sys
from pathlib import Path
from pipelines.access import KafkaAccess
from pipelines.source.ticks import read_on_ticks
from pipelines.engines.pipeline import new_pipeline
from pipelines.monitor import monitor
from wirewatch.resources import default_config_dir
from wirewatch.settings import Settings
access = KafkaAccess(Settings(), default_config_dir(), Path("data"))
monitor(read_on_ticks(new_pipeline(), access), access, default_config_dir())
print(json.dumps([sys.modules["pipelines.monitor"].__file__, str(default_config_dir())]))
"""


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    """Return the archive that Beam would send to its workers."""
    folder = tmp_path_factory.mktemp("stage")
    shutil.copytree(ROOT, folder / "source", ignore=NOT_SOURCES)
    options = PipelineOptions([f"--setup_file={folder / 'source' / 'setup.py'}", "--sdk_location=container"])
    made = Stager.create_job_resources(options, str(folder))
    paths = [api.ArtifactFilePayload.FromString(one.type_payload).path for one in made]
    (archive,) = (path for path in paths if path.endswith(".tar.gz"))
    return archive


def test_it_holds_all_that_is_committed(staged):
    with tarfile.open(staged) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert [name for name in committed(*FOLDERS) if name not in names] == []


def test_a_worker_that_installs_it_has_the_graph_and_the_default_config(staged, tmp_path):
    target = tmp_path / "site"
    command = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    no_compiler = {**os.environ, "CC": "false"}  # compiling takes half a minute, and is tried elsewhere
    subprocess.run(
        [sys.executable, *command, "--target", str(target), staged], env=no_compiler, check=True, timeout=200
    )
    done = subprocess.run(
        [sys.executable, "-c", TRY],
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    graph, config = json.loads(done.stdout.splitlines()[-1])
    assert graph == str(target / "pipelines" / "monitor.py")
    assert config == str(target / "wirewatch" / "_config")
