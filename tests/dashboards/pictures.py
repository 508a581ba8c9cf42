"""Draws each dashboard as Grafana would lay it out, from a real run: `python -m tests.dashboards.pictures`.

The files in docs/dashboards say what they are: renderings by matplotlib, of a run of minutes.
"""

import io
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import feedparser

from connectors.notify.api import atom
from connectors.notify.store import DATABASE, History
from tests.broker_host import broker_settings, start_broker
from tests.dashboards.asked import NAMES, document
from tests.dashboards.drawing import draw
from tests.dashboards.scene import scene, write_nonsense
from tests.dashboards.wording import said
from tests.prometheus import PROGRAM, Prometheus
from tests.service.support import ROOT
from wirewatch.part import utc_now

FOLDER = ROOT / "docs" / "dashboards"
SECONDS = 130
SPAN = 115.0
"""Seconds that the pictures show: what comes before is start-up."""
NONSENSE = 2
"""Dead letters within them."""


def headlines(data_dir: Path) -> dict[str, list[tuple[str, str]]]:
    """What the feeds of notify's API hold, by path: title and small print of each entry."""
    with closing(History.open(data_dir / DATABASE)) as history:
        alerts, now = history.list_alerts(atom.LOOKED_AT), utc_now()
    feeds = {"/v1/alerts.atom": atom.latest(alerts, now), "/v1/stories.atom": atom.widest(alerts, now)}
    read = {path: feedparser.parse(io.BytesIO(body)).entries for path, body in feeds.items()}
    return {path: [(entry.title, entry.summary) for entry in entries] for path, entries in read.items()}


def tell_spread(prometheus: Prometheus) -> None:
    """Print where the observations of each histogram lie: what its buckets are to tell apart."""
    for name in (n for n in prometheus.get("label/__name__/values") if n.endswith("_bucket")):
        shares = [
            prometheus.now(f"histogram_quantile({share}, sum by (le) (rate({name}[{int(SPAN)}s])))")
            for share in (0.01, 0.5, 0.95, 0.99)
        ]
        values = [said(float(found[0]["value"][1]), "s") if found else "none" for found in shares]
        print(name.removesuffix("_bucket"), *values)


def main() -> None:
    if PROGRAM is None:
        sys.exit("the pictures need Prometheus: apt-get install prometheus")
    with tempfile.TemporaryDirectory(prefix="wirewatch-pictures-") as name:
        folder = Path(name)
        settings = broker_settings()
        broker = start_broker(settings, folder / "broker")
        replay = {"replay": {"enabled": True, "loop": True, "speed": 40_000}}
        try:
            with scene(folder, broker.bootstrap, every=0.7, **replay) as (service, prometheus):
                for _ in range(NONSENSE):
                    time.sleep(SECONDS / (NONSENSE + 1))
                    write_nonsense(service)
                time.sleep(SECONDS / (NONSENSE + 1))
                span, listed = (time.time() - SPAN, time.time()), headlines(service.data_dir)
                FOLDER.mkdir(parents=True, exist_ok=True)
                for dashboard in NAMES:
                    file = FOLDER / f"{dashboard}.png"
                    draw(document(dashboard), prometheus, span, listed, file)
                    print(file)
                tell_spread(prometheus)
        finally:
            broker.stop()


if __name__ == "__main__":
    main()
