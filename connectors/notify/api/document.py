"""The OpenAPI document, made from the endpoints: it cannot say anything else than they do."""

import inspect
import json
import re
from typing import Any

import msgspec

from connectors.notify.api.endpoint import Endpoint
from connectors.notify.api.endpoints import ENDPOINTS
from wirewatch import __version__

PATH = "/openapi.json"
_REF = "#/components/schemas/{name}"


class Problem(msgspec.Struct, omit_defaults=True):
    """What went wrong (RFC 9457)."""

    status: int
    detail: str
    excerpt: str = ""
    """Lines to show below: what may be meant, where an id's start is that of several."""


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document as plain JSON."""
    kinds: list[Any] = [Problem]
    for endpoint in ENDPOINTS:
        kinds += [endpoint.returns, *([endpoint.body] if endpoint.takes_body else [])]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    found = dict(zip(map(str, kinds), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, found)
    made: dict[str, Any] = json.loads(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {
                    "title": "wirewatch",
                    "version": __version__,
                    "description": "Alerts, how they were marked, and how they were delivered.",
                },
                "security": [{"token": []}],
                "paths": paths,
                "components": {
                    "schemas": {name: _clean(schema) for name, schema in components.items()},
                    "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
                },
            }
        )
    )
    return made


def _operation(endpoint: Endpoint[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    answers = {
        "200": ("It worked", "application/json", schemas[str(endpoint.returns)]),
        **{
            status: (what, "application/problem+json", schemas[str(Problem)])
            for status, what in _problems(endpoint)
        },
    }
    made: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{endpoint.method}{endpoint.path}").strip("_").lower(),
        "summary": endpoint.summary,
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint)],
        "responses": {
            status: {"description": what, "content": {kind: {"schema": schema}}}
            for status, (what, kind, schema) in answers.items()
        },
    }
    if endpoint.takes_body:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[str(endpoint.body)]}},
        }
    return made


def _problems(endpoint: Endpoint[Any, Any]) -> list[tuple[str, str]]:
    missing = [("404", "Not found")] if endpoint.may_miss else []
    return [
        ("400", "The request is invalid"),
        ("401", "The bearer token is missing or wrong"),
        *missing,
        *([("413", "The request is too large")] if endpoint.takes_body else []),
        ("503", "The database cannot be read or written now"),
    ]


def _path_parameters(endpoint: Endpoint[Any, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9._-]+$"},
        }
        for name in re.findall(r"{(\w+)}", endpoint.path)
    ]


def _query_parameters(endpoint: Endpoint[Any, Any]) -> list[dict[str, Any]]:
    schema = msgspec.json.schema(endpoint.query)
    properties = schema["$defs"][endpoint.query.__name__].get("properties", {})
    return [
        {"name": name, "in": "query", "required": False, "schema": _not_null(given)}
        for name, given in properties.items()
    ]


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter: left out where there is nothing, never null."""
    given = dict(schema)
    options = [option for option in given.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        return dict(options[0])
    return given


def _clean(schema: dict[str, Any]) -> dict[str, Any]:
    made = dict(schema)
    if "description" in made:
        made["description"] = inspect.cleandoc(made["description"])
    return made
