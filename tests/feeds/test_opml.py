"""`wirewatch feeds import` and `export`: what other readers give, and what comes back of our own."""

from dataclasses import fields
from xml.etree import ElementTree as ET

import pytest

from connectors.feeds.config import Feed, load_feeds
from connectors.feeds.opml import HOME, OF_FEED, OF_SOURCE
from wirewatch.errors import ConfigError

OPML = """<opml version="2.0"><body><outline text="World">
<outline type="rss" text="A" xmlUrl="https://a.example/rss" htmlUrl="https://www.a.example/"/>
<outline type="rss" text="F" xmlUrl="file:///etc/passwd"/>
<outline text="Asia"><outline type="rss" text="C" xmlUrl="feed://c.example/rss"/></outline></outline>
<outline type="rss" text="B" xmlUrl="https://b.example/atom?x=1&amp;y=2"/></body></opml>"""


def test_import_adds_below_what_stands_there_and_export_gives_it_back(desk, tmp_path):
    desk.write(
        "# mine\nsources:\n  - name: b.example   # keep\n    enabled: false\n    feeds: ['https://b.example/atom?x=1&y=2']\n"
    )
    (tmp_path / "other.opml").write_text(OPML)
    done = desk.run("import", str(tmp_path / "other.opml"))
    assert (done.exit_code, "2 added, 1 known already, 1 refused" in done.output) == (1, True)
    assert "known, but switched off in feeds.yaml: https://b.example/atom?x=1&y=2" in done.output
    assert "file:///etc/passwd: only http" in done.output
    text = (desk.config / "feeds.yaml").read_text()
    assert ("# mine" in text, "# keep" in text) == (True, True)
    added = {feed.url: feed for feed in load_feeds(desk.config)}["https://a.example/rss"]
    assert (added.source, added.tags) == ("a.example", ("World",))
    exported = ET.fromstring(desk.run("export").output)
    urls = {outline.get("xmlUrl") for outline in exported.iter("outline")} - {None}
    assert urls == {"https://a.example/rss", "https://b.example/atom?x=1&y=2", "http://c.example/rss"}
    again = desk.run("import", str(tmp_path / "other.opml"))
    assert "0 added" in again.output


def came_back(desk, tmp_path):
    """Export, import into an empty feeds.yaml; return the feeds by URL, and the exported document."""
    done = desk.run("export")
    (tmp_path / "mine.opml").write_text(done.stdout)
    desk.write("sources: []\n")
    assert "0 refused" in desk.run("import", str(tmp_path / "mine.opml")).output
    return {feed.url: feed for feed in load_feeds(desk.config)}, done


def test_what_is_exported_comes_back_as_it_was(desk, tmp_path):
    agent = 'Desk/1.0 ("A" & <B>)'
    own = {"url": "https://f.example/1", "full_text": True, "min_minutes": 2.5, "max_minutes": 30}
    about = {"tier": 2, "country": "NO", "language": "no", "tags": ["no"]}
    desk.write(
        {
            "sources": [
                {"name": "a.example", "tags": ["World", "Asia & more"], "feeds": ["https://a.example/rss"]},
                {"name": "b.example", "tags": ["World"], "feeds": ["https://b.example/rss"]},
                {"name": "c.example", "feeds": ["https://c.example/1", "https://c.example/2"]},
                {"name": 'The "D" & Co', "feeds": [{"url": "https://d.example/1", "enabled": False}]},
                {"name": "E", "enabled": False, "feeds": ["https://e.example/1"]},
                {"name": "F", **about, "feeds": [{**own, "user_agent": agent}, "https://f.example/2"]},
            ]
        }
    )
    before = {feed.url: feed for feed in load_feeds(desk.config)}
    assert came_back(desk, tmp_path)[0] == before
    assert (desk.config / "feeds.yaml").read_text().count("name: F") == 1


