"""`make eval`: how well countries, actors and topics are found, countries beside other packages.

The half kept apart is scored with --held only: once, at the end of a piece of work.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import commit
from bench.report import Table, free_path
from evaluation import lgl, topics
from evaluation.score import (
    COLUMNS,
    Names,
    Score,
    article_of,
    countries,
    lines,
    passages,
    read,
    tempted,
    traps,
)
from wirewatch.article import ActorTag, Article
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import load_actors_and_topics
from wirewatch.tagging import Tagger

HERE = Path(__file__).parent
REPORTS = HERE.parent / "docs" / "reports"
OURS = "wirewatch"
MOST_WRONG_TRAPS = 3 / 60


@dataclass(frozen=True)
class Item:
    """An article and the countries that it names."""

    id: str
    article: Article
    countries: set[str]
    either: set[str]

    @property
    def text(self) -> str:
        """The article as one text."""
        return "\n\n".join((self.article.title, *self.article.paragraphs)).strip()


class Evaluation:
    """The tagger of a config folder, and the packages that stand beside it."""

    def __init__(self, config_dir: Path, others: Path) -> None:
        catalogue, self._topics = load_actors_and_topics(config_dir)
        self._tagger = Tagger(catalogue, self._topics)
        self._names = Names(catalogue)
        self._others = others
        self.versions: dict[str, str] = {}

    def tag(self, article: Article) -> tuple[ActorTag, ...]:
        """Return the actors of `article`."""
        return self._tagger.tag(article).actors

    def countries(self, title: str, items: Sequence[Item]) -> Table:
        """Return the scores of all packages for countries named directly."""
        scores = {OURS: Score()}
        for item in items:
            scores[OURS].add(item.id, item.countries, countries(self.tag(item.article)), item.either)
        for item, found in zip(items, self._found_by_others(items), strict=True):
            for name, codes in found.items():
                scores.setdefault(name, Score()).add(item.id, item.countries, set(codes), item.either)
        rows = [score.row(name) for name, score in scores.items()]
        return Table(title, COLUMNS, rows, [f"{len(items)} articles; counts summed over them (micro)"])

    def actors(self, halves: dict[str, Path]) -> Table:
        """Return the scores for actors, a row a half."""
        rows = [
            passages(read(path), self.tag, self._names)["actors"].row(name) for name, path in halves.items()
        ]
        return Table("Actors of passages", COLUMNS, rows, ["places, and what is only rolled up to, aside"])

    def faults(self, halves: dict[str, Path]) -> Table:
        """Return in how many passages a reader finds a fault, and how many look-alikes were taken."""
        columns = ("", "passages", "with a fault", "an actor wrong", "one missed", "look-alikes", "taken")
        rows = []
        for name, path in halves.items():
            records = list(read(path))
            score = passages(records, self.tag, self._names)["actors"]
            taken, tempting = tempted(records, self.tag, self._names)
            rows.append((name, *map(str, (len(records), *score.faulty(), tempting, taken))))
        return Table("Actors of passages: faults", columns, rows)

    def lines(self, title: str, path: Path) -> Table:
        """Return in how many single lines there is a fault, a row a pattern."""
        records = list(read(path))
        scores = lines(records, self.tag, self._names)
        patterns = Counter(record["pattern"] for record in records)
        counts: dict[str, tuple[int, ...]]
        counts = {name: (patterns[name], *score.faulty()) for name, score in scores.items()}
        counts["all"] = tuple(map(sum, zip(*counts.values(), strict=True)))
        columns = ("", "lines", "with a fault", "an actor wrong", "one missed")
        return Table(
            title,
            columns,
            [(name, *map(str, row)) for name, row in counts.items()],
        )

    def topics(self, halves: dict[str, Path]) -> Table:
        """Return the scores for topics: a row for each set tuned on, and with `held` those kept apart."""
        sets = topics.tuned_on(self._topics)
        if "held" in halves:
            sets["held"] = topics.passages(halves["held"])
            sets["short items, held"] = topics.briefs(self._topics, "held")
            if lgl.LGL.exists():
                sets["whole articles, held"] = topics.whole(self._topics, "held")
        rows = [topics.score(self._tagger, self._topics, of).row(name) for name, of in sets.items()]
        notes = ["those above a gold topic aside"]
        for name, of in sets.items():
            tempting, told = topics.tempted(self._tagger, of)
            if tempting:
                notes.append(f"{name}: of {tempting} topics that a word tempts to, {len(told)} told")
        return Table("Topics of passages", COLUMNS, rows, notes)

    def traps(self, path: Path) -> tuple[Table, bool]:
        """Return how the traps were met, and whether few enough went wrong."""
        records = list(read(path))
        answers = traps(records, self.tag, self._names)
        wrong = [record for record in records if not answers[record["id"]]]
        table = Table("Traps", ("", "traps", "wrong"), [(OURS, str(len(records)), str(len(wrong)))])
        table.notes = [f"{one['id']}: {one['asks']} {one['expected']}: {one['text']}" for one in wrong]
        table.notes.append("the aim: at most 3 wrong of 60")
        return table, len(wrong) <= MOST_WRONG_TRAPS * len(records)

    def _found_by_others(self, items: Sequence[Item]) -> list[dict[str, list[str]]]:
        lines = "".join(json.dumps({"id": item.id, "text": item.text}) + "\n" for item in items)
        command = [str(self._others), str(HERE / "others.py")]
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, timeout=600)
        *answers, last = map(json.loads, done.stdout.splitlines())
        self.versions = last["packages"]
        return [answer["countries"] for answer in answers]


def _lgl() -> list[Item]:
    return [
        Item(str(one["id"]), article_of("", [one["text"]], lgl.DAY), set(one["countries"]), set())
        for one in lgl.records()
    ]


def _passages(path: Path) -> list[Item]:
    return [
        Item(
            one["id"],
            article_of(one["title"], one["paragraphs"], one["time"]),
            set(one["countries"]),
            set(one["either_countries"]),
        )
        for one in read(path)
    ]


def write(tables: Sequence[Table], versions: dict[str, str], folder: Path, now: datetime) -> Path:
    """Write eval-DATE.md, or beside one of that day, and return its path."""
    path = free_path(folder / f"eval-{now:%Y-%m-%d}.md", now)
    facts = [
        "# Evaluation of the tagger",
        "",
        "Written by `make eval`; what the sets are: `evaluation/README.md`.",
        "",
        f"- date: {now:%Y-%m-%d %H:%M} UTC",
        f"- commit: {commit()}",
        f"- Python: {sys.version.split()[0]}",
        f"- compared with: {', '.join(f'{name} {number}' for name, number in versions.items())}",
    ]
    path.write_text("\n\n".join(("\n".join(facts), *(t.markdown() for t in tables))) + "\n", encoding="utf-8")
    return path


def main() -> int:
    """Score, print, write the report; 1 when too many traps went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=Path, required=True, help="Python that has the other packages")
    parser.add_argument("--held", action="store_true", help="score the half kept apart too")
    chosen = parser.parse_args()
    halves = {half: HERE / f"{half}.jsonl" for half in (("dev", "held") if chosen.held else ("dev",))}
    desk = {f"desk, {half}": HERE / f"desk_{half}.jsonl" for half in halves}
    evaluation = Evaluation(default_config_dir(), chosen.others)
    tables = [
        evaluation.countries(f"Countries of passages, {name}", _passages(path))
        for name, path in (halves | desk).items()
    ]
    if lgl.LGL.exists():
        tables.insert(0, evaluation.countries("Countries of LGL, 588 local news articles", _lgl()))
    else:
        print(f"{lgl.LGL} is not there: left out", file=sys.stderr)
    trapped, few_wrong = evaluation.traps(HERE / "traps.jsonl")
    tables += [evaluation.actors(halves | desk), evaluation.faults(halves | desk)]
    tables.append(evaluation.lines("Actors of single lines: faults", HERE / "lines.jsonl"))
    tables += [
        evaluation.lines(f"Actors of plain news, {half}: faults", HERE / f"news_{half}.jsonl")
        for half in halves
    ]
    tables += [evaluation.topics(halves), trapped]
    for table in tables:
        table.show()
    print(f"written to {write(tables, evaluation.versions, REPORTS, datetime.now(UTC))}")
    return 0 if few_wrong else 1


if __name__ == "__main__":
    sys.exit(main())
