"""An endless stream of articles with a known answer, and the thread that writes it to Kafka at a steady rate.

Dates run faster than the clock: a minute of running is days of news, so stories age and are dropped, and what
the pipeline keeps reaches its full size within minutes. Stories share no words but the watched name.
"""

import heapq
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from connectors.kafka.clients import open_writer
from connectors.kafka.protocols import DeliveryFailedError
from tests.acceptance.generated import START, SUBJECTS, article, sentence, word, words
from tests.acceptance.harness import Service
from wirewatch.article import Article
from wirewatch.records import ARTICLES

UPDATE_AT = 3  # the default watches tell a story once more at its third source
_SPREAD = 400  # articles between a story's first and its last at most


@dataclass
class Story:
    """A watched story as far as it was handed out: article id → when it was written, seconds since 1970."""

    watch: str
    sent: dict[str, float] = field(default_factory=dict)


class Stream:
    """Articles in order of time; `stories` are the watched ones. About `share` of the articles match."""

    def __init__(self, *, seed: int, share: float, step: timedelta, sentences: int = 4) -> None:
        self._rng = random.Random(seed)
        self._share = share
        self._step = step
        self._sentences = sentences
        self._later: list[tuple[int, str, Story]] = []  # a heap: (position, watched article's URL, story)
        self._texts: dict[str, tuple[str, list[str]]] = {}
        self.stories: list[Story] = []
        self.articles = 0
        self.matching = 0

    def expected(self) -> int:
        """Return how many alerts the articles handed out so far must raise."""
        return sum(1 + (len(story.sent) >= UPDATE_AT) for story in list(self.stories))

    def __iter__(self) -> Iterator[tuple[Article, Story | None]]:
        while True:
            position, self.articles = self.articles, self.articles + 1
            if self._later and self._later[0][0] <= position:
                _, url, story = heapq.heappop(self._later)
                title, paragraphs = self._texts.pop(url)
                self.matching += 1
                yield self._article(position, url, title, paragraphs), story
                continue
            # A watched story has two articles on average.
            watched = self._rng.random() < self._share / (2 - self._share)
            watch = self._rng.choice(["nato", "iran"]) if watched else "none"
            title, paragraphs = self._text(SUBJECTS[watch])
            if not watched:
                yield self._article(position, f"https://source0.example/{position}", title, paragraphs), None
                continue
            story = Story(watch)
            self.stories.append(story)
            self.matching += 1
            self._plan_copies(position, title, paragraphs, story)
            yield self._article(position, f"https://source0.example/{position}", title, paragraphs), story

    def _plan_copies(self, position: int, title: str, paragraphs: list[str], story: Story) -> None:
        for copy in range(1, self._rng.randint(1, 3)):
            url = f"https://source{copy}.example/{position}"
            self._texts[url] = title, [*paragraphs, sentence(self._rng, ["again"])]
            heapq.heappush(self._later, (position + self._rng.randint(1, _SPREAD), url, story))

    def _text(self, subject: str) -> tuple[str, list[str]]:
        rng = self._rng
        names = [word(rng).capitalize() for _ in range(4)]
        title = f"{subject} weighs {words(rng, 3)} after {names[0]} {names[1]} {words(rng, 2)}"
        return title, [sentence(rng, names) for _ in range(self._sentences)]

    def _article(self, position: int, url: str, title: str, paragraphs: list[str]) -> Article:
        source = url.split("/")[2]
        return article(
            title=title, paragraphs=paragraphs, source=source, url=url, time=START + position * self._step
        )


class Producer(threading.Thread):
    """Writes a stream at `rate` a second until `stop`; what the broker did not take goes again."""

    def __init__(self, service: Service, stream: Stream, *, rate: float) -> None:
        super().__init__(name="producer", daemon=True)
        self._service = service
        self._stream = stream
        self._rate = rate
        self._halt = threading.Event()
        self.resent = 0

    def run(self) -> None:
        articles = iter(self._stream)
        settings = self._service.settings
        self._topic = settings.kafka.topic("articles")
        self._writer = open_writer(self._service, client="confluent")
        began, written = time.monotonic(), 0
        try:
            while not self._halt.is_set():
                due = int((time.monotonic() - began) * self._rate) - written
                if due > 0:
                    self._write([next(articles) for _ in range(due)])
                    written += due
                self._halt.wait(max(0.0, began + (written + 1) / self._rate - time.monotonic()))
        finally:
            self._writer.close()

    def stop(self, timeout: float = 60) -> None:
        """End the stream; return once all of it is in Kafka."""
        self._halt.set()
        self.join(timeout)
        assert not self.is_alive(), f"the producer did not end within {timeout} s"

    def _write(self, batch: list[tuple[Article, Story | None]]) -> None:
        for made, story in batch:
            if story is not None:
                story.sent[made.id] = time.time()
        while True:
            try:
                for made, _ in batch:
                    self._writer.send(self._topic, key=made.id.encode(), value=ARTICLES.encode(made))
                self._writer.flush(20)
            except DeliveryFailedError:
                self.resent += len(batch)
                time.sleep(0.5)
            else:
                return
