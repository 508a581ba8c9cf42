"""Who is outside: receivers, and the Prometheus that should scrape us."""

import asyncio
import http.client
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from connectors.notify.outcomes import DeliveryOutcome
from connectors.notify.receivers.config import ReceiverMaker
from connectors.notify.receivers.send_sample import send_sample
from connectors.notify.routes import load_routes
from wirewatch.service.doctor.check_result import CheckResult, ok, warning, wrong
from wirewatch.service.place import Place

MAX_BODY = 16 << 20
TIMEOUT = 5.0


def receivers(place: Place, now: Callable[[], datetime]) -> Iterator[CheckResult]:
    """Does each receiver take a made-up alert, signed as a real one is?"""
    maker = ReceiverMaker(
        config_dir=place.config_dir,
        data_dir=place.data_dir,
        attempt_timeout=place.settings.notify.attempt_timeout,
    )
    for config in load_routes(place.config_dir).receivers:
        answer = asyncio.run(send_sample(maker.make(config), now))
        if answer.outcome is DeliveryOutcome.DELIVERED:
            yield ok("receiver", f"{config.name} accepted a test alert")
        else:
            says = f"{config.name}: {answer.outcome.value}: {answer.detail}"
            yield wrong(
                "receiver", says, f"fix it, then run `wirewatch receivers test{place.options} {config.name}`"
            )


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
