"""The work on one article, as every contender does it: the domain's own functions, called in one place.

It is what the graph of `pipelines.monitor` does, without Beam and with the stories in a dict.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from wirewatch.part import utc_now
from wirewatch.records import ALERTS, ARTICLES, TAGGED
from wirewatch.snapshot import load_snapshot
from wirewatch.tagging.record import tagged_article
from wirewatch.trace import HEADER
from wirewatch.watches.state import WatchState

Headers = Sequence[tuple[str, bytes]]


class Written(NamedTuple):
    """A record to write."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Work:
    """Decode, tag, match, decide on stories, encode. Keeps the stories; one instance a contender."""

    def __init__(self, config_dir: Path, prefix: str) -> None:
        self._snapshot = load_snapshot(config_dir)
        self._states: dict[str, WatchState] = defaultdict(WatchState)
        self.tagged_topic = f"{prefix}articles.tagged"
        self.alerts_topic = f"{prefix}alerts"

    def handle(self, key: bytes, value: bytes, headers: Headers | None) -> Iterator[Written]:
        """Yield what an article's record leads to: the tagged article first, then its alerts."""
        passed_on = list(headers or ())
        article = ARTICLES.decode(value)
        tags = self._snapshot.tagger.tag(article)
        tagged = tagged_article(article, tags, self._snapshot.version)
        yield Written(self.tagged_topic, key, TAGGED.encode(tagged), passed_on)
        for match in self._snapshot.watches.match(article, tags, partial(_traceparent, passed_on)):
            alert = self._states[match.watch].apply(match, utc_now()).alert
            if alert is not None:
                yield Written(self.alerts_topic, alert.watch.encode(), ALERTS.encode(alert), passed_on)


def _traceparent(headers: Headers) -> str | None:
    return next((value.decode() for name, value in headers if name == HEADER), None)
