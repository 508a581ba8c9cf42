"""Builds `config/actors/*.jsonl`: facts (countries, leaders, organisations) plus the overlays of this folder.

usage: python -m tools.catalogue.build FACTS_FOLDER [OUT_FOLDER]

Edit the overlays, not the output; rebuild, and read the difference before committing it.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from tools.catalogue import countries, organisations, people, places
from tools.catalogue.shape import Line
from wirewatch.tagging import load_catalogue

OVERLAY = Path(__file__).parent / "overlay"
OUT = Path(__file__).parents[2] / "config" / "actors"


def main(facts: Path, out: Path = OUT) -> None:
    """Write the catalogue to `out` and check it. Raises ConfigError when it contradicts itself."""
    states = _facts(facts / "countries.jsonl")
    overlays = {path.stem: yaml.safe_load(path.read_text()) for path in OVERLAY.glob("*.yaml")}
    qids = dict(line.split() for line in _lines(OVERLAY / "qids.txt") if not line.startswith("#"))
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "countries.jsonl", countries.build(states, overlays["countries"], qids))
    _write(out / "places.jsonl", places.build(states, overlays["places"]))
    _write(
        out / "organisations.jsonl",
        organisations.build(_facts(facts / "organisations.jsonl"), states, overlays["organisations"]),
    )
    _write(out / "people.jsonl", people.build(states, overlays["people"]))
    sys.stdout.write(f"{len(load_catalogue(out))} actors in {out}\n")


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _facts(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _lines(path)]


def _write(path: Path, actors: list[Line]) -> None:
    text = "".join(json.dumps(actor, ensure_ascii=False) + "\n" for actor in actors)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:]))
