"""`python -m evaluation.story_pairs`: whether pairs of articles are rightly held for one story, or for two.

What the pairs are: evaluation/stories/README.md. The half kept apart is scored with --held only, which writes
the report: once, at the end of a piece of work.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bench.machine import commit
from bench.report import Table, free_path
from connectors.seeds.parse import SeedDraft, to_article
from evaluation.score import COLUMNS, Score
from wirewatch.article import Article
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import load_actors_and_topics
from wirewatch.tagging import Tagger
from wirewatch.watches.likeness.fingerprint import Fingerprint, fingerprint, hash64
from wirewatch.watches.likeness.similarity import (
    COMMON,
    COMMON_WITHIN,
    CONTAINED,
    NEAR_COPY,
    RETOLD,
    RETOLD_WITHIN,
    SAME_WORDS,
    Comparison,
    jaccard,
)
from wirewatch.watches.match import ArticleHead, Match, StoryPolicy
from wirewatch.watches.model import Watch
from wirewatch.watches.stories.entries import decode
from wirewatch.watches.stories.index import StoryIndex

STORIES = Path(__file__).parent / "stories"
REPORTS = Path(__file__).parent.parent / "docs" / "reports"
PAIRS = {
    ("original", "half"): True,
    ("original", "near"): True,
    ("original", "retold"): True,
    ("half", "retold"): True,
    ("original", "followup"): False,
    ("original", "other_event"): False,
    ("original", "same_actors"): False,
    ("retold", "followup"): False,
}
"""Whether two articles of an event are the same story."""
HOUR = 3_600_000_000  # µs
HOURS = (6, 18, 30)
INDEX = "in a watch's index"
CUT_AFTER = timedelta(hours=1)
COPIES = "copies.yaml"
SETS = {
    "Near copies": (COPIES, COPIES),
    "Pairs as desks send them": ("desks_dev.yaml", "desks_held.yaml"),
    "Who does it to whom": ("sides_dev.yaml", "sides_held.yaml"),
    "What is on or off": ("turns_dev.yaml", "turns_held.yaml"),
}
"""Files of pairs, dev and held."""
BEGIN = datetime(2026, 11, 24, 6, tzinfo=UTC)
_THRESHOLDS = (
    f"contained paragraphs {CONTAINED}, MinHash {NEAR_COPY}, title and lead {RETOLD}, whole text {COMMON}; "
    f"the same words {SAME_WORDS}"
)
_POLICY = StoryPolicy.of(Watch(id="any", name="Any", severity="info", when="any"))


@dataclass(frozen=True)
class Told:
    """An article with its fingerprint."""

    article: Article
    print: Fingerprint


@dataclass(frozen=True)
class Pair:
    """Two articles of an event, and whether they are the same story."""

    event: str
    kind: str
    a: Told
    b: Told
    same: bool

    @property
    def apart(self) -> int:
        """The time between them, in µs."""
        return abs(self.a.article.time - self.b.article.time) // timedelta(microseconds=1)


Method = Callable[[Pair], bool]


def read_pairs(path: Path, tagger: Tagger) -> list[Pair]:
    """Return the pairs of a half. Raises ValueError for an editor's change of what is not in the text."""
    pairs = []
    for event in yaml.safe_load(path.read_text(encoding="utf-8")):
        told = {
            name: Told(article, fingerprint(article, tagger.tag(article)))
            for name, article in _articles(event).items()
        }
        pairs += [Pair(event["event"], f"{a}, {b}", told[a], told[b], same) for (a, b), same in PAIRS.items()]
    return pairs


def read_set(name: str, tagger: Tagger, *, held: bool) -> list[Pair]:
    """Return the pairs of a half of a set; of copies.yaml every second one is held."""
    file = SETS[name][held]
    listed = yaml.safe_load((STORIES / file).read_text(encoding="utf-8"))
    pairs = []
    for number, given in enumerate(listed[int(held) :: 2] if file == COPIES else listed):
        times = {"a": BEGIN, "b": BEGIN + timedelta(hours=given["hours"])}
        both = (_copy(given[side], f"{side}.example", time) for side, time in times.items())
        a, b = (Told(copy, fingerprint(copy, tagger.tag(copy))) for copy in both)
        pairs.append(Pair(f"{number}, {a.article.title}", given["kind"], a, b, given["same"]))
    return pairs


