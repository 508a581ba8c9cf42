"""The whole tagging beside bare matchers of the same aliases, as their number grows. One core, one process.

`make bench ARGS="--only matchers"`. spaCy's matchers get few articles: they take milliseconds each.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ahocorasick_rs
import psutil
import spacy
from spacy.matcher import PhraseMatcher

from bench.articles import Mix
from bench.plan import Plan
from bench.report import Table, load_note
from wirewatch.article import Article
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import ACTORS_FOLDER, TOPICS_FILE
from wirewatch.tagging import Actor, Catalogue, Tagger, load_catalogue, load_topics
from wirewatch.tagging.fold import Text

SIZES = (12_000,)
ROUNDS = 3
_FEW = 40
_VERY_FEW = 2  # of those that take a second each
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


def measure(plan: Plan) -> Iterator[Table]:
    """Yield articles a second by matcher and number of aliases, and what the tagger takes to load."""
    articles = list(plan.newsroom.articles(max(_FEW, plan.sizes.tagged // 5), Mix(watched=0.05)))
    shipped = load_catalogue(default_config_dir() / ACTORS_FOLDER)
    topics = load_topics(default_config_dir() / TOPICS_FILE)
    table = Table("Matchers of the same aliases, one core", ("", *(f"{size:,} aliases" for size in SIZES)))
    loading = Table("Loading the tagger", ("aliases", "seconds", "MB"))
    rates: dict[str, list[str]] = {}
    for size in SIZES:
        catalogue = grown(shipped, size)
        before, started = _memory(), time.perf_counter()
        tagger = Tagger(catalogue, topics)
        took = time.perf_counter() - started
        loading.rows.append((f"{size:,}", f"{took:.2f}", f"{_memory() - before:.0f}"))
        for name, rate in _rates(tagger, catalogue, articles):
            rates.setdefault(name, []).append(rate)
    table.rows = [(name, *cells) for name, cells in rates.items()]
    table.notes = ["articles a second, the best of some rounds", load_note()]
    yield table
    yield loading


def grown(shipped: Catalogue, size: int) -> Catalogue:
    """Return the catalogue with coined companies until it has `size` aliases; cut short when it has more."""
    actors = list(shipped.actors.values())
    have = sum(len(actor.spelled()) for actor in actors)
    more = (
        Actor(id=f"company:{n}", name=name, type="company", aliases=(name,))
        for n in range(size - have)
        for name in (f"{_coined(n)} {_coined(n * 7 + 3)} {n}",)
    )
    return Catalogue([*actors, *more])


def _rates(tagger: Tagger, catalogue: Catalogue, articles: Sequence[Article]) -> Iterator[tuple[str, str]]:
    aliases = sorted({alias.text for actor in catalogue.actors.values() for alias in actor.spelled()})
    texts = ["\n".join((a.title, *a.paragraphs)) for a in articles]
    folded = [Text.of(article).folded for article in articles]
    ours = tagger._automaton._ac.find_matches_as_indexes
    plain = ahocorasick_rs.AhoCorasick(aliases, matchkind=ahocorasick_rs.MatchKind.Standard)
    yield "the tagger's automaton alone", _rate(lambda text: ours(text, overlapping=True), folded)
    yield (
        "the same, text made ready first",
        _rate(lambda article: ours(Text.of(article).folded, overlapping=True), articles),
    )
    yield (
        "ahocorasick_rs on the text as it is",
        _rate(lambda text: plain.find_matches_as_indexes(text, overlapping=True), texts),
    )
    yield "the whole tagging", _rate(tagger.tag, articles)
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(aliases, key=len, reverse=True))) + r")\b")
    yield "Python's re", _rate(lambda text: list(pattern.finditer(text)), texts[:_VERY_FEW])
    nlp = spacy.blank("en")
    nlp.tokenizer.max_cache_size = 4 * len(aliases)
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("actor", [nlp.make_doc(alias) for alias in aliases])
    yield "spaCy's PhraseMatcher", _rate(lambda text: matcher(nlp.make_doc(text)), texts[:_FEW])
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "actor", "pattern": alias} for alias in aliases])
    yield "spaCy's EntityRuler", _rate(nlp, texts[:_FEW])


def _rate(step: Callable[[Any], Any], items: Sequence[Any]) -> str:
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for item in items:
            step(item)
        seconds.append(time.perf_counter() - started)
    rate = len(items) / min(seconds)
    return f"{rate:,.0f}" if rate >= _FEW else f"{rate:.2g}"


def _memory() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


def _coined(number: int) -> str:
    syllables = []
    for _ in range(3):
        number, consonant = divmod(number, len(_CONSONANTS))
        number, vowel = divmod(number, len(_VOWELS))
        syllables.append(_CONSONANTS[consonant] + _VOWELS[vowel])
    return "".join(syllables).capitalize()
