"""People: the leaders of the facts, the overlay's people, and the holders of the overlay's offices."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tools.catalogue.alone import bare_surnames
from tools.catalogue.shape import Line, alias, distinct, line, names_of, slug
from wirewatch.tagging.text.words import GIVEN_NAMES, WORDS_TOO

_FAMILY_NAME_FIRST = frozenset({"CN", "HK", "KH", "KP", "KR", "MO", "TW", "VN"})
_BY_FIRST_NAME = frozenset({"ER", "ET", "ID", "IS", "MY", "TH"})
"""Where people are called by the first name: `Abiy said`, after Abiy Ahmed."""
_KOREAN = frozenset({"Kim", "Lee"})
"""Family names that are given names elsewhere."""
_NO_SURNAME = frozenset({"bin", "I", "II", "III", "IV", "V", "VI", "X", "XIV", "XVI", "Jr.", "of", "Suu"})
_WEEKDAYS = frozenset({"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"})
"""`The prime minister Friday said`: when, not who."""
_PRONOUNS = frozenset({"He", "To", "So", "An", "No", "Do", "You"})
"""Family names that begin every other sentence."""
_AIRPORTS = ("airport", "Airport", "International Airport", "international airport")
_PARTICLES = frozenset(
    {"al", "Al", "De", "de", "da", "der", "van", "von", "Van", "dos", "el", "Di", "Le", "Abdul"}
)
_LISTS = ("offices", "serving", "history")
"""The overlays of who held what, in one form."""
_STANDS_FOR = frozenset({"country", "territory", "place", "agency", "armed_group"})
"""Whose head stands for it when no office is held: a minister for the state, not a chairman for the firm."""


@dataclass(frozen=True)
class Body:
    """What can have an office: its type, the state it belongs to, the words that speak of it."""

    type: str
    iso2: str | None
    words: list[str] = field(default_factory=list)


def build(
    facts: list[dict[str, Any]], overlays: Mapping[str, dict[str, Any]], bodies: Mapping[str, Body]
) -> list[Line]:
    """Return one line a person; an office of two sources stands once. `overlays`: by their names."""
    overlay, offices, serving, history = (overlays[name] for name in ("people", *_LISTS))
    listed = (offices, serving, history)
    common = {name for one in listed for name in one["common"]}
    replaced = {slug(p.get("same", p["name"])) for p in overlay["people"]}
    people: dict[str, Line] = {}
    for country, leader in _leaders(facts, overlay, replaced):
        name = leader["name"]
        person = people.setdefault(slug(name), _leader(country, name))
        if title := _title(country["iso2"], leader, country["leaders"], offices):
            role = _role(title, country["name"], leader["from"], overlay["to"].get(name))
            person["roles"].append(role)
    people |= {slug(p["name"]): _person(p) for p in overlay["people"]}
    for of, by_title in (entry for one in listed for entry in one["holders"].items()):
        for title, holders in by_title.items():
            for name, *term in holders:
                person = people.setdefault(slug(name), _holder(name, of, bodies[of], common))
                person.setdefault("roles", []).append(_role(title, of, *term))
    for country, names in (*offices["others"].items(), *serving["others"].items()):
        for name, *spellings in (entry.split("|") for entry in names):
            person = people.setdefault(slug(name), _holder(name, country, bodies[country], common))
            person["aliases"] = distinct((*person["aliases"], *spellings))
    _add_aliases(people, offices, serving, history)
    _add_decoys(people, history)
    return [_in_order(person) for person in people.values()]


def _add_aliases(people: Mapping[str, Line], *overlays: dict[str, Any]) -> None:
    """Add the overlays' spellings, and what tells of someone by the surname: nothing else, or `needs`."""
    for name in (name for one in overlays for name in one.get("alone", ())):
        person = people[slug(name)]
        last = _last_surname(person)
        person["aliases"] = [last["text"] if a is last else a for a in person["aliases"]]
    for name, more in (entry for one in overlays for entry in one["aliases"].items()):
        person = people[slug(name)]
        person["aliases"] = distinct((*person["aliases"], *more))
    for name in (name for one in overlays for name in one.get("in_full", ())):
        person = people[slug(name)]
        person["aliases"] = [a for a in person["aliases"] if isinstance(a, str) or a.get("kind") != "surname"]
    for name, context in (entry for one in overlays for entry in one.get("told_too", {}).items()):
        person = people[slug(name)]
        person["aliases"].append({"text": _last_surname(person)["text"], **context})


def _last_surname(person: Line) -> dict[str, Any]:
    return [a for a in person["aliases"] if isinstance(a, dict) and a.get("kind") == "surname"][-1]


