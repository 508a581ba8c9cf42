"""The same steps over a few articles: the alerts these would raise."""

from collections.abc import Iterable
from pathlib import Path

from pipelines.backtest.run import Failure, backtest
from pipelines.config import snapshot
from pipelines.elements import Joined
from wirewatch.alert import Alert
from wirewatch.article import Article


class Scan:
    """What a few articles tell: all of it is kept."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.failures: list[Failure] = []

    def read(self, article: Article) -> None:
        """Take no note."""

    def alert(self, alert: Alert) -> None:
        """Keep an alert."""
        self.alerts.append(alert)

    def joined(self, joined: Joined) -> None:
        """Take no note."""

    def failed(self, failure: Failure) -> None:
        """Keep what is known of an article that no alert can come of."""
        self.failures.append(failure)


def scan(config_dir: Path, articles: Iterable[Article]) -> Scan:
    """Return what `articles` would raise with this config, the alerts in order of their time.

    Raises ConfigError for a config that makes no sense.
    """
    found = Scan()
    backtest(snapshot(config_dir), sorted(articles, key=lambda article: (article.time, article.id)), found)
    found.alerts.sort(key=lambda alert: (alert.time, alert.watch, alert.step))
    return found
