"""The settings that `wirewatch init` writes: all there are, and what stands commented out is the default."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from tests.service.support import ROOT
from wirewatch import settings
from wirewatch.settings import SETTINGS_FILE, Settings

TEXT = (files("wirewatch.service") / "templates" / SETTINGS_FILE).read_text(encoding="utf-8")
SHOWN = yaml.safe_load(re.sub(r"^# (?= *[a-z_]+:(?: |$))", "", TEXT, flags=re.MULTILINE))
"""With everything that is commented out put in force."""
TURNED = {"data_dir": "data", "feeds.enabled": True}
"""What a production config sets."""


def leaves(model, prefix=""):
    """Yield (path, default) of every setting."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def at(path):
    value = SHOWN
    for name in path.split("."):
        assert name in value, f"{path} is not in the template"
        value = value[name]
    return value


@pytest.mark.parametrize(("path", "default"), tuple(leaves(Settings())), ids=lambda value: str(value)[:40])
def test_a_setting_is_shown_with_its_default(path, default):
    shown = at(path)
    if path in TURNED:
        assert shown == TURNED[path]
    elif default is None:
        assert isinstance(shown, str)  # an example
    else:
        assert shown == default


def test_all_that_is_shown_is_a_setting():
    assert {path for path, _ in leaves(Settings(**SHOWN))} == {path for path, _ in leaves(Settings())}


def test_only_what_a_production_config_turns_is_in_force():
    assert yaml.safe_load(TEXT) == {"data_dir": "data", "feeds": {"enabled": True}}


def test_how_many_partitions_a_slot_needs_is_said_alike():
    texts = (TEXT, (ROOT / "docs" / "flink.md").read_text(), Path(settings.__file__).read_text())
    assert [re.findall(r"(\w+)\s+times\s+as\s+many", text) for text in texts] == [["eight"]] * 3
