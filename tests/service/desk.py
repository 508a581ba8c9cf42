"""A config to try the commands for watches on."""

import shutil

from typer.testing import CliRunner

from tests.service.support import make_site
from wirewatch.errors import WirewatchError
from wirewatch.resources import default_config_dir
from wirewatch.service.cli.app import app
from wirewatch.watches.parse import WATCHES_FILE

SHIPPED = (default_config_dir() / WATCHES_FILE).read_text(encoding="utf-8")
ACTORS = """\
{"id": "Q7184", "name": "NATO", "type": "organisation", "aliases": [{"text": "NATO", "kind": "acronym"}]}
{"id": "Q794", "name": "Iran", "type": "country", "iso2": "IR", "aliases": ["Iran"]}
{"id": "Q230", "name": "Georgia", "type": "country", "iso2": "GE", "aliases": [
{"text": "Georgia", "needs": ["Tbilisi"]}]}
{"id": "place:gulf-states", "name": "Gulf states", "type": "place", "members": ["Iran"]}
""".replace("[\n", "[")


class Desk:
    """A config to try commands on, in this process, with few actors: they take the time."""

    def __init__(self, folder, **settings):
        self.site = make_site(folder, **settings)
        shutil.rmtree(self.site.config / "actors")
        (self.site.config / "actors").mkdir()
        (self.site.config / "actors" / "few.jsonl").write_text(ACTORS, encoding="utf-8")

    def write(self, text):
        (self.site.config / WATCHES_FILE).write_text(text, encoding="utf-8")

    def run(self, *arguments, code=0):
        """Return what a command says, which ends with `code`."""
        done = CliRunner().invoke(app, [*arguments, *self.site.where])
        if isinstance(done.exception, WirewatchError):
            assert done.exception.exit_code == code
            return "\n".join((str(done.exception), done.exception.excerpt))
        assert done.exit_code == code, (done.output, done.exception)
        return done.output
