"""Capitals, as places that roll up to their country, and other newsworthy places."""

from collections import Counter
from typing import Any

from tools.catalogue.shape import Line, alias, distinct, line, names_of, slug


def build(facts: list[dict[str, Any]], overlay: dict[str, Any], cities: dict[str, list[str]]) -> list[Line]:
    """Return one line a place. A capital named like its country is that country and left out."""
    lines = [_capital(c, overlay) for c in facts if _worth(c, facts, overlay)]
    lines += [_city(c, place, overlay) for c in facts for place in cities.get(c["iso2"], ())]
    return lines + [
        line(
            id=place.get("id", f"place:{slug(place['name'])}"),
            name=place["name"],
            type="place",
            parents=place.get("parents"),
            aliases=place["aliases"],
            decoys=place.get("decoys"),
        )
        for place in overlay["more"]
    ]


def metonyms(facts: list[dict[str, Any]], overlay: dict[str, Any]) -> dict[str, list[Any]]:
    """Return by country the spellings of its capital: `Tehran said`."""
    by_country: dict[str, list[Any]] = {}
    for country in facts:
        if _worth(country, facts, overlay) and country["capital"] not in overlay["no_metonym"]:
            capital = _capital(country, overlay)
            spelled = (a if isinstance(a, dict) else {"text": a} for a in capital["aliases"])
            by_country[country["iso2"]] = [{**a, "kind": "metonym"} for a in spelled]
    return by_country


def _worth(country: dict[str, Any], facts: list[dict[str, Any]], overlay: dict[str, Any]) -> bool:
    capital = country["capital"]
    shared = Counter(c["capital"] for c in facts)[capital] > 1
    named = {c["name"] for c in facts} | {p["name"] for p in overlay["more"]}
    return bool(capital) and not shared and capital not in named and capital not in overlay["skip"]


def _capital(country: dict[str, Any], overlay: dict[str, Any]) -> Line:
    name = country["capital"]
    needs = names_of(country) if name in overlay["risky"] else None
    spellings = [name, *overlay["spellings"].get(name, ())]
    return line(
        id=f"place:{slug(name)}",
        name=name,
        type="place",
        parents=[country["name"]],
        aliases=distinct(
            alias(s, "capital", needs=needs, unless=overlay["elsewhere"].get(name)) for s in spellings
        ),
        decoys=overlay["decoys"].get(name),
    )


def _city(country: dict[str, Any], spelled: str, overlay: dict[str, Any]) -> Line:
    """Return the line of `name|spelling~`: a spelling with `~` needs its country in the article."""
    spellings = spelled.split("|")
    name = spellings[0].removesuffix("~")
    return line(
        id=f"place:{slug(name)}",
        name=name,
        type="place",
        parents=[country["name"]],
        aliases=distinct(
            alias(
                s.removesuffix("~"),
                needs=names_of(country) if s.endswith("~") else None,
                unless=overlay["elsewhere"].get(name),
            )
            for s in spellings
        ),
        decoys=overlay["decoys"].get(name),
    )
