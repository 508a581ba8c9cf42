"""The whole tagging beside bare matchers of the same aliases, as their number grows. One core each, in turn.

`make bench ARGS="--only matchers"`. The others get few articles: some take milliseconds each, some a second.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench import in_python, other_matchers
from bench.articles import Mix
from bench.catalogues import NO_TOPICS, grown
from bench.plan import Plan
from bench.report import Table, load_note
from wirewatch.article import Article
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import load_actors_and_topics
from wirewatch.tagging import Catalogue, Tagger, TopicRules
from wirewatch.tagging.loops import PYTHON
from wirewatch.tagging.text.fold import Text

SIZES = (10_000, 100_000)
AIM = 20.0
"""Times as fast as spaCy's PhraseMatcher at 10,000 aliases."""
WHOLE, SEARCH, BARE = "the whole tagging", "its search alone", "an automaton of its phrases alone"
IN_PYTHON = "the same where nothing is compiled"
PHRASE_MATCHER, OTHER_AUTOMATON = "spaCy's PhraseMatcher", "ahocorasick_rs"
_HERE = ("spaCy's PhraseMatcher", "spaCy's EntityRuler", "Python's re")
_GUESTS = (OTHER_AUTOMATON, "flashtext2")
_FEW = 100
_MINUTES = 15


def measure(plan: Plan) -> Iterator[Table]:
    """Yield articles a second by matcher and number of aliases, and what the tagger takes to load."""
    articles = list(plan.newsroom.articles(max(_FEW, plan.sizes.tagged // 5), Mix(watched=0.05)))
    shipped, topics = load_actors_and_topics(default_config_dir())
    table = Table("Matchers of the same aliases, one core", ("", *(f"{size:,} aliases" for size in SIZES)))
    rates: dict[str, list[float]] = {}
    for size in SIZES:
        catalogue = grown(shipped, size)
        for name, rate in _ours(catalogue, topics, articles, size):
            rates.setdefault(name, []).append(rate)
        for python, names in ((plan.guest_python, _GUESTS), (Path(sys.executable), _HERE)):
            for name, rate in _others(python, names, catalogue, articles[:_FEW]).items():
                rates.setdefault(name, []).append(rate)
    table.rows = [
        (name, *(f"{r:,.0f}" if r > _FEW else f"{r:.2g}" for r in of)) for name, of in rates.items()
    ]
    times = rates[WHOLE][0] / rates[PHRASE_MATCHER][0]
    shares = [rates[WHOLE][0] / rates[automaton][0] for automaton in (BARE, OTHER_AUTOMATON)]
    table.notes = [
        "articles a second of CPU, the best of some rounds; ours with case, context and topics",
        f"tagging is {times:.1f} times as fast as {PHRASE_MATCHER} at {SIZES[0]:,} (aim: {AIM:.0f})",
        f"it is {shares[0]:.2f} of an automaton alone, {shares[1]:.2f} of {OTHER_AUTOMATON} on aliases",
        f"at {SIZES[1]:,} it is {rates[WHOLE][1] / rates[WHOLE][0]:.2f} of itself at {SIZES[0]:,}",
        load_note(),
    ]
    yield table
    yield _loading(plan)


def _ours(
    catalogue: Catalogue, topics: TopicRules, articles: Sequence[Article], aliases: int
) -> Iterator[tuple[str, float]]:
    folded = [Text.of(article).folded for article in articles]
    tagger = Tagger(catalogue, topics)
    yield WHOLE, other_matchers.rate(tagger.tag, articles)
    yield IN_PYTHON, max(in_python.rates(len(articles), aliases))
    yield SEARCH, other_matchers.rate(tagger.automaton.find, folded)
    yield BARE, other_matchers.rate(Tagger(catalogue, topics, loops=PYTHON).automaton.find, folded)


def _others(
    python: Path, names: Sequence[str], catalogue: Catalogue, articles: Sequence[Article]
) -> Mapping[str, float]:
    """Return by name the rate of other matchers, each run by the Python that has them."""
    aliases = sorted({alias.text for actor in catalogue.actors.values() for alias in actor.spelled()})
    texts = ["\n".join((article.title, *article.paragraphs)) for article in articles]
    given = {"aliases": aliases, "texts": texts, "gc_threshold": gc.get_threshold()[0]}
    done = subprocess.run(
        [str(python), other_matchers.__file__, *names],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        timeout=60 * _MINUTES,
    )
    return {name: figures["rate"] for name, figures in json.loads(done.stdout).items()}


def _loading(plan: Plan) -> Table:
    """Return what a tagger takes to load, made and from its file, each in a process of its own."""
    table = Table("Loading the tagger", ("aliases", "made, s", "MB", "from its file, s", "MB"))
    largest = SIZES[-1]
    loads = {f"{size:,}": [str(size), str(plan.folder / f"builds-{size}")] for size in SIZES}
    loads[f"{largest:,}, no topics"] = [str(largest), str(plan.folder / "builds-bare"), NO_TOPICS]
    for name, arguments in loads.items():
        cells = []
        for _ in ("made", "from its file"):
            command = [sys.executable, "-m", "bench.catalogues", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60 * _MINUTES)
            cells += done.stdout.split()
        table.rows.append((name, *cells))
    table.notes = [
        "seconds on the clock, and how much more memory is resident",
        "aims of 100,000 aliases, from their file: 1 s, 60 MB",
        "the catalogue, read and checked before, is not in it",
        load_note(),
    ]
    return table
