"""Everything about a config that can be known without starting anything."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from connectors.feeds.config import Feed, load_feeds
from connectors.feeds.fetch.access import access_of, secret_reader
from connectors.kafka.connection import Connection
from connectors.notify.route_tests import failed_tests
from connectors.notify.routes import ROUTES_FILE, RoutesConfig, load_routes, make_receivers
from connectors.notify.signing.secrets import DEMO_SECRET, ensure_demo_secret
from wirewatch.advice import Advice
from wirewatch.errors import ConfigError
from wirewatch.service.demo import unheard
from wirewatch.service.place import Place
from wirewatch.service.renewal.record import RECORD, RecordError, outdated
from wirewatch.service.route_doubts import route_doubts
from wirewatch.service.sent import sent_by
from wirewatch.settings import SETTINGS_FILE
from wirewatch.snapshot import TOPICS_FILE, Snapshot, compile_snapshot, load_actors_and_topics
from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.tagging.shared_names import shared_names
from wirewatch.tagging.trained import TrainedModel
from wirewatch.watches.check import check_watches
from wirewatch.watches.parse import WATCHES_FILE
from wirewatch.watches.problems import Finding

T = TypeVar("T")


@dataclass(frozen=True)
class Checked:
    """What a config that every part would take holds."""

    figures: dict[str, object]
    warnings: list[Finding]
    failed: list[str]
    """Tests in routes.yaml that fail: name and fault. The service starts all the same."""


@dataclass(frozen=True)
class _Files:
    """The files of a config folder beside its settings."""

    routes: RoutesConfig
    feeds: tuple[Feed, ...]
    catalogue: Catalogue
    topics: TopicRules
    snapshot: Snapshot


def check_config(place: Place) -> Checked:
    """Return what the config holds.

    Raises ConfigError for what is wrong first in each file; then for the first thing wrong in what they name.
    Raises DependencyMissingError when all is right but for a trained model that is not there. The settings
    were checked when `place` was made. The demo's own secret is made if it is missing, as it would be at the
    first start.
    """
    files = _read(place.config_dir, feeds_needed=place.settings.feeds.enabled)
    Connection.of(place)  # reads its secrets
    if place.settings.demo.receiver:
        ensure_demo_secret(place.data_dir / DEMO_SECRET)
    receivers = make_receivers(
        files.routes,
        config_dir=place.config_dir,
        data_dir=place.data_dir,
        attempt_timeout=place.settings.notify.attempt_timeout,
    )
    feeds = [feed for feed in files.feeds if feed.enabled]
    secret = secret_reader(place.config_dir, place.data_dir)
    for feed in feeds:
        access_of(feed, secret)
    catalogue, topics, watches = files.catalogue, files.topics, files.snapshot.watches.watches
    sent = sent_by(feeds) if place.settings.feeds.enabled else None
    warnings = check_watches(place.config_dir / WATCHES_FILE, catalogue, topics, sent)
    warnings += route_doubts(place.config_dir / ROUTES_FILE, watches, files.routes, catalogue, topics)
    warnings += (_of_file(place.config_dir / TOPICS_FILE, doubt) for doubt in shared_names(topics, catalogue))
    if (doubt := unheard(place)) is not None:
        warnings.append(_of_file(place.config_dir / SETTINGS_FILE, doubt))
    warnings += _renewal(place)
    figures: dict[str, object] = {
        "version": files.snapshot.version,
        "watches": len(watches),
        "receivers": len(receivers),
        "feeds": len(feeds),
        "parts": ", ".join(place.settings.parts()),
    }
    if (model := place.settings.tagging.spacy_model) is not None:
        figures["spacy_model"] = TrainedModel(model).name
    return Checked(figures, warnings, failed_tests(files.routes.policy(), files.routes.tests))


def with_other_files(error: ConfigError, config_dir: Path) -> ConfigError:
    """Return `error`, of the settings, with what is wrong in the other files of `config_dir`."""
    try:
        _read(config_dir, feeds_needed=False)
    except ConfigError as others:
        return _together([error, others])
    return error


def _read(config_dir: Path, *, feeds_needed: bool) -> _Files:
    """Return what the files of `config_dir` hold. Raises ConfigError for what is wrong first in each."""
    wrong: list[ConfigError] = []
    routes = _tried(lambda: load_routes(config_dir), wrong)
    feeds = _tried(lambda: load_feeds(config_dir, missing_ok=not feeds_needed), wrong)
    named = _tried(lambda: load_actors_and_topics(config_dir), wrong)
    snapshot = None if named is None else _tried(lambda: compile_snapshot(config_dir, *named), wrong)
    if routes is None or feeds is None or named is None or snapshot is None:
        raise _together(wrong)
    return _Files(routes, feeds, *named, snapshot)


def _tried(read: Callable[[], T], wrong: list[ConfigError]) -> T | None:
    try:
        return read()
    except ConfigError as error:
        wrong.append(error)
        return None


def _together(errors: Sequence[ConfigError]) -> ConfigError:
    """Return `errors` as one: the first, and below it the others, each with its excerpt."""
    first, *others = errors
    below = [first.excerpt, *(line for error in others for line in (str(error), error.excerpt))]
    return ConfigError(str(first), "\n".join(filter(None, below)))


def _of_file(path: Path, doubt: Advice) -> Finding:
    return Finding(path, line=0, column=0, watch="", what=doubt.what, fix=doubt.fix)


def _renewal(place: Place) -> Iterator[Finding]:
    """Yield what there is to renew, or why that cannot be known: the service runs all the same."""
    try:
        names = outdated(place.config_dir)
    except RecordError as error:
        yield _of_file(place.config_dir / RECORD, error.advice)
        return
    renew = f"`wirewatch config renew{place.options}`"
    fix = f"{renew} updates it and keeps what is yours; with --check it only shows what would change"
    advice = Advice("comes from another version of wirewatch", fix)
    yield from (_of_file(place.config_dir / name, advice) for name in names)