def _copy(texts: Sequence[str], source: str, time: datetime) -> Article:
    title, *paragraphs = texts
    return _article({"title": title, "source": source, "time": time}, tuple(paragraphs))


def _articles(event: Mapping[str, Any]) -> dict[str, Article]:
    first, near = event["original"], event["near"]
    text = first["text"]
    for old, new in near["replace"].items():
        if old not in text:
            raise ValueError(f"{event['event']}: not in the original: {old}")
        text = text.replace(old, new)
    paragraphs = _paragraphs(first["text"])
    half = {**first, "source": "shortened.example", "time": first["time"] + CUT_AFTER}
    return {
        "half": _article(half, paragraphs[: (len(paragraphs) + 1) // 2]),
        "near": _article(near, _paragraphs(text)),
        **{
            name: _article(event[name], _paragraphs(event[name]["text"]))
            for name in ("original", "retold", "followup", "other_event", "same_actors")
        },
    }


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _article(given: Mapping[str, Any], paragraphs: tuple[str, ...]) -> Article:
    draft = SeedDraft(
        title=given["title"],
        paragraphs=paragraphs,
        published=given["time"],
        source=given["source"],
        language="en",
    )
    return to_article(draft, fetched=given["time"])


def _compared(pair: Pair) -> Comparison:
    return Comparison(pair.a.print, lambda _: 1.0)


METHODS: dict[str, Method] = {
    "same id": lambda pair: pair.a.article.id == pair.b.article.id,
    "same text": lambda pair: pair.a.print.text == pair.b.print.text,
    "contained paragraphs": lambda pair: _compared(pair).containment(pair.b.print) >= CONTAINED,
    "MinHash": lambda pair: jaccard(pair.a.print, pair.b.print) >= NEAR_COPY,
    "title and lead": lambda pair: (
        pair.apart <= RETOLD_WITHIN and _compared(pair).retelling(pair.b.print) > 0
    ),
    "whole text": lambda pair: pair.apart <= COMMON_WITHIN and _compared(pair).common(pair.b.print) > 0,
    "all together": lambda pair: _compared(pair).belongs([(0, pair.b.print)], pair.apart) is not None,
}
"""Each alone, and together; every term counts alike, as when nothing else is known."""


def indexed(pairs: Iterable[Pair]) -> Method:
    """Return the service's own decision: all articles, as they were published, through one watch's index."""
    told = {one.article.id: one for pair in pairs for one in (pair.a, pair.b)}
    index, stories = StoryIndex(), dict[str, str]()
    for one in sorted(told.values(), key=lambda one: (one.article.time, one.article.id)):
        outcome = index.apply(_match(one), one.article.time)
        entries = [decode(data) for _, data in outcome.appends]
        (stories[one.article.id],) = {e.story for e in entries if e.article == hash64(one.article.id)}
    return lambda pair: stories[pair.a.article.id] == stories[pair.b.article.id]


def _match(told: Told) -> Match:
    article = told.article
    head = ArticleHead.of(article)
    return Match(
        watch="any",
        watch_name="Any",
        watch_version="",
        severity="info",
        labels={},
        policy=_POLICY,
        article=head,
        fingerprint=told.print,
    )


def decide(pairs: Sequence[Pair]) -> dict[str, list[bool]]:
    """Return, for each method, which of `pairs` it holds for one story."""
    methods = {**METHODS, INDEX: indexed(pairs)}
    return {name: [method(pair) for pair in pairs] for name, method in methods.items()}


def score(pairs: Sequence[Pair], decided: Iterable[bool]) -> Score:
    """Return how right the decisions are; right is a pair that is rightly held for one story."""
    counts = Score()
    for pair, one_story in zip(pairs, decided, strict=True):
        counts.add(f"{pair.event}: {pair.kind}", _said(pair.same), _said(one_story), set())
    return counts


def _said(one_story: bool) -> set[str]:  # noqa: FBT001  # the decision itself
    return {"same"} if one_story else set()


def tables(half: str, pairs: Sequence[Pair]) -> list[Table]:
    """Return how right each method is, and what it makes of each kind of pair."""
    decisions = decide(pairs)
    right = Table(f"Same story or not, {half}", COLUMNS)
    right.rows += [score(pairs, decided).row(name) for name, decided in decisions.items()]
    right.notes.append(f"{len(pairs)} pairs, {sum(pair.same for pair in pairs)} of them the same story")
    held = Table(f"How many of each kind are held for one story, {half}", ("", "is one", *decisions))
    for (a, b), same in PAIRS.items():
        kind = f"{a}, {b}"
        of_kind = [n for n, pair in enumerate(pairs) if pair.kind == kind]
        counts = (sum(decided[n] for n in of_kind) for decided in decisions.values())
        held.rows.append((kind, "yes" if same else "no", *(f"{count}/{len(of_kind)}" for count in counts)))
    held.notes.append("pairs of one kind, one an event; what each kind is: evaluation/stories/README.md")
    return [right, held, hurried(half, pairs)]


def hurried(half: str, pairs: Sequence[Pair]) -> Table:
    """Return what would be held back if all that is another story came on one day: time decides on those."""
    others = [pair for pair in pairs if not pair.same]
    table = Table(
        f"Two stories held for one, had they come so many hours apart, {half}", ("", *map(str, HOURS))
    )
    for kind in dict.fromkeys(pair.kind for pair in others):
        of_kind = [pair for pair in others if pair.kind == kind]
        counts = [
            sum(_compared(pair).belongs([(0, pair.b.print)], hours * HOUR) is not None for pair in of_kind)
            for hours in HOURS
        ]
        table.rows.append((kind, *(f"{count}/{len(of_kind)}" for count in counts)))
    table.notes.append(
        "every term counts alike, as outside an index; in truth most follow-ups came two days later"
    )
    return table


def by_kind(name: str, half: str, pairs: Sequence[Pair]) -> Table:
    """Return how many pairs of each kind are held for one story, each in an index of its own."""
    table = Table(f"{name}: held for one story, {half}", ("what differs", "is one", "held for one"))
    for kind, same in sorted({(pair.kind, pair.same) for pair in pairs}, key=lambda one: (one[1], one[0])):
        of_kind = [pair for pair in pairs if (pair.kind, pair.same) == (kind, same)]
        counted = sum(indexed([pair])(pair) for pair in of_kind)
        table.rows.append((kind, "yes" if same else "no", f"{counted}/{len(of_kind)}"))
    return table


def write(found: Sequence[Table], folder: Path, now: datetime) -> Path:
    """Write stories-DATE.md, or beside one of that day, and return its path."""
    path = free_path(folder / f"stories-{now:%Y-%m-%d}.md", now)
    facts = [
        "# Story decisions",
        "",
        "Written by `python -m evaluation.story_pairs --held`; the pairs: `evaluation/stories/README.md`.",
        "",
        f"- date: {now:%Y-%m-%d %H:%M} UTC",
        f"- commit: {commit()}",
        f"- Python: {sys.version.split()[0]}",
        f"- thresholds: {_THRESHOLDS}",
    ]
    path.write_text("\n\n".join(("\n".join(facts), *(t.markdown() for t in found))) + "\n", encoding="utf-8")
    return path


def main() -> int:
    """Score and print; with --held, write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="score the half kept apart too")
    chosen = parser.parse_args()
    tagger = Tagger(*load_actors_and_topics(default_config_dir()))
    found: list[Table] = []
    for half in ("dev", *(["held"] if chosen.held else [])):
        found += tables(half, read_pairs(STORIES / f"{half}.yaml", tagger))
        found += [by_kind(name, half, read_set(name, tagger, held=half == "held")) for name in SETS]
    for table in found:
        table.show()
    if chosen.held:
        print(f"written to {write(found, REPORTS, datetime.now(UTC))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
