"""Actors, topics and watches as one set: loaded all or nothing, and swapped as a whole."""

from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from wirewatch.article import Article
from wirewatch.ids import digest
from wirewatch.tagging import Builds, Catalogue, Rejected, Tagger, TopicRules, load_catalogue, load_topics
from wirewatch.tagging.catalogue.files import catalogue_files
from wirewatch.watches.compile import Judgement, WatchSet, load_watch_set
from wirewatch.watches.parse import WATCHES_FILE

ACTORS_FOLDER = "actors"
TOPICS_FILE = "topics.yaml"


@dataclass(frozen=True)
class Snapshot:
    """What it takes to tag an article and to match it. Immutable; may be shared between threads."""

    tagger: Tagger
    watches: WatchSet
    version: str
    """Hash of the compiled result: what `articles.tagged` and /metrics name as config version."""

    def judge(self, watch: str, article: Article) -> Judgement:
        """Return what becomes of each part of a watch, by id. Raises KeyError when there is none."""
        rejected: list[Rejected] = []
        tags = self.tagger.tag(article, rejected)
        return self.watches.explain(
            watch, article, tags, rejected, self.tagger.topics_not_told(article, tags)
        )


def snapshot_files(config_dir: Path) -> list[Path]:
    """Return the files that `load_snapshot` reads."""
    return [*catalogue_files(config_dir / ACTORS_FOLDER), config_dir / TOPICS_FILE, config_dir / WATCHES_FILE]


def load_snapshot(config_dir: Path) -> Snapshot:
    """Return the actors, topics and watches of `config_dir`, compiled against each other.

    Raises ConfigError naming the file, the place and the fix of the first thing wrong in any of them.
    """
    return compile_snapshot(config_dir, *load_actors_and_topics(config_dir))


def load_actors_and_topics(config_dir: Path) -> tuple[Catalogue, TopicRules]:
    """Return what watches may name. Raises ConfigError as `load_snapshot` does."""
    return load_catalogue(config_dir / ACTORS_FOLDER), load_topics(config_dir / TOPICS_FILE)


def kept_builds() -> Builds:
    """Return what this user's taggers are built of, as far as it is kept."""
    return Builds(user_cache_path("wirewatch") / "tagger")


def compile_snapshot(config_dir: Path, catalogue: Catalogue, topics: TopicRules) -> Snapshot:
    """Return the watches of `config_dir` with actors and topics of it. Raises as `load_snapshot` does."""
    return compile_watches(config_dir / WATCHES_FILE, catalogue, topics)


def compile_watches(file: Path, catalogue: Catalogue, topics: TopicRules) -> Snapshot:
    """Return the watches of `file` with these actors and topics. Raises as `load_snapshot` does."""
    watches = load_watch_set(file, catalogue, topics)
    tagger = Tagger(catalogue, topics, watches.phrases, kept_builds())
    return Snapshot(tagger, watches, digest("snapshot", tagger.version, watches.version))
