"""`alerts show ID --html`: the page of one alert."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest

from connectors.notify.store import DATABASE, DeliveryState, StoredAlert, open_database
from pipelines.backtest.scan import scan
from tests.acceptance.generated import START, article
from tests.notify.support import Outbox, arrival
from tests.records.golden_alert import golden_alert
from tests.service.desk import Desk
from wirewatch.service.cli.delivery.alerts_html import page

GOLDEN_READING = golden_alert("reading")
WATCHES = """\
- id: tankers
  name: Tankers & <ferries>
  severity: high
  when: (tanker NEAR/9 seized OR 2 OF (ferry, oil, ship)) NOT title:drill
- {id: burst, name: Burst, when: tanker, volume: {at_least: 2, within: 2h}}
"""


@pytest.fixture(scope="module")
def alerts(tmp_path_factory):
    """Return the alerts of two articles on tankers, by watch."""
    desk = Desk(tmp_path_factory.mktemp("page"))
    desk.write(WATCHES)
    written = [
        article(
            title=f"<b>Tanker</b> seized off port{n}",
            paragraphs=[
                f"Guards seized a tanker & its <script>crew{n}</script>, the ferry line said. A ship fled."
            ],
            source=f"source{n}.example",
            url=f"javascript:alert({n})" if n else "https://source0.example/a",
            time=START + timedelta(minutes=n),
        )
        for n in range(2)
    ]
    return {alert.watch: alert for alert in reversed(scan(desk.site.config, written).alerts)}


def drawn(alert):
    """Return (the page, its body as XML: well-formed, so nothing of the article got in as markup)."""
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    told = DeliveryState("desk", "d", "delivered", 1, None, None, 200, "", now)
    text = "".join(page(StoredAlert(1, alert, now, 0, 0, "", (told,))))
    return text, ET.fromstring(text[text.index("<body>") : text.index("</html>")])


def test_the_clauses_are_a_tree_with_the_words_marked(alerts):
    text, body = drawn(alerts["tankers"])
    title = body.find("h1")
    assert [mark.text for mark in title.findall("mark")] == ["Tanker", "seized"]
    tree = body.find("ul[@class='tree']")
    (top,) = tree
    assert top.text.strip() == "all of"
    labels = [(" ".join(item.text.split()), item.findtext("code")) for item in tree.iter("li")]
    assert labels == [
        ("all of", None),
        ("any of", None),
        ("✓", '"tanker" NEAR/9 "seized"'),
        ("at least 2 of", None),
        ("✓", '"ferry"'),
        ("✓", '"ship"'),
        ("✓", 'NOT title:"drill"'),
    ]
    marks = [[mark.text for mark in quote.findall("mark")] for quote in tree.iter("blockquote")]
    assert marks == [["seized"], ["ferry"], ["ship"]]  # three places of a clause at most, two in the headline
    assert "delivered to desk ✓" in text


def test_what_a_model_read_is_a_section_and_without_one_there_is_none(alerts):
    text, body = drawn(GOLDEN_READING)
    assert "What en_core_web_sm 3.8.0 read in it" in [title.text for title in body.iter("h2")]
    assert "Rufus &lt;Firefly&gt;" in text
    assert "Iran imposed sanctions on Iraq &amp; others." in text
    assert not [title.text for title in drawn(alerts["tankers"])[1].iter("h2") if "read in it" in title.text]


def test_it_stands_alone_and_all_is_escaped(alerts):
    text, _ = drawn(alerts["tankers"])
    assert "<script" not in text
    assert "<b>" not in text
    assert "Why it met Tankers &amp; &lt;ferries&gt;" in text
    assert not [word for word in ("src=", "url(", "@import") if word in text]
    (policy,) = [line for line in text.splitlines() if "Content-Security-Policy" in line]
    assert "default-src 'none'" in policy


def test_a_volume_shows_what_made_it_up_and_only_web_addresses_are_links(alerts):
    text, body = drawn(alerts["burst"])
    assert "2 sources within 2 h; it takes" in " ".join(text.split())
    assert [row[1].text for row in body.find("table")] == ["source1.example", "source0.example"]
    assert body.find(".//a") is None
    assert "javascript" not in text
    assert drawn(alerts["tankers"])[1].find(".//a").get("href") == "https://source0.example/a"


def test_as_typed(tmp_path):
    desk = Desk(tmp_path)
    outbox = Outbox(open_database(desk.site.data / DATABASE))
    outbox.take_in("alerts", [arrival("a1")], {0: 1}, now=START)
    outbox.close()
    file = tmp_path / "alert.html"
    assert f"{file}: written" in desk.run("alerts", "show", "a", "--html", str(file))
    assert "<mark>NATO</mark> ministers meet in Brussels" in file.read_text(encoding="utf-8")
    assert desk.run("alerts", "show", "a", "--html", "-") == file.read_text(encoding="utf-8")
    assert "not both" in desk.run("alerts", "show", "a", "--html", "x", "--json", code=2)
    assert "cannot be written" in desk.run("alerts", "show", "a", "--html", "/nowhere/x.html", code=2)
