"""Leaders of the facts, and the overlay's people, who replace those of the same name."""

from datetime import date
from typing import Any

from tools.catalogue.shape import Line, alias, distinct, line, names_of, slug
from wirewatch.tagging.words import GIVEN_NAMES

_FAMILY_NAME_FIRST = frozenset({"CN", "HK", "KH", "KP", "KR", "MO", "TW", "VN"})
_NO_SURNAME = frozenset({"bin", "II", "III", "IV", "V", "VI", "X", "XIV", "Jr."})
_PARTICLES = frozenset({"al", "Al", "De", "de", "da", "der", "van", "von", "Van", "dos", "el"})


def build(facts: list[dict[str, Any]], overlay: dict[str, Any]) -> list[Line]:
    """Return one line a person."""
    replaced = {slug(p.get("same", p["name"])) for p in overlay["people"]}
    leaders: dict[str, Line] = {}
    for country in facts:
        for leader in country["leaders"]:
            name = leader["name"]
            if slug(name) in replaced or overlay["single"].get(name, country["iso2"]) != country["iso2"]:
                continue
            person = leaders.setdefault(name, _leader(country, name))
            role = {"title": leader["role"], "of": country["name"], "from": leader["from"]}
            if end := overlay["to"].get(name):
                role["to"] = end.isoformat()
            person["roles"].append(role)
    return [*leaders.values(), *(_person(p) for p in overlay["people"])]


def _leader(country: dict[str, Any], name: str) -> Line:
    words = name.split()
    common = len(words) == 1 or words[0] in GIVEN_NAMES
    aliases = [alias(name, needs=names_of(country) if common else None)]
    if surname := _surname(words, country["iso2"]):
        aliases.append(alias(surname, "surname"))
    return line(
        id=f"person:{slug(name)}", name=name, type="person", parents=[country["name"]], aliases=aliases
    ) | {"roles": []}


def _surname(words: list[str], iso2: str) -> str | None:
    if len(words) == 1 or _NO_SURNAME.intersection(words):
        return None
    if iso2 in _FAMILY_NAME_FIRST and words[0] not in GIVEN_NAMES:
        return words[0]
    particle = len(words) > 2 and words[-2] in _PARTICLES
    return " ".join(words[-2:]) if particle else words[-1]


def _person(person: dict[str, Any]) -> Line:
    return line(
        id=person.get("id", f"person:{slug(person['name'])}"),
        name=person["name"],
        type="person",
        parents=person.get("parents"),
        roles=[_role(*role) for role in person.get("roles", ())],
        aliases=distinct(
            (
                person["name"],
                *(alias(s, "surname") for s in person.get("surname", ())),
                *person.get("alone", ()),
                *person.get("aliases", ()),
            )
        ),
        decoys=person.get("decoys"),
    )


def _role(title: str, of: str, start: date, end: date | None = None) -> Line:
    return line(title=title, of=of, **{"from": start.isoformat()}, to=end.isoformat() if end else None)
