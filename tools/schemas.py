"""Writes config/schemas/, JSON Schemas of the records and of the webhook body, from the Structs: `make docs`.

They are what users validate against; a test holds them equal to what this makes, and another holds them
additive to each released set.
"""

import inspect
import json
from pathlib import Path
from typing import Any

import msgspec

from wirewatch.alert import Alert, AlertGroup
from wirewatch.article import Article, TaggedArticle

FOLDER = Path(__file__).parent.parent / "config" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KINDS: dict[str, tuple[type[msgspec.Struct], str]] = {
    "article": (Article, "A record of the topic `articles`."),
    "tagged-article": (TaggedArticle, "A record of the topic `articles.tagged`."),
    "alert": (Alert, "A record of the topic `alerts`."),
    "webhook": (Alert, "The body of a webhook: the alert as it stands on Kafka. A public API."),
    "webhook-group": (AlertGroup, "The body of a webhook that tells of several alerts at once."),
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return each schema by name (`article`, `tagged-article`, `alert`, `webhook`, …), as plain JSON."""
    return {
        name: {"$schema": DIALECT, "title": name, "description": what, **_schema(kind)}
        for name, (kind, what) in _KINDS.items()
    }


def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(msgspec.json.schema(kind)))  # its defaults hold tuples
    for definition in made["$defs"].values():
        definition["description"] = inspect.cleandoc(definition["description"])
    return made


def schema_text(schema: dict[str, Any]) -> str:
    """Return a schema as its file holds it."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, schema in schemas().items():
        (FOLDER / f"{name}.json").write_text(schema_text(schema), encoding="utf-8")
