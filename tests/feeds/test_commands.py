"""`wirewatch feeds …` as a user types it."""

import json
import re

import pytest
from typer.testing import CliRunner

from connectors.feeds.condition import TROUBLE, FeedCondition
from connectors.feeds.config import load_feeds, version
from connectors.feeds.store import DATABASE
from connectors.kept import Kept
from tests.feeds.fetch.support import answer, redirect
from tests.feeds.server import item, rss
from tests.service.support import ROOT
from wirewatch.errors import ConfigError
from wirewatch.part import utc_now
from wirewatch.service.cli import app


def test_check_shows_what_would_be_read(desk, server):
    server.pages["/rss"] = rss(
        item("A headline", "https://test.example/1", date="Sun, 01 Mar 2026 12:00:00 GMT"),
        item("Another", "https://test.example/2"),
        channel="<title>Test news</title><ttl>30</ttl>",
    )
    done = desk.run("check", server.url("/rss"), "--allow-private")
    assert done.exit_code == 0, done.output
    for words in ("can be read", "rss: Test news", "2026-03-01 12:00", "A headline", "no date", "allows it"):
        assert words in done.output
    assert "1 of 2 entries have no date" in done.output
    assert "no ETag" in done.output
    assert not (desk.data / DATABASE).exists()


def test_check_of_a_sitemap_index_says_where_its_entries_are(desk, server):
    server.pages["/index.xml"] = (
        b"<sitemapindex><sitemap><loc>https://test.example/1</loc></sitemap></sitemapindex>"
    )
    done = desk.run("check", server.url("/index.xml"), "--allow-private")
    assert "those of 1 of its sitemaps" in done.output
    assert "no entries" not in done.output


def test_check_says_that_entries_share_a_link(desk, server):
    server.pages["/rss"] = rss(
        *(item(f"{n}", f"https://test.example/live#{n}", f"{n}") for n in range(3)),
        item("Another", "https://test.example/1"),
        item("Another", "https://test.example/1?utm_source=rss"),
    )
    done = desk.run("check", server.url("/rss"), "--allow-private", "--json")
    assert any(why.startswith("3 of 5 entries have a link") for why in json.loads(done.output)["problems"])


def test_check_asks_robots_txt_first_and_then_leaves_alone_what_it_forbids(desk, server):
    server.pages |= {"/no": rss(), "/moved": redirect("/no"), "/robots.txt": b"User-agent: *\nDisallow: /no"}
    for path in ("/no", "/moved"):
        done = desk.run("check", server.url(path), "--allow-private", "--json")
        found = json.loads(done.output)
        assert (done.exit_code, found["robots"]) == (1, "robots.txt asks us not to")
    assert server.paths() == ["/robots.txt", "/robots.txt", "/moved"]


def test_check_as_json(desk, server):
    server.pages["/rss"] = rss(item("A", "https://test.example/1"))
    done = desk.run("check", server.url("/rss"), "--allow-private", "--json")
    found = json.loads(done.output)
    assert (found["ok"], found["format"], found["entries"], found["status"]) == (True, "rss", 1, 200)


@pytest.mark.parametrize(
    ("path", "options", "says"),
    [
        pytest.param("/rss", (), "--allow-private looks at it all the same", id="a private address"),
        pytest.param("/no", ("--allow-private",), "robots.txt asks us not to", id="robots.txt"),
        pytest.param("/missing", ("--allow-private",), "HTTP 404", id="missing"),
        pytest.param("/login", ("--allow-private",), "username and password_file", id="a login"),
        pytest.param("/busy", ("--allow-private",), "HTTP 429, to wait for 90 s", id="busy"),
        pytest.param(
            "/page", ("--allow-private",), "it names http://127.0.0.1", id="a page that names feeds"
        ),
    ],
)
def test_check_says_what_stands_in_the_way(desk, server, path, options, says):
    link = "<link rel=alternate type='application/rss+xml' href='/rss'>"
    server.pages |= {"/no": rss(), "/robots.txt": b"User-agent: *\nDisallow: /no"}
    server.pages |= {"/login": answer(401), "/busy": answer(429, Retry_After="90")}
    server.pages |= {"/rss": rss(), "/page": f"<!DOCTYPE html><html><head>{link}".encode()}
    done = desk.run("check", server.url(path), *options)
    assert done.exit_code == 1
    assert "cannot be read" in done.output
    assert says in " ".join(done.output.split())


def test_check_says_that_a_redirect_leads_away_from_what_is_private(desk, server):
    server.pages["/rss"] = redirect(f"http://localhost:{server.port}/rss")
    said = " ".join(desk.run("check", server.url("/rss"), "--allow-private").output.split())
    assert f"allow_private counts for http://127.0.0.1:{server.port} alone" in said