def test_import_follows_a_link_and_keeps_who_may_read(desk, tmp_path):
    """feeds.yaml may stand in a checkout of its own."""
    own = tmp_path / "own.yaml"
    own.write_text("sources: []\n")
    own.chmod(0o640)
    (desk.config / "feeds.yaml").symlink_to(own)
    opml = tmp_path / "feeds.opml"
    opml.write_text('<opml><body><outline xmlUrl="https://a.example/rss"/></body></opml>')
    assert desk.run("import", str(opml)).exit_code == 0
    assert (desk.config / "feeds.yaml").is_symlink()
    assert "https://a.example/rss" in own.read_text()
    assert own.stat().st_mode & 0o777 == 0o640


def test_what_every_setting_becomes_is_known():
    """A setting that is new is either exported or kept at home, and that on purpose."""
    settings = {field.name for field in fields(Feed)} - {"url", "source", "tags"}
    assert settings == {*OF_SOURCE, *OF_FEED, *HOME}


def test_logins_stay_at_home_and_that_is_said(desk, tmp_path):
    login = {"username": "reader", "password_file": "secrets/wire", "allow_private": True}
    url = "https://a.example/rss"
    desk.write({"sources": [{"name": "a", "feeds": [{"url": url, **login}, "https://a.example/2"]}]})
    back, done = came_back(desk, tmp_path)
    assert not any(words in done.stdout for words in ("reader", "secrets", "private"))
    assert "which 1 of the feeds have" in done.stderr
    assert (back[url].username, back[url].allow_private) == (None, False)


def test_export_calls_a_feed_as_it_calls_itself(desk):
    """Other readers show that, and two feeds of a source would look alike."""
    desk.write({"sources": [{"name": "a", "feeds": ["https://a.example/1", "https://a.example/2"]}]})
    desk.record("https://a.example/1", title="A: world & more")
    outlines = ET.fromstring(desk.run("export").stdout).iter("outline")
    assert [outline.get("text") for outline in outlines] == ["A: world & more", "a"]


def test_a_title_that_no_xml_may_hold(desk, tmp_path):
    url = "https://a.example/rss"
    desk.write({"sources": [{"name": "a", "tags": ["b\x07"], "feeds": [url]}]})
    desk.record(url, title="A\uffff\ufffe\x00\x1b\U0001f600 ü")
    back, done = came_back(desk, tmp_path)
    assert back[url].tags == ("b",)
    (outline,) = (each for each in ET.fromstring(done.stdout).iter("outline") if each.get("xmlUrl"))
    assert outline.get("text") == "A\U0001f600 ü"


@pytest.mark.parametrize(
    ("outline", "tags"),
    [
        pytest.param('category="Science"', ("Science",), id="a tag"),
        pytest.param('category="Science, Space ,"', ("Science", "Space"), id="two"),
        pytest.param('category="/Europe/Norway,Science"', ("Europe", "Norway", "Science"), id="a path"),
        pytest.param('category=""', (), id="empty"),
    ],
)
def test_categories_become_tags(desk, tmp_path, outline, tags):
    """Not every reader writes folders: https://opml.org/spec2.opml, `category`."""
    (tmp_path / "x.opml").write_text(
        f'<opml><body><outline xmlUrl="https://a.example/rss" {outline}/></body></opml>'
    )
    desk.run("import", str(tmp_path / "x.opml"))
    (feed,) = load_feeds(desk.config)
    assert feed.tags == tags


@pytest.mark.parametrize(
    ("outline", "says"),
    [
        pytest.param('wirewatch:tier="first"', "tier: must be", id="no number"),
        pytest.param('wirewatch:country="Norway"', "country: ", id="no country"),
        pytest.param('wirewatch:full_text="perhaps"', "full_text: must be true or false", id="neither"),
        pytest.param(
            'wirewatch:min_minutes="9" wirewatch:max_minutes="5"',
            "min_minutes is more than max_minutes",
            id="bounds",
        ),
    ],
)
def test_a_setting_that_makes_no_sense_refuses_its_feed_alone(desk, tmp_path, outline, says):
    (tmp_path / "x.opml").write_text(
        f'<opml><body><outline xmlUrl="https://a.example/rss" {outline}/>'
        '<outline xmlUrl="https://b.example/rss"/></body></opml>'
    )
    done = desk.run("import", str(tmp_path / "x.opml"))
    assert "1 added, 0 known already, 1 refused" in done.output
    assert f"https://a.example/rss: {says}" in done.output
    assert [feed.url for feed in load_feeds(desk.config)] == ["https://b.example/rss"]


