"""The demo's receiver and the receiver of routes.yaml that posts to it: two files that must name one port."""

from urllib.parse import urlsplit

from wirewatch.advice import Advice
from wirewatch.service.place import Place
from wirewatch.settings import Ports


def unheard(place: Place) -> Advice | None:
    """Return what is wrong when no receiver of routes.yaml posts to the demo's; None when one does.

    Asked only where `ports.receiver` was changed: the config that comes along fits the default. Raises
    ConfigError for what is wrong with routes.yaml.
    """
    port = place.settings.ports.receiver
    if not place.settings.demo.receiver or port == Ports().receiver:
        return None
    from connectors.notify.routes import ROUTES_FILE, load_routes  # noqa: PLC0415  # slow, and seldom asked

    webhooks = [each.webhook for each in load_routes(place.config_dir).receivers if each.webhook]
    if any(urlsplit(webhook.url).port == port for webhook in webhooks):
        return None
    return Advice(
        f"the demo's receiver listens on port {port} (ports.receiver), and no webhook of "
        f"{place.config_dir / ROUTES_FILE} leads there",
        f"give one the url http://127.0.0.1:{port}/",
    )
