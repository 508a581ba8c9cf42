"""Tagging where none of it is compiled, by itself: `python -m bench.in_python ARTICLES ALIASES`."""

import json
import os
import subprocess
import sys
import time

from bench.articles import Mix, Newsroom
from bench.catalogues import grown
from wirewatch.resources import default_config_dir, default_seeds_dir
from wirewatch.service import garbage
from wirewatch.snapshot import load_actors_and_topics
from wirewatch.tagging import Tagger, compiled
from wirewatch.tagging.loops import FASTEST, PYTHON

ROUNDS = 5
_MINUTES = 15


def rates(articles: int, aliases: int = 0) -> list[float]:
    """Return articles a second of CPU, of each round; `aliases`: how far the catalogue is grown."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.in_python", str(articles), str(aliases)],
        env={**os.environ, compiled.IN_PYTHON: "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60 * _MINUTES,
    )
    measured: list[float] = json.loads(done.stdout)
    return measured


def main(count: int, aliases: int) -> None:
    assert FASTEST is PYTHON
    garbage.look_seldom()  # as in the service
    catalogue, topics = load_actors_and_topics(default_config_dir())
    tagger = Tagger(grown(catalogue, aliases), topics)
    newsroom = Newsroom(default_config_dir(), default_seeds_dir())
    articles = list(newsroom.articles(count, Mix(watched=0.05)))
    measured = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for article in articles:
            tagger.tag(article)
        measured.append(count / (time.process_time() - started))
    print(json.dumps(measured))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
