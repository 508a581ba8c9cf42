"""`wirewatch tag --html`, and what a trained model adds to `tag`."""

import json
import re
from datetime import UTC, datetime
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
    assert any(
        re.match(r"# economic sanction \(medtop:20000642\) 0\.\d\d: 'sanctions'", w) for w in drawn.why
    )


def test_a_mark_tells_of_all_that_its_words_are(tmp_path):
    seed = tmp_path / "a.txt"
    seed.write_text("Skopje parliament votes to join NATO\n\nThe festival is over.\n", encoding="utf-8")
    said = run(seed, "--html", "-").stdout
    (nato,) = (why for why in Page(said).why if why.startswith("NATO (organisation"))
    assert "; # international organization (medtop:20000644) 0." in nato
    assert "<dt>Topics not told</dt><dd>not # " in said
    assert "not # festival (" in said


def test_what_an_article_says_is_never_markup(seed):
    result = run(seed, "--html", "-")
    assert "script" not in Page(result.stdout).elements
    assert "&lt;script&gt;" in result.stdout


@pytest.mark.parametrize("more", [["--json"], ["--jsonl", "-"]])
def test_a_page_is_for_articles_alone(seed, more):
    paths = [] if "--jsonl" in more else [seed]
    result = run(*paths, "--html", "-", *more)
    assert isinstance(result.exception, WirewatchError)
    assert "--html works only with" in str(result.exception)


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


UNDATED = "The US president spoke\n\nIt rained.\n"
DATED = "The US president spoke\n2015-06-01\n\nIt rained.\n"


def people(record):
    return [actor["name"] for actor in record["actors"] if actor["type"] == "person"]


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        pytest.param(DATED, [], r"as of 2015-06-01\n", id="date line"),
        pytest.param(DATED, ["--date", "2018-06-01"], r"as of 2015-06-01\n", id="date line and --date"),
        pytest.param(
            UNDATED, ["--date", "2018-06-01"], r"as of 2018-06-01 \(no date line: --date\)", id="--date"
        ),
        pytest.param(UNDATED, [], r"as of 20\d\d-\d\d-\d\d \(no date line: today\)", id="no date"),
    ],
)
def test_the_day_that_counted_is_told(tmp_path, text, more, says):
    (tmp_path / "a.txt").write_text(text)
    assert re.search(says, run(tmp_path / "a.txt", *more).stdout)
    assert re.search(says.removesuffix(r"\n"), run(tmp_path / "a.txt", "--html", "-", *more).stdout)


def test_the_time_and_where_it_is_from_are_in_json(tmp_path):
    (tmp_path / "a.txt").write_text(DATED)
    (tmp_path / "b.txt").write_text(UNDATED)
    done = run(tmp_path / "a.txt", tmp_path / "b.txt", "--json", "--date", "2018-06-01")
    told = {
        one["time"]: (one["time_source"], people(one)) for one in map(json.loads, done.stdout.splitlines())
    }
    assert told == {
        "2015-06-01T00:00:00Z": ("published", ["Barack Obama"]),
        "2018-06-01T00:00:00Z": ("fetched", ["Donald Trump"]),
    }


def test_lines_are_of_their_own_time_or_of_today(tmp_path):
    says = {"text": "The US president spoke."}
    lines = [{"id": 1, **says, "time": "2015-06-01T00:30:00+02:00"}, {"id": 2, **says}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    before = datetime.now(UTC)
    first, second = map(json.loads, run("--jsonl", tmp_path / "a.jsonl").stdout.splitlines())
    assert (first["time"], first["time_source"]) == ("2015-05-31T22:30:00Z", "published")
    assert people(first) == ["Barack Obama"]
    assert second["time_source"] == "fetched"
    assert before <= datetime.fromisoformat(second["time"]) <= datetime.now(UTC)


def test_a_line_may_have_a_headline(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"id": 1, "title": "Talks with Iran end", "text": "It rained."})
    )
    (actor,) = json.loads(run("--jsonl", tmp_path / "a.jsonl").stdout)["actors"]
    assert actor["salience"]["headline"]


def test_a_line_whose_time_is_none_is_named(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": 1, "text": "It rained.", "time": "soon"}')
    done = run("--jsonl", tmp_path / "a.jsonl")
    assert done.exit_code == 2
    assert "a.jsonl:1: time soon: must be as 2020-01-31" in done.stderr


def test_a_date_that_is_none_is_refused(seed):
    assert "--date soon: must be as 2020-01-31" in str(run(seed, "--date", "soon").exception)


def test_an_empty_date_is_not_today(seed):
    assert "--date '': must be as 2020-01-31" in str(run(seed, "--date", "").exception)


def test_lines_are_explained_and_read_by_the_model_too(tmp_path, config, model_folder):  # noqa: F811
    line = {"id": 1, "text": "Rufus Firefly met Iran . He told Reuters so."}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    folder = config(f"tagging: {{spacy_model: {model_folder}}}")
    record = json.loads(run("--jsonl", tmp_path / "a.jsonl", "--explain", "--config", folder).stdout)
    assert [name["name"] for name in record["names"]] == ["Rufus Firefly"]
    assert [(one["text"], one["rule"]) for one in record["rejected"]] == [("Reuters", "source")]


def test_a_missing_model_is_no_less_missing_for_lines(tmp_path, config):
    (tmp_path / "a.jsonl").write_text("")
    result = run(
        "--jsonl", tmp_path / "a.jsonl", "--config", config("tagging: {spacy_model: en_no_such_model}")
    )
    assert result.exception.exit_code == 3


def test_a_missing_model_is_one_line_with_the_command(seed, config):
    result = run(seed, "--config", config("tagging: {spacy_model: en_no_such_model}"))
    assert "python -m spacy download en_no_such_model" in str(result.exception)
    assert result.exception.exit_code == 3
