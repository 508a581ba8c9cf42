"""Tagging in one process: articles a second, a bare automaton beside it, and what each step takes.

The automaton is Aho-Corasick's (daachorse) over all phrases, as the loops in Python have it; where they are
compiled a search by words takes its place, told beside it.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench import in_python
from bench.articles import Mix
from bench.plan import Plan
from bench.report import Table, load_note, span
from wirewatch.part import utc_now
from wirewatch.records import ARTICLES, TAGGED
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import load_actors_and_topics, load_snapshot
from wirewatch.tagging import Tagger
from wirewatch.tagging.loops import PYTHON
from wirewatch.tagging.record import tagged_article
from wirewatch.tagging.text.fold import Text
from wirewatch.watches.stories.index import StoryIndex

ROUNDS = 5
AIM = 0.35
BARE, SEARCH, WHOLE = "an automaton of its phrases alone", "its search alone", "tag, search included"
IN_PYTHON = "tag where nothing is compiled"


def measure(plan: Plan) -> Iterator[Table]:
    """Yield the table of what each step takes."""
    snapshot = load_snapshot(default_config_dir())
    articles = list(plan.newsroom.articles(plan.sizes.tagged, Mix(watched=0.05)))
    values = [ARTICLES.encode(article) for article in articles]
    texts = [Text.of(article).folded for article in articles]
    automaton = Tagger(*load_actors_and_topics(default_config_dir()), loops=PYTHON).automaton.find
    tagged = [(article, snapshot.tagger.tag(article)) for article in articles]
    matches = [match for article, tags in tagged for match in snapshot.watches.match(article, tags)]
    records = [tagged_article(article, tags, snapshot.version) for article, tags in tagged]

    def decide() -> None:
        stories = {match.watch: StoryIndex() for match in matches}
        for match in matches:
            stories[match.watch].apply(match, utc_now())

    table = Table("Tagging, one process", ("step", "articles/s", "min-max", "µs an article"))
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("decode", lambda: _each(ARTICLES.decode, values)),
        (BARE, lambda: _each(automaton, texts)),
        (SEARCH, lambda: _each(snapshot.tagger.automaton.find, texts)),
        (WHOLE, lambda: _each(snapshot.tagger.tag, articles)),
        ("match watches", lambda: [snapshot.watches.match(article, tags) for article, tags in tagged]),
        ("decide on stories", decide),
        ("encode the tagged article", lambda: _each(TAGGED.encode, records)),
    ]
    measured = {name: [len(articles) / _seconds(step) for _ in range(ROUNDS)] for name, step in steps}
    measured[IN_PYTHON] = in_python.rates(len(articles))
    medians = {name: statistics.median(rates) for name, rates in measured.items()}
    for name, rate in medians.items():
        table.rows.append((name, f"{rate:,.0f}", span(measured[name], ",.0f"), f"{1e6 / rate:,.1f}"))
    size = statistics.mean(map(len, values))
    met = len({match.article.id for match in matches}) / len(articles)
    table.notes = [
        f"{len(articles):,} articles of {size / 1000:.1f} KB as JSON, {met:.1%} meet a watch",
        f"seconds of CPU, medians of {ROUNDS} rounds; garbage is looked for as seldom as in the service",
        f"tagging is {medians[WHOLE] / medians[BARE]:.2f} of an automaton alone (aim: {AIM})",
        load_note(),
    ]
    yield table


def _each(step: Callable[[Any], Any], items: Sequence[Any]) -> None:
    for item in items:
        step(item)


def _seconds(step: Callable[[], Any]) -> float:
    started = time.process_time()
    step()
    return time.process_time() - started