@pytest.mark.parametrize("name", HOME)
def test_no_file_of_others_opens_our_network(desk, tmp_path, name):
    (tmp_path / "x.opml").write_text(
        f'<opml><body><outline xmlUrl="https://a.example/rss" wirewatch:{name}="true"/></body></opml>'
    )
    desk.run("import", str(tmp_path / "x.opml"))
    (feed,) = load_feeds(desk.config)
    assert not getattr(feed, name)


def test_an_import_names_the_way_in_for_feeds_of_ones_own_network(desk, tmp_path):
    (tmp_path / "x.opml").write_text(
        '<opml><body><outline xmlUrl="http://127.0.0.1:18931/rss"/><outline xmlUrl="http://10.0.0.1/rss"/>'
        '<outline xmlUrl="https://a.example/rss"/><outline text="T" xmlUrl=""/></body></opml>'
    )
    done = desk.run("import", str(tmp_path / "x.opml"))
    assert (done.exit_code, "1 added, 0 known already, 3 refused" in done.output) == (1, True)
    assert "refused: http://10.0.0.1/rss: 10.0.0.1 is private" in done.output
    assert "refused: an outline: its xmlUrl is empty" in done.output
    assert "--allow-private adds 2 of them" in done.output
    done = desk.run("import", str(tmp_path / "x.opml"), "--allow-private")
    assert (done.exit_code, "2 added, 1 known already, 1 refused" in done.output) == (1, True)
    opened = {feed.url: feed.allow_private for feed in load_feeds(desk.config)}
    assert opened == {
        "http://127.0.0.1:18931/rss": True,
        "http://10.0.0.1/rss": True,
        "https://a.example/rss": False,
    }


def test_import_of_more_than_a_feeds_yaml_may_hold_leaves_it_alone(desk, tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.feeds.opml.MAX_FEEDS", 2)
    desk.write("sources: [{name: b, feeds: ['https://b.example/rss']}]\n")
    (tmp_path / "other.opml").write_text(OPML)
    done = desk.run("import", str(tmp_path / "other.opml"))
    assert "4 feeds with those of feeds.yaml; at most 2" in str(done.exception)
    assert [feed.url for feed in load_feeds(desk.config)] == ["https://b.example/rss"]


def test_import_leaves_what_is_known_alone_whatever_it_is(desk, tmp_path):
    desk.write({"sources": [{"name": "x", "feeds": [{"url": "http://10.0.0.1:99/", "allow_private": True}]}]})
    (tmp_path / "x.opml").write_text('<opml><body><outline xmlUrl="http://10.0.0.1:99/"/></body></opml>')
    assert "0 added, 1 known already, 0 refused" in desk.run("import", str(tmp_path / "x.opml")).output


def test_import_goes_below_a_source_that_has_no_feeds(desk, tmp_path):
    desk.write("sources:\n  - name: x\n  - name: y\n    feeds:  # none yet\n")
    (tmp_path / "x.opml").write_text('<opml><body><outline xmlUrl="https://a.example/rss"/></body></opml>')
    assert "1 added" in desk.run("import", str(tmp_path / "x.opml")).output
    assert [feed.url for feed in load_feeds(desk.config)] == ["https://a.example/rss"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("<html>", "not an OPML file", id="broken"),
        pytest.param("<opml>", "not an OPML file", id="cut short"),
        pytest.param("<rss/>", "its first element is <rss>, not <opml>", id="a feed"),
        pytest.param('<!DOCTYPE o [<!ENTITY a "b">]><opml/>', "not an OPML file", id="entities"),
        pytest.param(None, "cannot be read", id="missing"),
    ],
)
def test_import_of_something_else_leaves_feeds_yaml_alone(desk, tmp_path, text, says):
    desk.write("sources: []\n")
    if text is not None:
        (tmp_path / "x.opml").write_text(text)
    done = desk.run("import", str(tmp_path / "x.opml"))
    assert isinstance(done.exception, ConfigError)
    assert says in str(done.exception)
    assert (desk.config / "feeds.yaml").read_text() == "sources: []\n"
