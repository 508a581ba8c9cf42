"""`wirewatch feeds …` as a user types it."""

from datetime import timedelta

import yaml
from typer.testing import CliRunner

from connectors.feeds.state import FeedState
from connectors.feeds.store import DATABASE, FeedStore, open_database
from tests.service.support import copy_shipped
from wirewatch.part import utc_now
from wirewatch.service.cli import app


class Desk:
    """A config and a data folder, and the command line on them."""

    def __init__(self, folder):
        self.config, self.data = folder / "config", folder / "data"
        self.config.mkdir()
        (self.config / "wirewatch.yaml").write_text("{}")
        copy_shipped(self.config, "watches.yaml", "topics.yaml", "routes.yaml", "actors")

    def run(self, *arguments):
        where = ["--config", str(self.config), "--data", str(self.data)]
        return CliRunner().invoke(app, ["feeds", *arguments, *where], catch_exceptions=True)

    def write(self, text):
        (self.config / "feeds.yaml").write_text(text if isinstance(text, str) else yaml.safe_dump(text))

    def record(self, url, **fields):
        store = FeedStore(open_database(self.data / DATABASE))
        store.record(url, FeedState(**{"next_at": utc_now() + timedelta(minutes=12), **fields}))
        store.close()
