"""A pipeline leaves nothing in the temporary folder, however it ends."""

import tempfile
from pathlib import Path

import apache_beam as beam
import pytest

from pipelines.access import KafkaAccess
from pipelines.engines.embedded import EmbeddedRunner
from pipelines.engines.flink.graph import state_fingerprint
from pipelines.engines.pipeline import new_pipeline
from wirewatch.resources import default_config_dir
from wirewatch.settings import Settings


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder that temporary files go to."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_one_that_never_runs_leaves_nothing(temporary):
    new_pipeline()
    assert list(temporary.iterdir()) == []


def test_one_that_is_looked_at_leaves_nothing(temporary):
    here = default_config_dir()
    state_fingerprint(KafkaAccess(Settings(), here, here))
    assert list(temporary.iterdir()) == []


def test_one_that_runs_has_nothing_there_that_a_kill_would_leave(temporary):
    pipeline = new_pipeline(EmbeddedRunner())
    _ = pipeline | beam.Create([str(temporary)], reshuffle=False) | beam.Map(_look)
    _SEEN.clear()
    pipeline.run()
    assert _SEEN == [[]]
    assert list(temporary.iterdir()) == []


_SEEN: list[list[Path]] = []


def _look(folder: str) -> None:
    _SEEN.append(list(Path(folder).iterdir()))
