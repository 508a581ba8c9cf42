"""Who is outside: receivers, and the Prometheus that should scrape us."""

import asyncio
import http.client
import json
import shlex
from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from connectors.notify.outcomes import DeliveryOutcome
from connectors.notify.receivers.config import ReceiverMaker
from connectors.notify.receivers.send_sample import send_sample
from connectors.notify.routes import ROUTES_FILE, load_routes
from wirewatch.errors import ConfigError
from wirewatch.service.doctor.check_result import CheckResult, ok, warning, wrong
from wirewatch.service.place import Place

_ADDRESS = f"correct its address in {ROUTES_FILE}"
_THEIRS = "see its log, or ask who runs it"
_FIXES = {
    DeliveryOutcome.REJECTED: f"it refuses what is in the request: {_THEIRS}",
    DeliveryOutcome.GONE: f"it wants no more alerts: take it out of {ROUTES_FILE}, or {_ADDRESS}",
    DeliveryOutcome.UNAUTHORIZED: f"put the secret or login that it accepts where {ROUTES_FILE} says",
    DeliveryOutcome.NOT_FOUND: _ADDRESS,
    DeliveryOutcome.THROTTLED: "wait, or ask who runs it for a higher limit",
    DeliveryOutcome.REDIRECTED: f"redirects are not followed: put the URL it leads to into {ROUTES_FILE}",
    DeliveryOutcome.CLIENT_ERROR: f"{_ADDRESS}, or {_THEIRS}",
    DeliveryOutcome.TIMEOUT: f"is it overloaded, or a firewall in between? {_THEIRS}",
    DeliveryOutcome.UNREACHABLE: f"start it, or {_ADDRESS}",
    DeliveryOutcome.TLS_FAILED: "have its certificate renewed, or add the authority that signed it to this "
    "machine's list (update-ca-certificates)",
    DeliveryOutcome.BROKEN_ANSWER: f"{_ADDRESS}, or {_THEIRS}",
    DeliveryOutcome.ADDRESS_REFUSED: f"if it belongs to your own network, set allow_private in {ROUTES_FILE}",
}
"""By how a test alert ended; of other outcomes it is the receiver's own matter."""
MAX_BODY = 16 << 20
TIMEOUT = 5.0


def receivers(place: Place, now: Callable[[], datetime]) -> Iterator[CheckResult]:
    """Does each receiver take a made-up alert, signed as a real one is?"""
    maker = ReceiverMaker(
        config_dir=place.config_dir,
        data_dir=place.data_dir,
        attempt_timeout=place.settings.notify.attempt_timeout,
    )
    try:
        made = [(config, maker.make(config)) for config in load_routes(place.config_dir).receivers]
    except ConfigError:
        return  # the config's check has said so
    for config, receiver in made:
        answer = asyncio.run(send_sample(receiver, now))
        if answer.outcome is DeliveryOutcome.DELIVERED:
            yield ok("receiver", f"{config.name} accepted a test alert")
        else:
            says = f"{config.name}: {answer.outcome.value}: {answer.detail}"
            again = f"`wirewatch receivers test{place.options} {shlex.quote(config.name)}`"
            yield wrong("receiver", says, f"{_FIXES.get(answer.outcome, _THEIRS)}; then {again}")


def prometheus(place: Place, url: str) -> Iterator[CheckResult]:
    """Does the Prometheus at `url` scrape every part?"""
    targets = _targets(url)
    if isinstance(targets, str):
        fix = (
            f"start one with the config that `wirewatch prometheus{place.options}` prints; "
            "or name yours: --prometheus URL"
        )
        yield warning("prometheus", f"{url}: {targets}", fix)
        return
    up = {target.rpartition(":")[2] for target, health in targets if health == "up"}
    ports = place.settings.ports
    missing = [part for part in place.settings.parts() if str(ports.health(part)) not in up]
    if not missing:
        yield ok("prometheus", f"{url} scrapes all {len(place.settings.parts())} parts")
    for part in missing:
        fix = (
            f"add its address and port {ports.health(part)} to `targets` in prometheus.yml, as "
            f"`wirewatch prometheus{place.options}` prints them"
        )
        yield warning("prometheus", f"{url} does not scrape {part}", fix)


def _targets(url: str) -> list[tuple[str, str]] | str:
    """Return (host:port, health) of each target that Prometheus scrapes, or why that cannot be known."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
        connection.request("GET", f"{parts.path.rstrip('/')}/api/v1/targets?state=active")
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            return f"answers {answer.status}"
        active = json.loads(answer.read(MAX_BODY))["data"]["activeTargets"]
        return [(str(target["labels"]["instance"]), str(target["health"])) for target in active]
    except OSError as error:
        return error.strerror or str(error)
    except (http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        return f"is not a Prometheus ({type(error).__name__})"
