"""Everything about a config that can be known without starting anything."""

from connectors.kafka.connection import Connection
from connectors.notify.routes import load_routes, make_receivers
from connectors.notify.secrets import DEMO_SECRET, ensure_demo_secret
from wirewatch.service.place import Place
from wirewatch.snapshot import load_snapshot


def check_config(place: Place) -> dict[str, object]:
    """Return what the config holds, in figures. Raises ConfigError for the first thing that is wrong.

    The settings were checked when `place` was made. The demo's own secret is made if it is missing, as it
    would be at the first start.
    """
    Connection.of(place.settings, config_dir=place.config_dir, data_dir=place.data_dir)  # reads its secrets
    if place.settings.demo.receiver:
        ensure_demo_secret(place.data_dir / DEMO_SECRET)
    routes = load_routes(place.config_dir)
    receivers = make_receivers(
        routes,
        config_dir=place.config_dir,
        data_dir=place.data_dir,
        attempt_timeout=place.settings.notify.attempt_timeout,
    )
    snapshot = load_snapshot(place.config_dir)
    return {
        "version": snapshot.version,
        "watches": len(snapshot.watches.watches),
        "receivers": len(receivers),
        "parts": ", ".join(place.settings.parts()),
    }