def _add_decoys(people: Mapping[str, Line], history: dict[str, Any]) -> None:
    airports = {name: [f"{name} {what}" for what in _AIRPORTS] for name in history["airports"]}
    for name, decoys in (*airports.items(), *history["decoys"].items()):
        people[slug(name)].setdefault("decoys", []).extend(decoys)


def _leaders(
    facts: list[dict[str, Any]], overlay: dict[str, Any], replaced: set[str]
) -> Iterable[tuple[dict[str, Any], dict[str, str]]]:
    for country in facts:
        for leader in country["leaders"]:
            alone = overlay["single"].get(leader["name"], country["iso2"]) == country["iso2"]
            if slug(leader["name"]) not in replaced and alone:
                yield country, leader


def _title(
    iso2: str, leader: dict[str, str], leaders: list[dict[str, str]], offices: dict[str, Any]
) -> str | None:
    """Return what the news calls the office; None for the second office of one who is president."""
    state = _named(offices["state"], iso2, "president")
    if leader["role"] == "head of state":
        return state
    both = any(x["name"] == leader["name"] and x["role"] == "head of state" for x in leaders)
    return None if both else _named(offices["government"], iso2, "prime minister")


def _named(titles: dict[str, list[str]], iso2: str, usual: str) -> str:
    return next((title for title, states in titles.items() if iso2 in states), usual)


def _leader(country: dict[str, Any], name: str) -> Line:
    words = name.split()
    common = len(words) == 1 or words[0] in GIVEN_NAMES
    return _new(name, [country["name"]], country["iso2"], names_of(country) if common else [])


def _holder(name: str, of: str, body: Body, common: AbstractSet[str]) -> Line:
    parents = [of] if body.type in _STANDS_FOR else []
    needs = body.words if name in common or " " not in name else []
    return _new(name, parents, body.iso2, needs)


def _new(name: str, parents: list[str], iso2: str | None, needs: list[str]) -> Line:
    aliases = [alias(name, needs=needs if _borne_by_many(name.split()) else None)]
    aliases += [alias(surname, "surname", needs=needs) for surname in _surnames(name.split(), iso2)]
    made = line(id=f"person:{slug(name)}", name=name, type="person", parents=parents, aliases=aliases)
    return {**made, "roles": []}


def _borne_by_many(words: list[str]) -> bool:
    """`Tim Cook`, but not `Alexander Lukashenko`: the whole name may be another's too."""
    return len(words) == 1 or words[-1] in WORDS_TOO


def _surnames(words: list[str], iso2: str | None) -> list[str]:
    """Return what the news calls someone besides the full name: `Obrador` and `López Obrador`."""
    last = _surname(words, iso2)
    if last is None:
        return []
    both = " ".join(words[-2:])
    double = len(words) > 2 and last == words[-1] and words[-2] not in GIVEN_NAMES and len(words[-2]) > 2
    by_first = iso2 in _BY_FIRST_NAME and words[0] not in GIVEN_NAMES and len(words[0]) > 3
    more = [*bare_surnames(last), *([words[0]] if by_first else [])]
    return [both, last, *more] if double else [last, *more]


def _surname(words: list[str], iso2: str | None) -> str | None:
    if len(words) == 1 or words[-1] in _WEEKDAYS or _NO_SURNAME.intersection(words):
        return None
    if iso2 in _FAMILY_NAME_FIRST and (words[0] not in GIVEN_NAMES or words[0] in _KOREAN):
        return words[0] if words[0] not in _PRONOUNS else None
    particle = len(words) > 2 and words[-2] in _PARTICLES
    return " ".join(words[-2:]) if particle else words[-1]


def _person(person: dict[str, Any]) -> Line:
    names = distinct((person["name"], *person.get("alone", ()), *person.get("aliases", ())))
    # One that tells only with some words around is a surname besides: `President Assad`.
    enough = {a if isinstance(a, str) else a["text"] for a in names if isinstance(a, str) or "needs" not in a}
    surnames = [alias(s, "surname") for s in person.get("surname", ()) if s not in enough]
    return line(
        id=person.get("id", f"person:{slug(person['name'])}"),
        name=person["name"],
        type="person",
        parents=person.get("parents"),
        roles=[_role(*role) for role in person.get("roles", ())],
        aliases=[*names[:1], *surnames, *names[1:]],
        decoys=person.get("decoys"),
    )


def _role(title: str, of: str, start: date | str, end: date | None = None) -> Line:
    return line(title=title, of=of, **{"from": str(start)}, to=end.isoformat() if end else None)


def _in_order(person: Line) -> Line:
    """Return the person with fields where an editor looks for them, and roles by date."""
    roles = sorted(person.get("roles", ()), key=lambda role: role["from"])
    first = {key: person[key] for key in ("id", "name", "type", "parents") if key in person}
    return line(**first, roles=roles, **{k: v for k, v in person.items() if k not in first and k != "roles"})
