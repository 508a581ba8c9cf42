"""How much is measured, and with what."""

from dataclasses import dataclass
from pathlib import Path

from bench.articles import Newsroom


@dataclass(frozen=True)
class Sizes:
    """Numbers of articles, and seconds."""

    articles: int = 80_000
    """Twenty seconds of work. Of 20,000, a fifth may have been fetched before an engine began."""
    rounds: int = 3
    hot_warm: int = 5_000
    """Articles that each open a story of the hot watch; 5,000 is all that a watch keeps."""
    hot_articles: int = 5_000
    hot_rounds: int = 3
    tagged: int = 5_000
    retained: int = 100_000
    """Articles of a backtest, and a tenth of them."""
    latency_seconds: int = 60
    starts: int = 3
    idle_seconds: int = 60
    loaded_seconds: int = 60
    backlog: int = 100_000
    outbox_rows: int = 1_000_000
    flink_articles: int = 80_000
    """Half a minute of work: 20,000 are through in seven seconds, in which the JVM still compiles."""
    growth_seconds: int = 1_800
    """Of a Flink job, at rest and then under load."""


QUICK = Sizes(
    articles=3_000,
    rounds=1,
    hot_warm=500,
    hot_articles=1_000,
    hot_rounds=1,
    tagged=1_000,
    retained=10_000,
    latency_seconds=15,
    starts=1,
    idle_seconds=30,
    loaded_seconds=20,
    backlog=2_000,
    outbox_rows=10_000,
    flink_articles=3_000,
    growth_seconds=60,
)


@dataclass(frozen=True)
class Plan:
    """What every section is given."""

    sizes: Sizes
    folder: Path
    """Where it may keep things while it runs."""
    guest_python: Path
    """Python of the environment that holds Quix Streams and Bytewax."""
    newsroom: Newsroom
    reports: Path
    """Where pictures go, beside the report."""
