"""What watches cost an article: tagged and matched with 10, 1,000 and 10,000 of them, side by side."""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.articles import Mix, coined
from bench.catalogues import grown
from bench.plan import Plan
from bench.report import Table, load_note, span
from wirewatch.article import Article
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import ACTORS_FOLDER, TOPICS_FILE
from wirewatch.tagging import Catalogue, Tagger, TopicRules, load_catalogue, load_topics
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.language.tree import quoted
from wirewatch.watches.model import Watch
from wirewatch.watches.parse import WATCHES_FILE, load_watches

COUNTS = (10, 1_000, 10_000)
ALIASES = 12_000
"""Of the catalogue, with coined companies beside the actors that come along: watches name both."""
ROUNDS = 3
AIM = 1.25
"""The most that 1,000 watches may cost, to 10."""
SHAPES = (
    "actor:{a} AND {w}*",
    "actor:{a} NEAR/20 ({w}* OR {v}) NOT title:{u}",
    '"{w} {v}" OR "{v} {w} {u}"',
    "title:({w} AND actor:{a})",
    "2 OF (actor:{a}, actor:{b}, {w}*, {v}) AND lang:en",
    "actor:{a}@headline AND actor:{b} NOT topic:sport",
    r"/{w}s? \d+/ AND actor:{a}",
    "actor:{a} BEFORE/5 {w} OR actor:{b} BEFORE/5 {v}",
)


@dataclass(frozen=True)
class _Contender:
    name: str
    tagger: Tagger
    watches: WatchSet
    compiled: float
    """Seconds to parse and compile the watches and build the automaton."""

    def seconds(self, articles: list[Article]) -> tuple[float, int]:
        """Return the CPU time to tag and match `articles`, and how many of them meet a watch."""
        tag, match = self.tagger.tag, self.watches.match
        met = 0
        started = time.process_time()
        for article in articles:
            met += bool(match(article, tag(article)))
        return time.process_time() - started, met


def measure(plan: Plan) -> Iterator[Table]:
    """Yield the table of what watches cost."""
    config = default_config_dir()
    catalogue = grown(load_catalogue(config / ACTORS_FOLDER), ALIASES)
    topics = load_topics(config / TOPICS_FILE)
    articles = list(plan.newsroom.articles(plan.sizes.tagged, Mix(watched=0.05)))
    written = written_watches(catalogue, max(COUNTS), coined_words(20_000))
    common = written_watches(
        catalogue, 1_000, sorted({word for word in plan.newsroom.words if word.isascii()})
    )
    sets = [("the three that come along", load_watches(config / WATCHES_FILE))]
    sets += [(f"{count:,} watches", tuple(written[:count])) for count in COUNTS]
    sets += [("1,000 watches of common words", tuple(common))]
    contenders = [_contender(name, watches, catalogue, topics) for name, watches in sets]
    times: dict[str, list[float]] = {one.name: [] for one in contenders}
    met = {}
    for _ in range(ROUNDS):  # in turn, so that what else the machine does falls on all alike
        for one in contenders:
            seconds, met[one.name] = one.seconds(articles)
            times[one.name].append(seconds)
    ten = statistics.median(times[f"{COUNTS[0]:,} watches"])
    table = Table(
        "Watches, tagged and matched in one process",
        ("", "articles/s", "min-max", "to 10 watches", "articles met", "compiled in"),
    )
    for one in contenders:
        rates = [len(articles) / seconds for seconds in times[one.name]]
        table.rows.append(
            (
                one.name,
                f"{statistics.median(rates):,.0f}",
                span(rates, ",.0f"),
                f"{statistics.median(times[one.name]) / ten:.2f} x the time",
                f"{met[one.name] / len(articles):.1%}",
                f"{one.compiled:.1f} s",
            )
        )
    aliases = sum(len(actor.aliases) for actor in catalogue.actors.values())
    table.notes = [
        f"{len(articles):,} articles; {aliases:,} aliases of {len(catalogue):,} actors",
        f"aim: 1,000 watches take at most {AIM} x the time of 10",
        f"medians of {ROUNDS} rounds of CPU time, in turn",
        "an article that meets a watch costs its evidence and fingerprint too",
        load_note(),
    ]
    yield table


def _contender(name: str, watches: tuple[Watch, ...], catalogue: Catalogue, topics: TopicRules) -> _Contender:
    started = time.perf_counter()
    compiled = WatchSet(watches, catalogue, topics)
    tagger = Tagger(catalogue, topics, compiled.phrases)
    return _Contender(name, tagger, compiled, time.perf_counter() - started)


def coined_words(count: int) -> list[str]:
    """Return words that articles seldom have, as the words of most watches are."""
    rng = random.Random(13)
    return sorted({coined(rng).lower() for _ in range(count)})


def written_watches(catalogue: Catalogue, count: int, words: Sequence[str]) -> list[Watch]:
    """Return watches of all shapes, on actors of the catalogue and `words`; always the same."""
    rng = random.Random(11)
    actors = [quoted(actor) for actor in sorted(catalogue.actors)]
    long = [word for word in words if len(word) > 4 and word != "before"]
    watches = []
    for n in range(count):
        a, b = rng.sample(actors, 2)
        u, v, w = rng.sample(long, 3)
        when = SHAPES[n % len(SHAPES)].format(a=a, b=b, u=u, v=v, w=w)
        watches.append(Watch(id=f"watch{n}", name=f"Watch {n}", when=when))
    return watches
