"""International organisations, armed groups, agencies."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tools.catalogue.shape import Line, alias, distinct, line, slug

_SPELLINGS = (
    ("Organisation", "Organization"),
    ("Organization", "Organisation"),
    ("Programme", "Program"),
    ("Centre", "Center"),
    ("Labour", "Labor"),
    ("Co-operation", "Cooperation"),
)

_UN = ("UN", "UN's", "U.N.", "U.N.'s", "United Nations", "United Nations'")
"""Before what an agency of theirs is for, it is a name: `the UN's refugee agency`."""


def build(facts: list[dict[str, Any]], states: list[dict[str, Any]], overlay: dict[str, Any]) -> list[Line]:
    """Return one line an organisation: those of the facts, patched, then the overlay's own."""
    bare = set(overlay["no_abbreviation"])
    members: dict[str, list[str]] = defaultdict(list)
    for state in states:
        for abbr in state["memberships"]:
            members[abbr].append(state["name"])
    lines = [
        _of_facts(org, members, overlay["facts"].get(org["abbr"], {}), abbreviated=org["abbr"] not in bare)
        for org in facts
        if org["abbr"] not in overlay["skip"]
    ]
    return lines + [_of_overlay(org, members) for org in overlay["more"]]


def _of_facts(
    org: dict[str, str], members: Mapping[str, list[str]], patch: dict[str, Any], *, abbreviated: bool
) -> Line:
    abbr, name = org["abbr"], org["name"]
    aliases = [alias(spelling) for spelling in _spellings(name)]
    if abbreviated and abbr != name:
        aliases.append(alias(abbr, "acronym", **patch.get("context", {}).get(abbr, {})))
    aliases += [f"{un} {what}" for un in _UN for what in patch.get("of_un", ())]
    return line(
        id=patch.get("id", f"org:{abbr.replace(' ', '-')}"),
        name="NATO" if abbr == "NATO" else abbr if abbr in ("IAEA", "IMF", "OPEC") else name,
        type="organisation",
        parents=patch.get("parents"),
        members=members.get(abbr),
        aliases=distinct((*aliases, *patch.get("aliases", ()))),
        decoys=patch.get("decoys"),
    )


def _spellings(name: str) -> list[str]:
    return list(dict.fromkeys((name, *(name.replace(a, b) for a, b in _SPELLINGS))))


def _of_overlay(org: dict[str, Any], members: Mapping[str, list[str]]) -> Line:
    kind = org.get("type", "organisation")
    prefix = {"organisation": "org", "armed_group": "group", "agency": "agency", "company": "company"}[kind]
    return line(
        id=org.get("id", f"{prefix}:{org.get('slug', slug(org['name']))}"),
        name=org["name"],
        type=kind,
        source=org.get("source"),
        parents=org.get("parents"),
        members=members.get(org["members_of"]) if "members_of" in org else org.get("members"),
        aliases=org["aliases"],
        decoys=org.get("decoys"),
    )
