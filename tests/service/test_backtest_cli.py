"""`watches backtest` as a user types it."""

import json
import xml.etree.ElementTree as ET

import pytest

from connectors.kafka.clients import open_admin, open_writer
from connectors.kafka.topics import ensure_topics
from connectors.notify.store import DATABASE, Shared, Verdicts, open_database
from connectors.seeds.folder import read_articles
from tests.service.desk import Desk
from tests.service.support import write_texts
from wirewatch.part import utc_now
from wirewatch.records import ALERTS, ARTICLES
from wirewatch.tagging import Tagger

WATCHES = '- {id: oil, name: Oil, when: "\\"oil tanker\\""}\n- {id: nato, name: NATO, when: actor:NATO}\n'
WIDER = "- {id: oil, name: Oil, when: tanker OR ferry}\n"
FILES = {
    "a": "Oil tanker <b>seized</b>\n\n9 Jan 2020\nSource: one.example\n\nAn oil tanker was seized at sea.\n",
    "b": "Oil tanker <b>seized</b>\n\n9 Jan 2020\nSource: two.example\n\nAn oil tanker was seized at sea.\n",
    "c": "Ferry runs aground\n\n12 January 2020\nSource: one.example\n\nNobody was hurt on the ferry.\n",
    "d": "NATO meets\n\n14 January 2020\nSource: one.example\n\nThe alliance met in Brussels.\n",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    found = Desk(tmp_path_factory.mktemp("backtest"))
    found.write(WATCHES)
    return found


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    return write_texts(tmp_path_factory.mktemp("past"), FILES)


def summary(desk, past, *arguments):
    """Return (the alerts' (watch, day), the summary)."""
    said = desk.run("watches", "backtest", "--json", "--source", str(past), *arguments)
    *alerts, last = map(json.loads, said.splitlines())
    assert last["kind"] == "summary"
    return [(alert["watch"], alert["time"][:10]) for alert in alerts], last


def test_it_prints_alerts_days_stories_and_watches(desk, past):
    said = desk.run("watches", "backtest", "--source", str(past)).splitlines()
    said = [" ".join(line.split()) for line in said]
    (bar,) = (line for line in said if line.startswith("2020-01-09"))
    assert bar.endswith("█ 1")
    assert "2020-01-10" in said
    assert "2 2 oil Oil tanker <b>seized</b>" in said
    assert "1 1 1 0 0 0.3 nato" in said
    assert said[-1] == "2 alerts from 4 articles of 3 days"


@pytest.mark.parametrize(
    ("arguments", "told", "articles"),
    [
        pytest.param([], [("oil", "2020-01-09"), ("nato", "2020-01-14")], 4, id="all"),
        pytest.param(["nato"], [("nato", "2020-01-14")], 4, id="one watch"),
        pytest.param(["--from", "2020-01-10"], [("nato", "2020-01-14")], 2, id="from a day on"),
        pytest.param(
            ["--to", "2020-01-14"], [("oil", "2020-01-09"), ("nato", "2020-01-14")], 4, id="a day whole"
        ),
        pytest.param(["--to", "2020-01-14T00:00"], [("oil", "2020-01-09")], 3, id="before a time"),
        pytest.param(["--from", "2020-01-12", "--to", "2020-01-12"], [], 1, id="nothing told"),
    ],
)
def test_what_is_told_of_which_time(desk, past, arguments, told, articles):
    alerts, last = summary(desk, past, *arguments)
    assert alerts == told
    assert (last["alerts"], last["articles"]) == (len(told), articles)
    assert last["days_with_articles"] == {4: 3, 3: 2, 2: 2, 1: 1}[articles]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_two_versions_side_by_side(desk, past, tmp_path, kind):
    other = tmp_path / "watches.yaml"
    if kind == "folder":
        theirs = Desk(tmp_path / "other")
        theirs.write(WIDER)
        other = theirs.site.config
    else:
        other.write_text(WIDER)
    _, last = summary(desk, past, "--against", str(other))
    change = last["against"]
    assert [(one["watch"], one["title"]) for one in change["adds"]] == [("oil", "Ferry runs aground")]
    assert [(one["watch"], one["title"]) for one in change["drops"]] == [("nato", "NATO meets")]
    assert change["kept"] == 1
    said = desk.run("watches", "backtest", "--source", str(past), "--against", str(other))
    assert "The other version: 1 more, 1 fewer, 1 alike" in said
    assert "+ 2020-01-12 oil: Ferry runs aground" in said
    assert "- 2020-01-14 nato: NATO meets" in said


def test_the_page_stands_alone_and_is_escaped(desk, past, tmp_path):
    page, other = tmp_path / "report.html", tmp_path / "watches.yaml"
    other.write_text(WIDER)
    desk.run("watches", "backtest", "--source", str(past), "--html", str(page), "--against", str(other))
    text = page.read_text(encoding="utf-8")
    assert "<b>" not in text
    assert "Oil tanker &lt;b&gt;seized&lt;/b&gt;" in text
    assert not [word for word in ("http:", "https:", "<script", "src=") if word in text]
    drawing = ET.fromstring(text[text.index("<svg") : text.index("</svg>") + len("</svg>")])
    assert len(drawing.findall("g/rect")) == 6
    assert "this version → the other" in text


def test_how_right_the_watches_were_where_alerts_were_marked(desk, past, tmp_path):
    said = desk.run("watches", "backtest", "--json", "--source", str(past))
    oil, nato = [ALERTS.decode(line) for line in said.splitlines()[:-1]]
    shared = Shared(open_database(desk.site.data / DATABASE))
    verdicts = Verdicts(shared)
    verdicts.mark(oil, is_true=True, now=utc_now())
    verdicts.mark(nato, is_true=False, now=utc_now())
    try:
        _, last = summary(desk, past)
        assert {one["watch"]: one["precision"] for one in last["marked"]} == {"oil": 1.0, "nato": 0.0}
        other = tmp_path / "watches.yaml"
        other.write_text("- {id: oil, name: Oil, when: ferry}\n- {id: nato, name: NATO, when: actor:NATO}\n")
        page = tmp_path / "report.html"
        arguments = ["--source", str(past), "--against", str(other), "--html", str(page)]
        said = [" ".join(line.split()) for line in desk.run("watches", "backtest", *arguments).splitlines()]
        assert "100% → 1 → 0 0 → 0 0 → 1 oil" in said
        assert "0% → 0% 0 → 0 1 → 1 0 → 0 nato" in said
        assert '<td class="n">100% → </td>' in page.read_text(encoding="utf-8")
    finally:
        for alert in (oil, nato):
            verdicts.unmark(alert.id)
        shared.close()


def test_an_article_that_cannot_be_processed_is_named(desk, past, tmp_path, monkeypatch):
    works = Tagger.tag

    def fails(self, article, *others):
        if "Ferry" in article.title:
            raise ZeroDivisionError("as <arranged>")
        return works(self, article, *others)

    monkeypatch.setattr(Tagger, "tag", fails)
    page = tmp_path / "report.html"
    said = desk.run("watches", "backtest", "--source", str(past), "--html", str(page)).splitlines()
    assert "1 article could not be processed:" in said
    assert "tag_failed: as <arranged>" in said[said.index("1 article could not be processed:") + 1]
    assert "2 alerts from 4 articles of 3 days" in said
    assert "as &lt;arranged&gt;" in page.read_text(encoding="utf-8")
    _, last = summary(desk, past)
    assert (last["failed"], [one["reason"] for one in last["failures"]]) == (1, ["tag_failed"])
    assert "could not be processed: tag_failed: as <arranged>" in desk.run("scan", str(past))


@pytest.mark.parametrize("arguments", [[], ["--from", "2020-01-10"]], ids=["all", "from a day on"])
def test_files_that_are_no_articles_are_in_the_total_and_in_the_exit_code(desk, past, tmp_path, arguments):
    for path in past.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "empty.txt").touch()
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    where = ("--source", str(tmp_path), *arguments)
    said = desk.run("watches", "backtest", *where, "--html", str(tmp_path / "page.html"), code=2)
    assert "empty.txt: no article" in said
    (total,) = (line for line in said.splitlines() if "alerts from" in line or "alert from" in line)
    assert total.endswith(" days; 2 more could not be read")
    assert f"<h1>{total}</h1>" in (tmp_path / "page.html").read_text(encoding="utf-8")
    lines = desk.run("watches", "backtest", "--json", *where, code=2).splitlines()
    (last,) = (json.loads(line) for line in lines if '"summary"' in line)
    assert last["unreadable"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["oill"], "did you mean oil?"),
        (["--from", "yesterday"], "--from yesterday: must be as 2020-01-31"),
        (["--from", "2020-02-01", "--to", "2020-01-31"], "--from 2020-02-01 is not before --to 2020-01-31"),
        (["--from", "2021-01-01"], ": no articles in that period"),
        (["--against", "/nowhere"], "--against /nowhere: no such file or folder"),
        (["--source", "/nowhere"], "/nowhere: no such file or folder"),
        (["--html", "/nowhere/page.html"], "/nowhere/page.html: cannot be written"),
    ],
)
def test_what_makes_no_sense_is_refused(desk, past, arguments, said):
    source = [] if "--source" in arguments else ["--source", str(past)]
    assert said in desk.run("watches", "backtest", *source, *arguments, code=2)


def test_a_broker_that_is_away_is_said(desk):
    assert "does not answer" in desk.run("watches", "backtest", "--source", "kafka", code=3)


@pytest.mark.kafka
def test_the_articles_that_kafka_retains(kafka, past, tmp_path):
    admin = open_admin(kafka.context())
    ensure_topics(admin, kafka.settings())
    admin.close()
    writer = open_writer(kafka.context(), client="kafka-python")
    for article in read_articles([past], undated=utc_now()).articles:
        writer.send(kafka.prefix + "articles", key=None, value=ARTICLES.encode(article))
    writer.send(kafka.prefix + "articles", key=None, value=b"no article")
    writer.flush(30)
    writer.close()
    desk = Desk(tmp_path, kafka={"bootstrap_servers": kafka.bootstrap, "topic_prefix": kafka.prefix})
    desk.write(WATCHES)
    wider = tmp_path / "wider.yaml"
    wider.write_text(WIDER)
    said = desk.run(
        "watches", "backtest", "--source", "kafka", "--from", "2020-01-10", "--against", str(wider)
    )
    assert "The other version: 1 more, 1 fewer, 0 alike" in said
    assert "1 alert from 2 articles of 2 days" in said
    assert "1 record in Kafka is no article" in said
