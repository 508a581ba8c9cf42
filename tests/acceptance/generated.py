"""Generated articles with a known answer: well-separated stories, each retold, some of them watched.

Stories share no words but the watched name, so which articles belong together is never in doubt.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.seeds.parse import SeedDraft, to_article
from wirewatch.article import Article

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
SUBJECTS = {"nato": "NATO", "iran": "Iran", "none": "The council"}


@dataclass(frozen=True)
class Load:
    """Articles in order of time, and which stories each watch must alert on (story → its articles' ids)."""

    articles: list[Article]
    expected: dict[str, dict[int, set[str]]]

    @property
    def alerts(self) -> int:
        """How many alerts must arrive: one a watch and story."""
        return sum(len(stories) for stories in self.expected.values())


def generate(stories: int, *, seed: int = 7, copies: int = 3) -> Load:
    """Return `stories` stories of up to `copies` articles each, a few of every kind."""
    rng = random.Random(seed)
    articles: list[Article] = []
    expected: dict[str, dict[int, set[str]]] = {"nato": {}, "iran": {}}
    for story in range(stories):
        watch = rng.choice(["nato", "iran", "none", "none"])
        made = list(_story(rng, story, SUBJECTS[watch], rng.randint(1, copies)))
        articles += made
        if watch != "none":
            expected[watch][story] = {article.id for article in made}
    articles.sort(key=lambda article: (article.time, article.id))
    return Load(articles, expected)


def _story(rng: random.Random, number: int, subject: str, copies: int) -> Iterator[Article]:
    names = [word(rng).capitalize() for _ in range(4)]
    title = f"{subject} weighs {words(rng, 3)} after {names[0]} {names[1]} {words(rng, 2)}"
    paragraphs = [sentence(rng, names) for _ in range(4)]
    published = START + timedelta(minutes=number * 7)
    for copy in range(copies):
        text = [*paragraphs, sentence(rng, names)] if copy else paragraphs
        yield article(
            title=title,
            paragraphs=text,
            source=f"source{copy}.example",
            url=f"https://source{copy}.example/{number}",
            time=published + timedelta(minutes=copy),
        )


def article(*, title: str, paragraphs: list[str], source: str, url: str, time: datetime) -> Article:
    """Return an article as replay makes it."""
    draft = SeedDraft(
        title=title,
        paragraphs=tuple(paragraphs),
        published=time,
        source=source,
        url=url,
        language="en",
    )
    return to_article(draft, fetched=time)


def word(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=4))


def words(rng: random.Random, count: int) -> str:
    return " ".join(word(rng) for _ in range(count))


def sentence(rng: random.Random, names: list[str]) -> str:
    return f"{words(rng, 8).capitalize()} {rng.choice(names)} {words(rng, 8)}."
