"""`wirewatch tag --html`, and what a trained model adds to `tag`."""

import json
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from tests.tagging.tiny_model import model_folder  # noqa: F401  # a fixture
from wirewatch.errors import WirewatchError
from wirewatch.resources import default_config_dir
from wirewatch.service.cli import app

ARTICLE = """Iran attacked Iraq .
2020-01-08

Rufus Firefly met Iran . A <script>alert("1")</script> & sanctions, embargo and an asset freeze.
"""


class Page(HTMLParser):
    """What a page marks, and the elements it has."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.marked, self.why, self._mark = set(), [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self._mark = tag == "mark"
        if self._mark:
            self.why.append(dict(attrs)["title"])

    def handle_data(self, data):
        if self._mark:
            self.marked.append(data)
            self._mark = False


@pytest.fixture
def seed(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture
def config(tmp_path):
    """A config folder with the shipped actors and topics and these settings."""

    def make(settings):
        folder = tmp_path / "config"
        folder.mkdir()
        for path in default_config_dir().iterdir():
            if path.name != "wirewatch.yaml":
                (folder / path.name).symlink_to(path)
        (folder / "wirewatch.yaml").write_text(settings, encoding="utf-8")
        return folder

    return make


def run(*arguments):
    return CliRunner().invoke(app, ["tag", *map(str, arguments)])


def test_a_page_marks_actors_and_topics_and_says_why(seed, tmp_path):
    page = tmp_path / "page.html"
    result = run(seed, "--html", page)
    assert result.exit_code == 0, result.output
    drawn = Page(page.read_text(encoding="utf-8"))
    assert {"Iran", "Iraq", "sanctions", "embargo", "asset freeze"} <= set(drawn.marked)
    assert "Iran (country, Q794): name, alias" in drawn.why
    assert any(why.startswith("economic sanction (medtop:20000642): 0.") for why in drawn.why)


def test_what_an_article_says_is_never_markup(seed):
    result = run(seed, "--html", "-")
    assert "script" not in Page(result.stdout).elements
    assert "&lt;script&gt;" in result.stdout


@pytest.mark.parametrize("more", [["--json"], ["--jsonl", "-"]])
def test_a_page_is_for_articles_alone(seed, more):
    paths = [] if "--jsonl" in more else [seed]
    result = run(*paths, "--html", "-", *more)
    assert isinstance(result.exception, WirewatchError)
    assert "--html goes with" in str(result.exception)


def test_a_page_that_cannot_be_written(seed, tmp_path):
    result = run(seed, "--html", tmp_path / "none" / "page.html")
    assert "cannot be written" in str(result.exception)


def test_a_trained_model_adds_names_and_deeds(seed, config, model_folder):  # noqa: F811
    folder = config(f"tagging: {{spacy_model: {model_folder}}}")
    record = json.loads(run(seed, "--json", "--config", folder).stdout)
    assert [(name["name"], name["type"]) for name in record["names"]] == [("Rufus Firefly", "person")]
    (deed, *_) = record["deeds"]
    assert (deed["source"], deed["action"], deed["target"]) == ("Q794", "attacked", "Q796")
    shown = run(seed, "--config", folder).stdout
    assert "Rufus Firefly  person, outside the catalogue" in shown
    assert "Iran → attacked → Iraq" in shown
    assert "Rufus Firefly" in Page(run(seed, "--html", "-", "--config", folder).stdout).marked


def test_a_missing_model_is_one_line_with_the_command(seed, config):
    result = run(seed, "--config", config("tagging: {spacy_model: en_no_such_model}"))
    assert "python -m spacy download en_no_such_model" in str(result.exception)
    assert result.exception.exit_code == 3
