"""Groups that are met by their members alone: regions, all central banks; and members of other actors."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.catalogue.shape import Line, line, slug


def build(overlay: dict[str, Any], bodies: dict[str, dict[str, Any]]) -> dict[str, list[Line]]:
    """Return by file the lines of the groups, none with an alias."""
    return {
        "places": [
            line(
                id=f"place:{slug(name)}",
                name=name,
                type="place",
                members=sorted(set(_states(name, overlay["regions"]))),
            )
            for name in overlay["regions"]
        ],
        "organisations": [
            line(
                id=f"org:{slug(name)}",
                name=name,
                type="organisation",
                members=sorted((*bodies[of["section"]], *of["more"])),
            )
            for name, of in overlay["of_sections"].items()
        ],
    }


def join(actors: list[Line], overlay: dict[str, Any]) -> None:
    """Give actors that have a line already their members. Raises KeyError for one that has none."""
    by_name = {actor["name"]: actor for actor in actors}
    for name, members in overlay["of_actors"].items():
        actor = by_name[name]
        actor["members"], actor["aliases"] = members, actor.pop("aliases")


def _states(name: str, regions: Mapping[str, list[str]]) -> Iterator[str]:
    for member in regions[name]:
        if member in regions:
            yield from _states(member, regions)
        else:
            yield member
