"""The throw-away store of a backtest: what it told, on disk rather than in memory, gone when it is closed."""

import sqlite3
from collections.abc import Collection, Iterator
from datetime import UTC, date, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from wirewatch.alert import Alert
from wirewatch.article import Article
from wirewatch.errors import WirewatchError
from wirewatch.records import ALERTS
from wirewatch.service.backtest.counts import Judged, StoryCount, WatchCount
from wirewatch.watches.stories.entries import to_micros

if TYPE_CHECKING:
    from pipelines.backtest.run import Failure
    from pipelines.elements import Joined

MAX_FAILURES: Final = 20
"""Articles that no step could take which are named; more are counted."""
# A database without a name is SQLite's own temporary file, deleted when closed (https://sqlite.org/inmemorydb.html).
_TEMPORARY: Final = ""
_DAY: Final = 86_400_000_000  # µs
_EPOCH: Final = date(1970, 1, 1)
_PRAGMAS: Final = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"  # KiB


class Verdict(NamedTuple):
    """Whether a watch was right to tell of an article."""

    watch: str
    article: str
    is_true: bool


class ToldStore:
    """What the versions of a comparison told. Methods raise WirewatchError when there is no room on disk."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(_TEMPORARY, isolation_level=None)
        self._db.executescript(_PRAGMAS)
        self._db.executescript(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))
        self._versions = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def version(self, watches: Collection[str], verdicts: Collection[Verdict] = ()) -> "Told":
        """Return the place for what one version of these watches tells.

        Of two verdicts on an article of a watch the first counts.
        """
        self._versions += 1
        return Told(self._db, self._versions, watches, verdicts)


class Told:
    """What one version of the watches told: the audience of a backtest, and then its record."""

    def __init__(
        self,
        db: sqlite3.Connection,
        version: int,
        watches: Collection[str],
        verdicts: Collection[Verdict] = (),
    ) -> None:
        self._db = db
        self._version = version
        self._watches = dict.fromkeys(watches)
        """Only what these tell is kept; in the order given."""
        self.articles = 0
        """How many were read."""
        self._days: set[date] = set()
        self.failed_articles = 0
        self.failures: list[Failure] = []
        """The first of them."""
        mine = [verdict for verdict in verdicts if verdict.watch in self._watches]
        self._marked = {verdict.article for verdict in mine}
        for verdict in mine:
            self._write(
                "INSERT OR IGNORE INTO verdicts (version, watch, article, is_true) VALUES (?, ?, ?, ?)",
                version,
                *verdict,
            )

    def read(self, article: Article) -> None:
        """Count an article."""
        self.articles += 1
        self._days.add(article.time.astimezone(UTC).date())
        if article.id in self._marked:
            self._write(
                "UPDATE verdicts SET read = 1 WHERE version = ? AND article = ?", self._version, article.id
            )

    def alert(self, alert: Alert) -> None:
        """Keep an alert."""
        if alert.watch not in self._watches:
            return
        row = (alert.watch, alert.status, alert.step, alert.article, to_micros(alert.time))
        self._write(
            "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?)", self._version, *row, ALERTS.encode(alert)
        )

    def joined(self, joined: "Joined") -> None:
        """Count an article of a story."""
        watch, story, article = joined
        if watch not in self._watches:
            return
        key = (self._version, watch, story)
        self._write(
            "INSERT INTO stories VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET articles = articles + 1",
            *key,
            article.title,
        )
        self._write("INSERT OR IGNORE INTO story_sources VALUES (?, ?, ?, ?)", *key, article.source)
        if article.id in self._marked:
            self._write(
                "UPDATE verdicts SET met = 1 WHERE version = ? AND watch = ? AND article = ?",
                self._version,
                watch,
                article.id,
            )

    @property
    def days(self) -> int:
        """On how many days (UTC) there were articles: one of long ago makes no watch seem quiet."""
        return len(self._days)

    def failed(self, failure: "Failure") -> None:
        """Count an article that no step could take; name the first few."""
        self.failed_articles += 1
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(failure)

    def __len__(self) -> int:
        """Return how many alerts there are."""
        return self._one("SELECT count(*) FROM alerts WHERE version = ?")

    def alerts(self) -> Iterator[Alert]:
        """Yield the alerts in order of time."""
        rows = self._db.execute(
            "SELECT value FROM alerts WHERE version = ? ORDER BY time, watch, step", (self._version,)
        )
        for (value,) in rows:
            yield ALERTS.decode(value)

    def by_day(self) -> dict[date, int]:
        """Return how many alerts there are of a day (UTC), for each that has any."""
        # SQLite divides towards 0: days before 1970 are rounded down by hand.
        rows = self._db.execute(
            "SELECT (time - (time % ?2 + ?2) % ?2) / ?2, count(*) FROM alerts WHERE version = ?1 GROUP BY 1",
            (self._version, _DAY),
        )
        return {_EPOCH + timedelta(days=day): count for day, count in rows}

    def by_watch(self) -> dict[str, WatchCount]:
        """Return the counts of each watch, also of those that told nothing."""
        found = {watch: WatchCount(watch) for watch in self._watches}
        stories = self._db.execute(
            "SELECT watch, count(*), sum(articles) FROM stories WHERE version = ? GROUP BY watch",
            (self._version,),
        )
        for watch, count, met in stories:
            found[watch] = found[watch]._replace(stories=count, met=met)
        alerts = self._db.execute(
            "SELECT watch, status, count(*) FROM alerts WHERE version = ? GROUP BY watch, status",
            (self._version,),
        )
        for watch, status, count in alerts:
            found[watch] = found[watch]._replace(**{status: count})
        return found

    def noisiest(self, most: int) -> list[StoryCount]:
        """Return the stories with the most articles, at most `most`; none with a single one."""
        rows = self._db.execute(
            "SELECT watch, story, title, articles, (SELECT count(*) FROM story_sources AS of WHERE "
            "of.version = stories.version AND of.watch = stories.watch AND of.story = stories.story) "
            "FROM stories WHERE version = ? AND articles > 1 ORDER BY articles DESC, watch, story LIMIT ?",
            (self._version, most),
        )
        return [StoryCount(*row) for row in rows]

    def judged(self) -> list[Judged]:
        """Return how right each watch was of which a marked article was read."""
        rows = self._db.execute(
            "SELECT watch, sum(told AND is_true), sum(told AND NOT is_true), sum(is_true AND NOT met) FROM "
            "(SELECT *, EXISTS (SELECT 1 FROM alerts WHERE alerts.version = verdicts.version "
            "AND alerts.watch = verdicts.watch AND alerts.article = verdicts.article) AS told "
            "FROM verdicts WHERE version = ? AND read) GROUP BY watch ORDER BY watch",
            (self._version,),
        )
        return [Judged(*row) for row in rows]

    def openings_kept(self, other: "Told") -> int:
        """Return how many opening alerts of this version `other` has too, by watch and article."""
        return self._one(f"SELECT count(*) {_OPENINGS} AND {_IN_OTHER}", other)

    def openings_lacking(self, other: "Told") -> Iterator[Alert]:
        """Yield, in order of time, the opening alerts of this version that `other` has not."""
        query = f"SELECT value {_OPENINGS} AND NOT {_IN_OTHER} ORDER BY time, watch"
        for (value,) in self._db.execute(query, (self._version, other._version)):
            yield ALERTS.decode(value)

    def _write(self, statement: str, *values: str | int | bytes | None) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise WirewatchError(
                f"the backtest's temporary file cannot be written ({error}); "
                "TMPDIR names another folder for it"
            ) from error

    def _one(self, query: str, other: "Told | None" = None) -> int:
        versions = (self._version,) if other is None else (self._version, other._version)
        (count,) = self._db.execute(query, versions).fetchone()
        return int(count)


_OPENINGS: Final = "FROM alerts AS mine WHERE version = ? AND status = 'opened'"
_IN_OTHER: Final = (
    "EXISTS (SELECT 1 FROM alerts AS theirs WHERE theirs.version = ? AND theirs.status = 'opened' "
    "AND theirs.watch = mine.watch AND theirs.article = mine.article)"
)
