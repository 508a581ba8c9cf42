"""What tagging costs as articles and as the catalogue grow, drawn: `make bench ARGS="--only growth"`."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle

from matplotlib.figure import Figure
from msgspec.structs import replace

from bench.articles import Mix
from bench.catalogues import grown
from bench.other_matchers import rate
from bench.plan import Plan
from bench.report import Table, load_note
from wirewatch.article import Article
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import load_actors_and_topics
from wirewatch.tagging import Tagger
from wirewatch.tagging.text.fold import Text

ALIASES = (7_000, 10_000, 20_000, 50_000, 100_000)
KILOBYTES = (1, 3, 10, 30, 100, 250)
"""Of articles; a connector cuts them at 256."""
_TEXT = 1_000_000  # code points tagged for each point of the picture

Point = tuple[float, float, float]
"""Size; microseconds of the whole tagging, and of its search alone."""


def measure(plan: Plan) -> Iterator[Table]:
    """Yield the cost by size of the catalogue and of the article; the picture goes beside the report."""
    shipped, topics = load_actors_and_topics(default_config_dir())
    articles = list(plan.newsroom.articles(plan.sizes.tagged // 5, Mix(watched=0.05)))
    by_aliases = [(size, *_cost(Tagger(grown(shipped, size), topics), articles)) for size in ALIASES]
    tagger = Tagger(shipped, topics)
    by_length = [
        (size, *_cost(tagger, articles_of(1000 * size, articles, total=_TEXT))) for size in KILOBYTES
    ]
    table = Table("What tagging costs as things grow", ("", "µs an article", "of it the search", "µs a KB"))
    kilobytes = sum(len(Text.of(article).plain) for article in articles) / len(articles) / 1000
    table.rows = [
        *(
            (f"{size:,} aliases", f"{whole:,.0f}", f"{bare:,.0f}", f"{whole / kilobytes:.0f}")
            for size, whole, bare in by_aliases
        ),
        *(
            (f"articles of {size} KB", f"{whole:,.0f}", f"{bare:,.0f}", f"{whole / size:.0f}")
            for size, whole, bare in by_length
        ),
    ]
    plan.reports.mkdir(parents=True, exist_ok=True)
    path = plan.reports / f"tagging-growth-{datetime.now(UTC):%Y-%m-%d}.png"
    _plot(by_aliases, by_length, str(path))
    table.notes = [f"drawn in {path.name}", load_note()]
    yield table


def articles_of(size: int, articles: Sequence[Article], *, total: int) -> list[Article]:
    """Return articles of `size` code points, of the paragraphs of `articles`: `total` in all, 3 at least."""
    paragraphs = cycle([paragraph for article in articles for paragraph in article.paragraphs])
    made: list[Article] = []
    for _ in range(max(3, total // size)):
        taken: list[str] = []
        left = size
        while left:
            taken.append(next(paragraphs)[:left])
            left -= len(taken[-1])
        made.append(replace(articles[0], paragraphs=tuple(taken)))
    return made


def _cost(tagger: Tagger, articles: Sequence[Article]) -> tuple[float, float]:
    folded = [Text.of(article).folded for article in articles]
    return 1e6 / rate(tagger.tag, articles), 1e6 / rate(tagger.automaton.find, folded)


def _plot(by_aliases: Sequence[Point], by_length: Sequence[Point], path: str) -> None:
    figure = Figure(figsize=(9, 4))
    panels = ((by_aliases, "aliases in the catalogue"), (by_length, "KB of text"))
    for axes, (points, what) in zip(figure.subplots(1, 2), panels, strict=True):
        for column, label in ((1, "the whole tagging"), (2, "its search alone")):
            axes.plot([p[0] for p in points], [p[column] for p in points], marker="o", label=label)
        axes.set_xlabel(what)
        axes.set_ylabel("µs an article")
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)