def test_check_of_a_page_shows_the_feeds_it_names(desk, server):
    """They are asked for as if they had been typed: a login in feeds.yaml goes to its own feed alone."""
    links = "".join(f"<link rel=alternate type=application/rss+xml href=/{name}>" for name in ("rss", "gone"))
    server.pages |= {
        "/": f"<!DOCTYPE html>{links}".encode(),
        "/rss": rss(item("A", "https://test.example/1")),
    }
    done = desk.run("check", server.url("/"), "--allow-private", "--json")
    page, feed, gone = (json.loads(line) for line in done.output.splitlines())
    assert (done.exit_code, page["ok"], page["feeds"]) == (1, False, [feed["url"], gone["url"]])
    assert (feed["url"], feed["ok"], feed["entries"]) == (server.url("/rss"), True, 1)
    assert (gone["ok"], gone["status"]) == (False, 404)
    shown = desk.run("check", server.url("/"), "--allow-private").output
    assert (shown.count("cannot be read"), shown.count("can be read")) == (2, 1)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param("news.example/rss", "must begin with https://", id="no scheme"),
        pytest.param("http://[::1", "not a URL", id="no URL"),
        pytest.param("http://169.254.169.254/", "link-local", id="an address that nothing opens"),
    ],
)
def test_check_advises_nothing_that_does_not_help(desk, url, says):
    done = desk.run("check", url)
    assert (done.exit_code, says in done.output, "allow" in done.output) == (1, True, False)


def test_check_asks_for_a_feed_as_feeds_yaml_has_it(desk, server):
    server.pages["/rss"] = rss(item("A", "https://test.example/1"))
    login = {"username": "reader", "password_file": "secret", "user_agent": "Desk/1"}
    desk.write(
        {"sources": [{"name": "x", "feeds": [{"url": server.url("/rss"), "allow_private": True, **login}]}]}
    )
    refused = desk.run("check", server.url("/rss"))
    assert f"the secret for {server.url('/rss')} cannot be read" in str(refused.exception)
    (desk.config / "secret").write_text("pa55")
    done = desk.run("check", server.url("/rss"))
    assert (done.exit_code, "pa55" in done.output) == (0, False)
    told = server.seen[-1].headers
    assert (told["Authorization"].split()[0], told["User-Agent"]) == ("Basic", "Desk/1")


def test_list_puts_trouble_first_and_says_why(desk):
    desk.write(
        {
            "sources": [
                {"name": "a.example", "feeds": ["https://a.example/rss"]},
                {"name": "b.example", "feeds": ["https://b.example/rss"]},
                {"name": "c.example", "enabled": False, "feeds": ["https://c.example/rss"]},
            ]
        }
    )
    now = utc_now()
    desk.record("https://a.example/rss", last_try=now, last_ok=now, last_new=now, why="an entry every 5 min")
    desk.record("https://b.example/rss", last_try=now, failures=4, outcome="timeout", detail="no answer")
    done = desk.run("list", "--why")
    lines = [line.split()[0] for line in done.output.splitlines() if "example/rss" in line]
    assert (done.exit_code, lines) == (0, ["failing", "ok", "off"])
    assert "4 times in a row" in done.output
    assert "an entry every 5 min" in done.output
    rows = [json.loads(line) for line in desk.run("list", "--json").output.splitlines()]
    assert [(row["state"], row["failures"]) for row in rows] == [("failing", 4), ("ok", 0), ("off", 0)]


@pytest.mark.parametrize("text", ["sources: [", "", None], ids=["broken", "empty", "gone"])
def test_list_while_feeds_yaml_is_broken_is_of_what_is_in_force(desk, text):
    desk.write({"sources": [{"name": "a", "feeds": ["https://a.example/rss"]}]})
    file = desk.config / "feeds.yaml"
    feeds = load_feeds(desk.config)
    Kept("feeds", config_dir=desk.config, data_dir=desk.data).keep(
        [file], version(feeds), unchanged=lambda: True
    )
    if text is None:
        file.unlink()
    else:
        desk.write(text)
    done = desk.run("list", "--json")
    assert (done.exit_code, json.loads(done.stdout)["url"]) == (0, "https://a.example/rss")
    assert str(file) in done.stderr
    assert "this is used: the copy of" in done.stderr


def test_list_of_a_broken_feeds_yaml_that_was_never_good_says_what_is_wrong(desk):
    desk.write("sources: [")
    assert "feeds.yaml" in str(desk.run("list").exception)


