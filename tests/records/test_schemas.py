"""The published schemas are those of the code, additive to every release, and true of real records."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.records.evolution import breaks
from tools.schemas import schema_text, schemas
from wirewatch.errors import NewerRecordError
from wirewatch.records import ALERTS, ARTICLES, TAGGED, Codec

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "config" / "schemas"
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
CODECS: dict[str, Codec[Any]] = {"article": ARTICLES, "tagged-article": TAGGED, "alert": ALERTS}
RELEASED = [(path.parent.name, path) for path in sorted((PUBLISHED / "released").glob("*/*.json"))]


def kind_of(path: Path) -> str:
    return path.stem.partition(".")[0]


@pytest.mark.parametrize("name", schemas())
def test_published_schemas_are_current(name):
    text = (PUBLISHED / f"{name}.json").read_text(encoding="utf-8")
    assert text == schema_text(schemas()[name]), "run `make docs`"


def test_nothing_else_is_published():
    assert {path.stem for path in PUBLISHED.glob("*.json")} == set(schemas())


@pytest.mark.parametrize(("release", "path"), RELEASED, ids=[f"{r}-{p.stem}" for r, p in RELEASED])
def test_evolution_is_additive(release, path):
    released = json.loads(path.read_text(encoding="utf-8"))
    assert list(breaks(released, schemas()[path.stem])) == []


def changed(change):
    new = copy.deepcopy(schemas()["alert"])
    change(new["$defs"]["Alert"])
    return list(breaks(schemas()["alert"], new))


BREAKING = {
    "a field gone": lambda alert: alert["properties"].pop("title"),
    "a field retyped": lambda alert: alert["properties"]["title"].update(type="integer"),
    "newly required": lambda alert: alert["required"].append("url"),
    "no longer required": lambda alert: alert["required"].remove("title"),
    "a value gone": lambda alert: alert["properties"]["severity"]["enum"].remove("low"),
    "a default changed": lambda alert: alert["properties"]["step"].update(default="begun"),
    "new without default": lambda alert: alert["properties"].update(extra={"type": "string"}),
}
ADDITIVE = {
    "new with default": lambda alert: alert["properties"].update(extra={"type": "string", "default": ""}),
    "a new value": lambda alert: alert["properties"]["severity"]["enum"].append("fatal"),
    "other words": lambda alert: alert.update(description="…"),
}


@pytest.mark.parametrize("change", BREAKING.values(), ids=BREAKING.keys())
def test_what_breaks_is_seen(change):
    assert changed(change)


@pytest.mark.parametrize("change", ADDITIVE.values(), ids=ADDITIVE.keys())
def test_what_adds_passes(change):
    assert changed(change) == []


def kept(given, again):
    """Tell whether `again` says all that `given` does; it may say more, at any depth."""
    if isinstance(given, dict):
        return all(key in again and kept(value, again[key]) for key, value in given.items())
    if isinstance(given, list):
        return len(given) == len(again) and all(map(kept, given, again))
    return bool(given == again)


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_golden_records_are_read_and_kept(path):
    data = path.read_bytes()
    codec, given = CODECS[kind_of(path)], json.loads(data)
    again = json.loads(codec.encode(codec.decode(data)))
    assert kept(given, again)
    jsonschema.validate(given, schemas()[kind_of(path)])
    jsonschema.validate(again, schemas()[kind_of(path)])


def test_every_kind_has_a_golden_record():
    assert {kind_of(path) for path in GOLDEN} == set(CODECS)


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_a_newer_version_stops(path):
    newer = json.loads(path.read_bytes()) | {"v": 2}
    with pytest.raises(NewerRecordError, match="upgrade wirewatch"):
        CODECS[kind_of(path)].decode(json.dumps(newer).encode())
