"""What the builders share: the shape of a line, slugs, and what not to write twice."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

Line = dict[str, Any]
"""An actor as it stands in config/actors (see wirewatch.tagging.catalogue.actors.Actor)."""


def slug(name: str) -> str:
    """Return `name` in lower-case ASCII with hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def alias(text: str, kind: str = "name", **more: object) -> str | dict[str, Any]:
    """Return an alias as briefly as it can be written."""
    given = {key: value for key, value in more.items() if value}
    return text if kind == "name" and not given else {"text": text, "kind": kind, **given}


def distinct(aliases: Iterable[str | dict[str, Any]]) -> list[str | dict[str, Any]]:
    """Return the aliases, the last of each spelling."""
    return list({a if isinstance(a, str) else a["text"]: a for a in aliases}.values())


def line(**fields: object) -> Line:
    """Return a line without its empty fields."""
    return {key: value for key, value in fields.items() if value}


def names_of(country: dict[str, Any]) -> list[str]:
    """Return the words that show an article speaks of `country`."""
    words = [country["name"], *country["alt_names"], *country["demonyms_adj"][:1]]
    return list(dict.fromkeys(words))
