"""Scores a tagger on the passages and traps of this folder."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wirewatch.article import ActorTag, Article
from wirewatch.tagging import Catalogue
from wirewatch.tagging.text.fold import fold, unaccented

Record = dict[str, Any]
LINES_DAY = "2026-11-26"
COLUMNS = ("", "precision", "recall", "F1", "right", "wrong", "missed")
Tag = Callable[[Article], Iterable[ActorTag]]


@dataclass
class Score:
    """Counts summed over articles (micro-averaged), and which they were."""

    hit: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, where: str, wanted: set[str], got: set[str], either: set[str]) -> None:
        """Count one article; what is in `either` is neither right nor wrong."""
        self.hit += len(wanted & got)
        self.wrong += [f"{where} {one}" for one in sorted(got - wanted - either)]
        self.missed += [f"{where} {one}" for one in sorted(wanted - got - either)]

    @property
    def precision(self) -> float:
        """The share of what was given that is right."""
        given = self.hit + len(self.wrong)
        return self.hit / given if given else 0.0

    @property
    def recall(self) -> float:
        """The share of what is right that was given."""
        wanted = self.hit + len(self.missed)
        return self.hit / wanted if wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def faulty(self) -> tuple[int, int, int]:
        """Return in how many articles there is a fault: any; something wrong; something missed."""
        wrong, missed = ({entry.split()[0] for entry in listed} for listed in (self.wrong, self.missed))
        return len(wrong | missed), len(wrong), len(missed)

    def row(self, name: str) -> tuple[str, ...]:
        """Return the cells of a table's row, by COLUMNS."""
        precision = f"{self.precision:.3f}" if self.hit or self.wrong else "-"  # nothing given, nothing wrong
        rates = (f"{rate:.3f}" for rate in (self.recall, self.f1))
        return (name, precision, *rates, str(self.hit), str(len(self.wrong)), str(len(self.missed)))


def read(path: Path) -> Iterator[Record]:
    """Yield the records of a set."""
    for line in path.read_bytes().splitlines():
        if line.strip():
            yield json.loads(line)


def article_of(title: str, paragraphs: Iterable[str], day: str) -> Article:
    """Return a passage as an article of `day` (ISO date)."""
    time = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Article(
        id="evaluation",
        origin="replay",
        source="evaluation",
        title=title,
        paragraphs=tuple(paragraphs),
        fetched=time,
        time=time,
        time_source="published",
        text_hash="",
    )


class Names:
    """Which gold names (Wikipedia titles) mean which actor: any alias will do, accents and case aside.

    But for another's own name: `Georgia` is the state, though a part of the United States is called so too.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._bearers: dict[str, set[str]] = {}
        self._iso2 = {actor.id: actor.iso2 for actor in catalogue.actors.values()}
        for actor in catalogue.actors.values():
            self._bearers.setdefault(_key(actor.name), set()).add(actor.id)
        own = frozenset(self._bearers)
        for actor in catalogue.actors.values():
            for alias in actor.spelled():
                if alias.kind != "surname" and (key := _key(alias.text)) not in own:
                    self._bearers.setdefault(key, set()).add(actor.id)

    def match(self, gold: Iterable[str], tags: Iterable[ActorTag]) -> set[str]:
        """Return the tags as gold names where one fits, else under their own."""
        by_id: dict[str, str] = {}
        for name in gold:
            for bearer in self._bearers.get(_key(name), ()):
                by_id.setdefault(bearer, name)
        return {by_id.get(tag.id, tag.name) for tag in tags}

    def isos(self, tags: Iterable[ActorTag]) -> set[str | None]:
        """Return the ISO 3166-1 codes of the countries among `tags`."""
        return {self._iso2[tag.id] for tag in tags}


def _key(name: str) -> str:
    return fold(unaccented(name)).removeprefix("the ")


def countries(tags: Iterable[ActorTag]) -> set[str]:
    """Return the countries named directly."""
    return {tag.iso2 for tag in tags if tag.iso2}


def passages(records: Iterable[Record], tag: Tag, names: Names) -> dict[str, Score]:
    """Return the scores for countries and for actors (places and what is only rolled up aside)."""
    scores = {"countries": Score(), "actors": Score()}
    for record in records:
        tags = list(tag(article_of(record["title"], record["paragraphs"], record["time"])))
        scores["countries"].add(
            record["id"], set(record["countries"]), countries(tags), set(record["either_countries"])
        )
        direct = [one for one in tags if not one.via and one.type != "place"]
        gold, either = set(record["actors"]), set(record["either_actors"])
        tempting = {entry["name"] for entry in record["not_actors"]}
        got = names.match((*gold, *either, *tempting), direct)
        scores["actors"].add(record["id"], gold, got, either)
    return scores


def tempted(records: Iterable[Record], tag: Tag, names: Names) -> tuple[int, int]:
    """Return how many tempting readings were taken for actors, rolled up to or not, and of how many."""
    taken = of = 0
    for record in records:
        tempting = {entry["name"] for entry in record["not_actors"]}
        got = names.match(tempting, tag(article_of(record["title"], record["paragraphs"], record["time"])))
        taken, of = taken + len(tempting & got), of + len(tempting)
    return taken, of


def lines(records: Iterable[Record], tag: Tag, names: Names) -> dict[str, Score]:
    """Return the scores of single lines by pattern; of places those asked for, of `not` roll-up too."""
    scores: dict[str, Score] = {}
    for record in records:
        gold, either, never = (set(record[field]) for field in ("actors", "either", "not"))
        asked = (*record["actors"], *record["either"], *record["not"])
        paragraphs = [record["text"]] if record["text"] else []
        tags = list(tag(article_of(record["title"], paragraphs, record.get("time", LINES_DAY))))
        direct = [one for one in tags if not one.via]
        got = names.match(asked, (one for one in direct if one.type != "place"))
        got |= names.match(asked, direct) & (gold | either) | names.match(never, tags) & never
        scores.setdefault(record["pattern"], Score()).add(record["id"], gold, got, either)
    return scores


def traps(records: Iterable[Record], tag: Tag, names: Names) -> Mapping[str, bool]:
    """Return by id whether the question was answered rightly."""
    answers: dict[str, bool] = {}
    for record in records:
        tags = [
            one
            for one in tag(article_of("", [record["text"]], record.get("time", "2020-01-09")))
            if not one.via
        ]
        asked = record["asks"]
        got = asked in names.match([asked], tags) or asked in names.isos(tags)
        answers[record["id"]] = got == record["expected"]
    return answers
