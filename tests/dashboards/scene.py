"""A real run of the service with some faults in it, scraped by a real Prometheus.

Seeds are replayed and two feeds go on publishing; beside them: a record that is no article, a page that is no
feed, a receiver that fails, one that refuses what it gets, a silence, a watch whose sources say nothing.
"""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from email.utils import formatdate
from pathlib import Path
from typing import Any

import yaml

from connectors.kafka.clients import open_writer
from connectors.notify.silences.store import Silences
from connectors.notify.store import DATABASE, History, Shared, Verdicts, open_database
from tests.acceptance.generated import sentence, word, words
from tests.acceptance.harness import Receiver, Service, wait_until
from tests.feeds.server import FeedServer, item, rss
from tests.prometheus import Prometheus, prometheus
from wirewatch.alert import Alert
from wirewatch.part import utc_now

PARTS = ("pipeline", "notify", "replay", "feeds")
SUBJECTS = (
    "NATO",
    "Iran",
    "Russia and Ukraine",
    "NATO and Iran",
    "France",
    "China",
    "Turkey",
    "Israel",
    "India",
    "Iran and the United States",
)
THEMES = (
    "Troops fired missiles at an air base.",
    "The central bank raises interest rates as inflation persists.",
    "An earthquake killed hundreds of people.",
    "The election was won by the opposition.",
    "Oil prices fell after the refinery reopened.",
    "The striker scored in the football final.",
)
JUDGED = 4
"""Alerts that somebody says are right or wrong."""
HARBOUR = {
    "id": "harbour",
    "name": "The harbour",
    "when": "harbour*",
    "only": {"sources": ["harbour.example", "quay.example"]},
}


class Refusing(Receiver):
    """A receiver that answers with the same status whatever comes."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    def take(self, headers: dict[str, str], body: bytes) -> int:
        return self.status


class Newsroom:
    """The page of a feed to which an item is added every `every` seconds, of one site of several."""

    def __init__(self, site: str, every: float, first: int) -> None:
        self.site, self.every, self.first = site, every, first
        self.started = time.time()

    async def __call__(self, request: Any) -> Any:
        from aiohttp import web  # noqa: PLC0415  # as the feed server does it

        count = int((time.time() - self.started) / self.every) + 1
        etag = f'"{self.site}-{count}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        body = rss(*(self.entry(n) for n in range(max(0, count - 30), count)))
        return web.Response(body=body, headers={"ETag": etag, "Content-Type": "application/rss+xml"})

    def entry(self, n: int) -> str:
        moment = formatdate(self.started + n * self.every, usegmt=True)
        chance = random.Random(f"{self.site}{n}")  # the same entry each time
        names = [word(chance).capitalize() for _ in range(3)]
        subject = SUBJECTS[(n * 3 + self.first) % len(SUBJECTS)]
        title = f"{subject} {words(chance, 3)} after {names[0]} {names[1]} {words(chance, 2)}"
        body = " ".join([chance.choice(THEMES), *(sentence(chance, names) for _ in range(4))])
        return item(title, f"https://{self.site}/{n}", f"{self.site}-{n}", moment, body)


@contextmanager
def scene(
    folder: Path, bootstrap: str, *, every: float = 1.0, **settings: Any
) -> Iterator[tuple[Service, Prometheus]]:
    """Run it all: yields once every part is ready and scraped, the faults under way.

    A feed has something new every `every` seconds, each of two.
    """
    with ExitStack() as stack:
        receivers = {"desk": Receiver(), "failing": Refusing(500), "refusing": Refusing(400)}
        for receiver in receivers.values():
            stack.callback(receiver.close)
        feeds = stack.enter_context(closing(FeedServer()))
        settings.setdefault("replay", {"enabled": True})
        live = {"enabled": True, "shortest_minutes": 0.01}
        service = Service(folder / "service", bootstrap, receivers["desk"], feeds=live, **settings)
        stack.callback(service.close)
        _configure(service, receivers, feeds, every)
        service.make_topics()
        service.start("pipeline", "notify")
        ports = {part: getattr(service.settings.ports, part) for part in PARTS}
        watching = stack.enter_context(prometheus(folder, ports))
        wait_until(lambda: service.ready("pipeline") and service.ready("notify"), 120, service)
        wait_until(watching.ready, 60, service)
        _silence(service)
        # What counts from here on is scraped twice at least: what a counter begins with is no increase.
        for counter in ('dead_letters_total{reason="undecodable"}', 'ready{part="notify"}'):
            scraped = f"count_over_time(wirewatch_{counter}[1m]) > 2"
            wait_until(lambda: watching.now(scraped), 60, service)  # noqa: B023  # asked before the next
        service.start("replay", "feeds")
        write_nonsense(service)
        # Not the first of any kind: that may be a system alert, which nobody judges.
        wait_until(lambda: len(_of_watches(service)) >= JUDGED, 120, service)
        _judge(service)
        yield service, watching


def _configure(service: Service, receivers: dict[str, Receiver], feeds: FeedServer, every: float) -> None:
    feeds.pages["/wire"] = Newsroom("wire.example", every, 0)
    feeds.pages["/paper"] = Newsroom("paper.example", every * 1.7, 5)
    feeds.pages["/portal"] = b"<html><body>Welcome to our portal"
    sources = [
        {"name": f"{name}.example", "feeds": [{"url": feeds.url(f"/{name}"), "allow_private": True}]}
        for name in ("wire", "paper", "portal")
    ]
    (service.config_dir / "feeds.yaml").write_text(yaml.safe_dump({"sources": sources}))
    watches = service.config_dir / "watches.yaml"
    watches.write_text(f"{watches.read_text()}\n{yaml.safe_dump([HARBOUR])}")
    listed = []
    for name, receiver in receivers.items():
        secret = service.data_dir / f"{name}.secret"
        secret.write_text(receiver.secret)
        secret.chmod(0o600)
        webhook = {"url": receiver.url, "secret_file": str(secret), "allow_private": True}
        listed.append({"name": name, "webhook": webhook})
    (service.config_dir / "routes.yaml").write_text(yaml.safe_dump({"receivers": listed}))


@contextmanager
def _notify_db(service: Service) -> Iterator[Shared]:
    with closing(Shared(open_database(service.data_dir / DATABASE))) as shared:
        yield shared


def _silence(service: Service) -> None:
    now = utc_now()
    with _notify_db(service) as shared:
        Silences(shared).add(
            ["watch=nato-iran"],
            starts=now,
            ends=now + timedelta(hours=1),
            owner="a test",
            reason="an exercise",
            now=now,
        )


def _of_watches(service: Service) -> list[Alert]:
    with closing(History.open(service.data_dir / DATABASE)) as history:
        alerts = [stored.alert for stored in history.alerts_since(0, 50)]
    return [alert for alert in alerts if alert.kind == "watch"][:JUDGED]


def _judge(service: Service) -> None:
    """Mark an alert wrong and others right."""
    alerts = _of_watches(service)
    with _notify_db(service) as shared:
        for place, alert in enumerate(alerts):
            Verdicts(shared).mark(alert, is_true=place > 0, now=utc_now())


def write_nonsense(service: Service) -> None:
    """Write a record that is no article."""
    writer = open_writer(service, client="confluent")
    with closing(writer):
        writer.send(service.settings.kafka.topic("articles"), key=b"nonsense", value=b"\xff no article")
        writer.flush(30)
