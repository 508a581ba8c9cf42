"""The same steps over a few articles: the alerts these would raise."""

from collections.abc import Iterable
from pathlib import Path

from pipelines.backtest import backtest
from pipelines.config import snapshot
from wirewatch.alert import Alert
from wirewatch.article import Article


def scan(config_dir: Path, articles: Iterable[Article]) -> list[Alert]:
    """Return the alerts that `articles` would raise, in order of their time, with this config.

    Raises ConfigError for a config that makes no sense, WirewatchError for an article no step could take.
    """
    ordered = sorted(articles, key=lambda article: (article.time, article.id))
    return backtest(snapshot(config_dir), ordered).alerts
