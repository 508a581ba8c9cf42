"""Catalogues of any size, and what a tagger of one takes to load.

`python -m bench.catalogues SIZE FOLDER [no-topics]` prints seconds and megabytes; its build is kept in
FOLDER.
"""

import gc
import sys
import time
from pathlib import Path

import psutil

from wirewatch.resources import default_config_dir
from wirewatch.snapshot import load_actors_and_topics
from wirewatch.tagging import Actor, Builds, Catalogue, Tagger, TopicRules

NO_TOPICS = "no-topics"
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


def grown(shipped: Catalogue, size: int) -> Catalogue:
    """Return the catalogue with coined companies until it has `size` aliases; as it is when it has more."""
    actors = list(shipped.actors.values())
    have = sum(len(actor.aliases) for actor in actors)
    more = (
        Actor(id=f"company:{n}", name=name, type="company", aliases=(name,))
        for n in range(size - have)
        for name in (f"{_coined(n)} {_coined(n * 7 + 3)} {n}",)
    )
    return Catalogue([*actors, *more])


def _coined(number: int) -> str:
    syllables = []
    for _ in range(3):
        number, consonant = divmod(number, len(_CONSONANTS))
        number, vowel = divmod(number, len(_VOWELS))
        syllables.append(_CONSONANTS[consonant] + _VOWELS[vowel])
    return "".join(syllables).capitalize()


def main(size: int, folder: Path, without: str = "") -> None:
    """Load a tagger of `size` aliases, from its build in `folder` when there is one."""
    shipped, topics = load_actors_and_topics(default_config_dir())
    if without == NO_TOPICS:
        topics = TopicRules(())
    catalogue = grown(shipped, size)
    builds = Builds(folder, least=0)
    before, started = _memory(), time.perf_counter()
    tagger = Tagger(catalogue, topics, (), builds)
    took = time.perf_counter() - started
    print(f"{took:.2f} {_memory() - before:.0f}")
    del tagger


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 2**20


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
