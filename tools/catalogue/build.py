"""Builds `config/actors/*.jsonl`: facts (countries, leaders, organisations) plus the overlays of this folder.

usage: python -m tools.catalogue.build FACTS_FOLDER [OUT_FOLDER]

Edit the overlays, not the output; rebuild, and read the difference before committing it.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.catalogue import alone, bodies, countries, groups, organisations, people, places
from tools.catalogue.shape import Line, names_of
from wirewatch.tagging import load_catalogue
from wirewatch.tagging.catalogue import word_lists
from wirewatch.tagging.catalogue.files import sort_key

OVERLAY = Path(__file__).parent / "overlay"
WORDS = OVERLAY / word_lists.FILE
"""Shipped as it is: lists that the overlays' `needs` and `unless` name."""
OUT = Path(__file__).parents[2] / "config" / "actors"


def main(facts: Path, out: Path = OUT) -> None:
    """Write the catalogue to `out` and check it. Raises ConfigError when it contradicts itself."""
    states = _facts(facts / "countries.jsonl")
    overlays = {
        path.stem: yaml.safe_load(path.read_text()) for path in OVERLAY.glob("*.yaml") if path != WORDS
    }
    qids = dict(line.split() for line in _lines(OVERLAY / "qids.txt") if not line.startswith("#"))
    files = {
        "countries": countries.build(
            states, overlays["countries"], qids, places.metonyms(states, overlays["places"])
        ),
        "places": places.build(states, overlays["places"], overlays["cities"]),
        "organisations": organisations.build(
            _facts(facts / "organisations.jsonl"), states, overlays["organisations"]
        ),
        "bodies": bodies.build(overlays["bodies"], states),
    }
    for name, lines in groups.build(overlays["groups"], overlays["bodies"]).items():
        files[name] += lines
    groups.join([line for lines in files.values() for line in lines], overlays["groups"])
    known = _bodies(files, states, overlays["bodies"])
    files["people"] = people.build(states, overlays, known)
    others = [line for name, lines in files.items() if name != "people" for line in lines]
    alone.mark(files["people"], others, _names(OVERLAY / "names.txt"), overlays["offices"])
    _drop_known_decoys(line for lines in files.values() for line in lines)
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(WORDS, out / WORDS.name)
    codes = {state["name"]: state["iso2"] for state in states}
    for name, lines in files.items():
        _write(out / f"{name}.jsonl", [_by_code(line, codes) for line in lines])
    sys.stdout.write(f"{len(load_catalogue(out))} actors in {out}\n")


def _bodies(
    files: dict[str, list[Line]], states: list[dict[str, Any]], overlay: dict[str, dict[str, Any]]
) -> dict[str, people.Body]:
    """Return what can have an office, by name."""
    countries_by_name = {state["name"]: state for state in states}
    iso2_by_body = {name: entry[0] for section in overlay.values() for name, entry in section.items()}
    known: dict[str, people.Body] = {}
    for actor in (actor for lines in files.values() for actor in lines):
        name, parents = actor["name"], actor.get("parents", ())
        state = next((countries_by_name[n] for n in (name, *parents) if n in countries_by_name), None)
        iso2 = state["iso2"] if state else iso2_by_body.get(name)
        known[name] = people.Body(actor["type"], iso2, [name, *(names_of(state) if state else ())])
    return known


def _drop_known_decoys(actors: Iterable[Line]) -> None:
    """What another actor is called hides shorter names as it is: `China Daily` is no decoy of China's."""
    actors = list(actors)
    plain = {alias for actor in actors for alias in actor.get("aliases", ()) if isinstance(alias, str)}
    for actor in actors:
        if "decoys" in actor:
            actor["decoys"] = [decoy for decoy in actor["decoys"] if decoy not in plain]


def _by_code(actor: Line, codes: Mapping[str, str]) -> Line:
    """Return a line that refers to states by their codes: 190 members by name are 4 KB."""
    referring: Line = {
        field: [codes.get(name, name) for name in actor[field]]
        for field in ("parents", "members")
        if field in actor
    }
    if "roles" in actor:
        referring["roles"] = [{**role, "of": codes.get(role["of"], role["of"])} for role in actor["roles"]]
    return actor | referring


def _names(path: Path) -> set[str]:
    return {name for line in _lines(path) if not line.startswith("#") for name in line.split()}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _facts(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _lines(path)]


def _write(path: Path, actors: list[Line]) -> None:
    actors = sorted(actors, key=lambda actor: (sort_key(actor["name"]), actor["id"]))
    # As `catalogue add` writes a line, too.
    text = "".join(json.dumps(a, ensure_ascii=False, separators=(",", ":")) + "\n" for a in actors)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:]))
