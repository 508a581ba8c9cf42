"""Everything about a config that can be known without starting anything."""

from pathlib import Path

from connectors.feeds.config import load_feeds
from connectors.feeds.fetch.access import access_of, secret_reader
from connectors.kafka.connection import Connection
from connectors.notify.routes import ROUTES_FILE, load_routes, make_receivers
from connectors.notify.signing.secrets import DEMO_SECRET, ensure_demo_secret
from wirewatch.advice import Advice
from wirewatch.service.demo import unheard
from wirewatch.service.place import Place
from wirewatch.service.route_doubts import route_doubts
from wirewatch.settings import SETTINGS_FILE
from wirewatch.snapshot import compile_snapshot, load_actors_and_topics
from wirewatch.tagging.trained import TrainedModel
from wirewatch.watches.check import check_watches
from wirewatch.watches.parse import WATCHES_FILE
from wirewatch.watches.problems import Finding


def check_config(place: Place) -> tuple[dict[str, object], list[Finding]]:
    """Return what the config holds, in figures, and warnings. Raises ConfigError for what is wrong first.

    Raises DependencyMissingError when all is right but for a trained model that is not there. The settings
    were checked when `place` was made. The demo's own secret is made if it is missing, as it would be at the
    first start.
    """
    Connection.of(place)  # reads its secrets
    if place.settings.demo.receiver:
        ensure_demo_secret(place.data_dir / DEMO_SECRET)
    routes = load_routes(place.config_dir)
    receivers = make_receivers(
        routes,
        config_dir=place.config_dir,
        data_dir=place.data_dir,
        attempt_timeout=place.settings.notify.attempt_timeout,
    )
    listed = load_feeds(place.config_dir, missing_ok=not place.settings.feeds.enabled)
    feeds = [feed for feed in listed if feed.enabled]
    secret = secret_reader(place.config_dir, place.data_dir)
    for feed in feeds:
        access_of(feed, secret)
    catalogue, topics = load_actors_and_topics(place.config_dir)
    snapshot = compile_snapshot(place.config_dir, catalogue, topics)
    warnings = check_watches(place.config_dir / WATCHES_FILE, catalogue, topics)
    doubts = route_doubts(snapshot.watches.watches, routes, catalogue, topics)
    warnings += (_of_file(place.config_dir / ROUTES_FILE, doubt) for doubt in doubts)
    if (doubt := unheard(place)) is not None:
        warnings.append(_of_file(place.config_dir / SETTINGS_FILE, doubt))
    figures: dict[str, object] = {
        "version": snapshot.version,
        "watches": len(snapshot.watches.watches),
        "receivers": len(receivers),
        "feeds": len(feeds),
        "parts": ", ".join(place.settings.parts()),
    }
    if (model := place.settings.tagging.spacy_model) is not None:
        figures["spacy_model"] = TrainedModel(model).name
    return figures, warnings


def _of_file(path: Path, doubt: Advice) -> Finding:
    return Finding(path, line=0, column=0, watch="", what=doubt.what, fix=doubt.fix)
