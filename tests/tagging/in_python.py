"""What tagging does when none of it is compiled: `python -m tests.tagging.in_python steps|outcomes`.

In a process of its own, for in one it is either. Prints JSON.
"""

import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

import wirewatch.tagging
from connectors.seeds.folder import read_articles
from tests.tagging.conftest import CONFIG, make_article
from wirewatch.snapshot import kept_builds, load_actors_and_topics
from wirewatch.tagging import Tagger, compiled
from wirewatch.tagging.loops import FASTEST

PARAGRAPHS = {
    "rules": "Iran's president told Reuters in Lebanon, Pa. ",
    "surnames and offices": "Trump said. The US president spoke. ",
    "common surnames": "The United States. Bush said. ",
    "namesakes": "Peru, Ind. Peru. ",
    "capitals": "Israel Approves Truce ",
    "things": "Thai curry paste exports. The lion, called Kenya, slept. ",
    "leaders": "Koizumi said in Tokyo. Putin and Koizumi met. The Koizumi bakery. ",
    "states": "Jordan closed its airspace in eastern Chad. Moscow launched a b c d trams. ",
    "firms": "Target lost his own old shares. Orange stock fell. ",
    "relatives": "Flavio Bolsonaro sang. Bolsonaro Hotels. In A B Bolsonaro wept. ",
    "negotiators": "Seoul signs a-b c-d e. The Fed's Powell said. Sanctions on Guinea. ",
    "nothing": "a b c ",
}
WORDS = """
    Iran Iran\u2019s IRAN Iranian Tehran said NATO US U.S. us President Trump, Jordan Michael Georgia Lebanon
    , Pa. \u0130ran ( ) \u201c \u201d told Reuters sanctions missile - the of French wine Merz Berlin Peru,
    Ind. oil price in Flavio Bolsonaro Hotels Fed's Powell Rubio tells
"""


def run(what):
    """Return what `what` below gives, without anything compiled."""
    command = [sys.executable, "-m", "tests.tagging.in_python", what]
    environ = {**os.environ, compiled.IN_PYTHON: "1"}
    return json.loads(subprocess.check_output(command, env=environ, cwd=CONFIG.parent, timeout=120))


def steps():
    """Return by kind of paragraph how many lines of the tagging package run for 100 of them, and for 400."""
    tagger = _tagger()
    time = datetime(2004, 5, 1, tzinfo=UTC)  # with a president of a common surname
    return {
        kind: [_lines(tagger, make_article("", *[paragraph] * n, time=time)) for n in (100, 400)]
        for kind, paragraph in PARAGRAPHS.items()
    }


def _lines(tagger, article):
    package = str(Path(wirewatch.tagging.__file__).parent)
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if not frame.f_code.co_filename.startswith(package):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        tagger.tag(article)
    finally:
        sys.settrace(before)
    return count


def outcomes():
    """Return all that can be seen of the tags of every seed and of some random texts."""
    tagger = _tagger()
    articles = read_articles([CONFIG.parent / "seeds"], undated=datetime(2026, 1, 1, tzinfo=UTC)).articles
    rng, words = random.Random(7), WORDS.split()
    drawn = [make_article(*(" ".join(rng.choices(words, k=12)) for _ in range(3))) for _ in range(300)]
    return [
        [msgspec.json.encode(tagger.explain(article)).decode(), repr(tagger.topic_weights(article))]
        for article in (*articles, *drawn)
    ]


def _tagger():
    return Tagger(*load_actors_and_topics(CONFIG), (), kept_builds())


if __name__ == "__main__":
    assert FASTEST.name == "Python"
    print(json.dumps({"steps": steps, "outcomes": outcomes}[sys.argv[1]]()))
