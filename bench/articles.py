"""Generated articles: about 3.4 KB of English-looking text, names of the catalogue, a known share watched.

Words come in short runs from the seed articles, so that topic phrases and the lengths of words are those of
news. Every story has coined names of its own, so which articles belong together is never in doubt.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.seeds.parse import SeedDraft, to_article
from wirewatch.article import Article
from wirewatch.snapshot import ACTORS_FOLDER, load_snapshot
from wirewatch.tagging import load_catalogue

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
STEP = timedelta(seconds=10)  # 30,000 articles are three and a half days
PARAGRAPHS, SENTENCES = 6, 4  # of some 23 words: 3.4 KB
RECENT = 200  # stories that may be told again

_WORD = re.compile(r"[^\W\d_]+")
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


@dataclass(frozen=True)
class Mix:
    """What the articles are like."""

    watched: float
    """The share that names one of `subjects`."""
    subjects: tuple[str, ...] = ("NATO", "Iran")
    tellings: int = 1
    """How often a watched story is told on average: each time anew, with a third of its paragraphs kept."""
    seed: int = 7


@dataclass(frozen=True)
class _Story:
    names: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]


class Newsroom:
    """Writes articles; the same ones for the same config, seeds and mix."""

    def __init__(self, config_dir: Path, seeds: Path) -> None:
        self.words: list[str] = [
            word
            for path in sorted(seeds.glob("*.txt"))
            for word in _WORD.findall(path.read_text(encoding="utf-8"))
            if word.islower()
        ]
        self._actors = _unwatched(config_dir)

    def articles(self, count: int, mix: Mix, *, first: int = 0) -> Iterator[Article]:
        """Yield `count` articles in order of time; `first` is the number of the first one."""
        rng = random.Random(mix.seed)
        recent: dict[str, list[_Story]] = {name: [] for name in mix.subjects}
        for number in range(first, first + count):
            watched = rng.choice(mix.subjects) if rng.random() < mix.watched else None
            told = recent.get(watched or "", [])
            again = rng.choice(told) if told and rng.random() < 1 - 1 / mix.tellings else None
            story = again or self._story(rng, watched)
            if watched and not again:
                told.append(story)
                del told[:-RECENT]
            yield self._article(rng, number, story, again=again is not None)

    def _story(self, rng: random.Random, watched: str | None) -> _Story:
        names = tuple(coined(rng) for _ in range(4))
        subject = watched or rng.choice(self._actors)
        return _Story(names, subject, tuple(self._paragraph(rng, names, subject) for _ in range(PARAGRAPHS)))

    def _article(self, rng: random.Random, number: int, story: _Story, *, again: bool) -> Article:
        title = f"{story.subject} weighs {self._run(rng, 4)} after {story.names[0]} {story.names[1]} report"
        kept = PARAGRAPHS // 3 if again else PARAGRAPHS
        more = (self._paragraph(rng, story.names, story.subject) for _ in range(PARAGRAPHS - kept))
        paragraphs = (*story.paragraphs[:kept], *more)
        source = f"source{rng.randrange(50)}.example"
        time = START + number * STEP
        url = f"https://{source}/{number}"
        draft = SeedDraft(
            title=title, paragraphs=paragraphs, published=time, source=source, url=url, language="en"
        )
        return to_article(draft, fetched=time)

    def _paragraph(self, rng: random.Random, names: tuple[str, ...], subject: str) -> str:
        return " ".join(self._sentence(rng, names, subject) for _ in range(SENTENCES))

    def _sentence(self, rng: random.Random, names: tuple[str, ...], subject: str) -> str:
        who = rng.random()
        name = subject if who < 0.1 else rng.choice(self._actors) if who < 0.4 else rng.choice(names)
        return f"{self._run(rng, 11).capitalize()} {name} {self._run(rng, 11)}."

    def _run(self, rng: random.Random, length: int) -> str:
        start = rng.randrange(len(self.words) - length)
        middle = rng.randrange(len(self.words) - length)
        half = length // 2
        return " ".join((*self.words[start : start + half], *self.words[middle : middle + length - half]))


def coined(rng: random.Random) -> str:
    """Return a name that nobody has."""
    return "".join(rng.choices(_SYLLABLES, k=rng.randint(3, 4))).capitalize()


def _unwatched(config_dir: Path) -> list[str]:
    """Return the names of the catalogue that are found in a text and meet no watch."""
    snapshot = load_snapshot(config_dir)
    actors = load_catalogue(config_dir / ACTORS_FOLDER).actors.values()
    names = []
    for name in sorted(actor.name for actor in actors):
        article = Article(
            id=name,
            origin="replay",
            source="bench",
            title=f"They met {name} there",
            paragraphs=(),
            fetched=START,
            time=START,
            time_source="fetched",
            text_hash="",
        )
        tags = snapshot.tagger.tag(article)
        if tags.actors and not snapshot.watches.match(article, tags):
            names.append(name)
    return names
