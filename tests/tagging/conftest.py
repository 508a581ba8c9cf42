import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wirewatch.article import Article
from wirewatch.snapshot import kept_builds
from wirewatch.tagging import Catalogue, Tagger, TopicRules, load_catalogue, load_topics, loops

CONFIG = Path(__file__).parents[2] / "config"

MakeArticle = Callable[..., Article]

needs_compiled = pytest.mark.skipif(
    loops.FASTEST is loops.PYTHON,
    reason="not compiled: no C compiler, or its sources were edited since (make setup)",
)


@pytest.fixture
def config(tmp_path) -> Path:
    """A copy of the config folder that a test may change."""
    folder = tmp_path / "config"
    shutil.copytree(CONFIG, folder)
    return folder


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(CONFIG / "actors")


@pytest.fixture(scope="session")
def topics() -> TopicRules:
    return load_topics(CONFIG / "topics.yaml")


@pytest.fixture
def rules(request, tmp_path) -> TopicRules:
    """Those that a test's file writes as `RULES`."""
    file = tmp_path / "topics.yaml"
    file.write_text(request.module.RULES, encoding="utf-8")
    return load_topics(file)


@pytest.fixture(scope="session")
def tagger(catalogue, topics) -> Tagger:
    return Tagger(catalogue, topics, (), kept_builds())


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material beside the checkout; tests that need it are skipped, visibly, where it is absent."""
    for parent in Path(__file__).parents:
        if (parent / "shared" / "eval").is_dir():
            return parent / "shared"
    pytest.skip("no ../shared beside the checkout: development set and seeds are not there")


def make_article(
    title: str = "", *paragraphs: str, time: datetime = datetime(2020, 1, 9, tzinfo=UTC)
) -> Article:
    return Article(
        id="a",
        origin="replay",
        source="example.com",
        title=title,
        paragraphs=paragraphs,
        fetched=time,
        time=time,
        time_source="fetched",
        text_hash="",
    )


@pytest.fixture(scope="session")
def article() -> MakeArticle:
    return make_article