def test_list_of_nothing_names_a_way_on(desk):
    done = desk.run("list")
    assert "wirewatch feeds import" in done.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("sources: {a: 1}", "sources", id="no list"),
        pytest.param("feeds: []", "feeds", id="an unknown name"),
        pytest.param("sources: [{name: x, feeds: [ftp://x/]}]", "only http", id="another scheme"),
        pytest.param("sources: [{name: x, feeds: ['http://x/', 'http://x/']}]", "given twice", id="twice"),
        pytest.param("sources: [{name: x, feeds: ['http://u:p@x/']}]", "credentials", id="credentials"),
        pytest.param("sources: [{name: x, feeds: ['http://x:0/']}]", "port 0 is none of", id="port 0"),
        pytest.param(
            "sources: [{name: x, feeds: ['http://x:99/']}]", "`allow_private: true` opens it", id="port"
        ),
        pytest.param("sources: [{name: x, country: UK}]", "not 'UK'; write GB", id="another's code"),
        pytest.param("sources: [{name: x, country: XX}]", "(ISO 3166-1), such as FR, not 'XX'", id="none's"),
        pytest.param("sources: [{name: x, country: NO}]", "must be text", id="Norway, which YAML has for no"),
        pytest.param("sources: [{name: x, language: xx}]", "(ISO 639-1), such as en, not 'xx'", id="none"),
        pytest.param("sources: [{name: x, language: en-GB}]", "not 'en-GB'; write en", id="a region"),
        pytest.param("sources: [{name: x, language: jp}]", "not 'jp'; write ja", id="its country's"),
        pytest.param(
            "sources: [{name: x, feeds: [{url: 'http://x/', full_txt: true}]}]", "full_txt", id="a slip"
        ),
        pytest.param(
            "sources: [{name: x, feeds: [{url: 'http://x/', username: a}]}]", "go together", id="half a login"
        ),
        pytest.param(
            "sources: [{name: x, feeds: [{url: 'http://x/', username: a, password_file: b, token_file: c}]}]",
            "one of the two",
            id="two logins",
        ),
        pytest.param(
            "sources: [{name: x, feeds: [{url: 'http://x/', username: 'a:b', password_file: b}]}]",
            "username",
            id="a user name that Basic cannot carry",
        ),
        pytest.param(
            "sources: [{name: x, feeds: [{url: 'http://x/', min_minutes: 9, max_minutes: 5}]}]",
            "min_minutes is more than max_minutes",
            id="bounds the wrong way round",
        ),
        pytest.param("sources: [", "not valid YAML", id="no YAML"),
        pytest.param("[]", "must hold", id="a list"),
        pytest.param("", "must hold `sources:`", id="emptied"),
        pytest.param("# sources:\n", "must hold `sources:`", id="all of it commented out"),
        pytest.param("{}", "sources: is missing", id="no sources"),
    ],
)
def test_a_feeds_yaml_that_makes_no_sense_is_refused(desk, text, says):
    desk.write(text)
    done = desk.run("list")
    assert isinstance(done.exception, ConfigError)
    assert "feeds.yaml" in str(done.exception)
    assert says in str(done.exception)


def test_all_commented_out_is_no_feeds(desk):
    for text in ("sources:\n", "sources:\n  - name: x\n    feeds:\n    tags:\n"):
        desk.write(text)
        assert load_feeds(desk.config) == ()


def test_the_feeds_of_a_new_config_are_thirty_and_off(tmp_path):
    done = CliRunner().invoke(app, ["init", str(tmp_path / "new")])
    assert done.exit_code == 0, done.output
    found = load_feeds(tmp_path / "new")
    assert (len(found), any(feed.enabled for feed in found)) == (30, False)
    assert "not verified here" in (tmp_path / "new" / "feeds.yaml").read_text()


PAGE = (ROOT / "docs" / "feeds.md").read_text(encoding="utf-8")


def test_the_page_on_feeds_names_every_state():
    named = re.findall(r"^\| (.+?) \|", PAGE, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(named))) == {state.value for state in FeedCondition}
    alerting = re.findall(r"^\| `(\w+)` \|.*\| yes \|$", PAGE, re.MULTILINE)
    assert set(alerting) == {state.value for state in TROUBLE}


def test_the_example_on_the_page_loads_and_its_commands_exist(desk):
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    desk.write(example)
    bare, timed, login = load_feeds(desk.config)
    assert (bare.full_text, timed.full_text, timed.min_minutes) == (False, True, 30)
    assert (login.username, login.password_file, login.max_minutes) == ("reader", "secrets/example", 10)
    for command in re.findall(r"^wirewatch (feeds \w+)", PAGE, re.MULTILINE):
        assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0
