"""Armed groups, agencies, companies and more organisations, from the brief overlay."""

from typing import Any

from tools.catalogue.shape import Line, alias, distinct, line, names_of, slug

_TYPES = {"central_bank": "agency", "news": "agency", "state_company": "company"}
_OF_STATES = frozenset({"agency", "central_bank", "state_company"})
_NAMED_AFTER = frozenset({"organisation", "armed_group"})
"""Those roll up to the state whose name theirs holds, and hides: `Bangladesh Nationalist Party`."""
_BRANCHES_OF = ("Islamic State", "Al-Qaeda")
"""Groups whose branches roll up to them: `Islamic State Khorasan Province`."""
_PREFIXES = {"organisation": "org", "armed_group": "group"}
_PARENTS = {"EU": "European Union", "UN": "United Nations"}
_LONGEST_ACRONYM = 7


def build(overlay: dict[str, dict[str, Any]], states: list[dict[str, Any]]) -> list[Line]:
    """Return one line a body."""
    countries = {state["iso2"]: state for state in states}
    return [
        _body(section, name, str(entry[0]), entry[1:], countries)
        for section, bodies in overlay.items()
        for name, entry in bodies.items()
    ]


def _body(
    section: str, name: str, where: str, spelled: list[Any], countries: dict[str, dict[str, Any]]
) -> Line:
    kind = _TYPES.get(section, section)
    country = countries.get(where)
    words = names_of(country) if country else []
    of_state = country is not None and section in _OF_STATES
    in_its_name = country is not None and section in _NAMED_AFTER and country["name"] in name
    parent = _PARENTS.get(where) or (country["name"] if country and (of_state or in_its_name) else None)
    if kind == "armed_group":
        parent = next((group for group in _BRANCHES_OF if name.startswith(f"{group} ")), parent)
    own = [] if f"{name}~" in spelled else [name]
    decoys = [decoy for text in spelled if isinstance(text, dict) for decoy in text.get("decoys", ())]
    spelled = [text for text in spelled if isinstance(text, str) or "decoys" not in text]
    return line(
        id=f"{_PREFIXES.get(kind, kind)}:{slug(name)}",
        name=name,
        type=kind,
        source=section == "news",
        parents=[parent] if parent else None,
        aliases=distinct(_alias(text, words) for text in (*own, *spelled)),
        decoys=decoys,
    )


def _alias(spelled: str | dict[str, Any], words: list[str]) -> str | dict[str, Any]:
    if not isinstance(spelled, str):
        return spelled
    text = spelled.removesuffix("~")
    acronym = len(text) <= _LONGEST_ACRONYM and text.isupper()
    return alias(text, "acronym" if acronym else "name", needs=words if spelled.endswith("~") else None)
