"""`wirewatch feeds poll`: the running part asks now, and whoever wanted it sees what came of it."""

import asyncio
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from connectors.feeds.by_hand import poll_by_hand
from connectors.feeds.config import load_feeds
from connectors.feeds.state import FeedState
from connectors.feeds.store import DATABASE, FeedStore, open_database
from tests.feeds.desk import Desk
from tests.feeds.fetch.support import answer
from tests.feeds.server import item, rss
from tests.feeds.site import until
from wirewatch.part import utc_now
from wirewatch.service.cli import app
from wirewatch.service.locks import only_one
from wirewatch.service.place import find_place

HOUR = timedelta(hours=1)


@pytest.fixture
def poll(site):
    """Type the command beside a running loop; return its exit code and lines, without the loop's logs."""
    (site.folder / "wirewatch.yaml").write_text("{}")

    def run(*names):
        async def go():
            site.context.stop.clear()
            async with site.running():
                await until(lambda: site.loop.table.feeds)
                return await asyncio.to_thread(typed, *names)

        def typed(*arguments):
            where = ["--config", str(site.folder), "--data", str(site.folder)]
            with only_one("feeds", find_place(site.folder, site.folder)):
                done = CliRunner().invoke(app, ["feeds", "poll", *arguments, *where])
            return done.exit_code, [line for line in done.output.splitlines() if line[0] in "{h"]

        return asyncio.run(go())

    return run


def later(site, *urls, **fields):
    """Have nothing of these feeds due for an hour."""
    for url in urls:
        site.store.record(url, FeedState(next_at=utc_now() + HOUR, last_try=utc_now() - HOUR, **fields))
    site.write(*urls)


def test_a_feed_is_asked_now_and_its_answer_shown(site, server, poll):
    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/b": rss()}
    later(site, server.url("/a"), server.url("/b"))
    code, (said,) = poll(server.url("/a"))
    assert (code, said.partition("; next in ")[0]) == (0, f"{server.url('/a')}: read, new entries")
    assert "/b" not in server.paths()
    assert site.store.take_asked() == []


def test_a_name_of_a_source_asks_all_its_feeds(site, server, poll):
    server.pages |= {"/a": rss(item("A", "https://test.example/1"))}
    later(site, server.url("/a"), server.url("/b"))
    code, lines = poll("test.example", "--json")
    rows = {row["url"]: row for row in map(json.loads, lines)}
    assert code == 1
    assert {url: (row["asked"], row["outcome"]) for url, row in rows.items()} == {
        server.url("/a"): (True, "read"),
        server.url("/b"): (True, "client_error"),
    }


def test_what_is_gone_is_asked_again(site, server, poll):
    server.pages["/a"] = rss()
    later(site, server.url("/a"), gone=True, failures=1, outcome="gone")
    code, _ = poll(server.url("/a"))
    assert code == 0
    assert not site.store.states()[server.url("/a")].gone


@pytest.mark.parametrize("failures", [0, 2])
def test_a_failure_puts_nothing_off_and_is_none_of_the_feeds(site, server, poll, failures):
    """However often a person asks: two more would make it `failing`, and each double the wait."""
    url = server.url("/a")
    later(site, url, failures=failures, outcome="timeout", why="as planned")
    planned = site.store.states()[url].next_at
    for status in (500, 404, 500):
        server.pages["/a"] = answer(status)
        code, (said,) = poll(url)
        assert (code, f"HTTP {status}; next in 60 min (as planned)" in said) == (1, True)
        state = site.store.states()[url]
        assert (state.failures, state.next_at, state.detail) == (failures, planned, f"HTTP {status}")
    assert site.store.incidents() == {}


def test_a_failure_that_says_when_is_heeded(site, server, poll):
    server.pages["/a"] = answer(503, Retry_After="7200")
    later(site, server.url("/a"))
    poll(server.url("/a"))
    state = site.store.states()[server.url("/a")]
    assert state.failures == 0
    assert state.next_at > utc_now() + 1.9 * HOUR


def test_a_good_answer_ends_the_failures(site, server, poll):
    server.pages["/a"] = rss()
    later(site, server.url("/a"), failures=5, outcome="timeout")
    assert poll(server.url("/a"))[0] == 0
    assert site.store.states()[server.url("/a")].failures == 0


def test_what_is_found_to_be_gone_is(site, server, poll):
    server.pages["/a"] = answer(410)
    later(site, server.url("/a"))
    assert poll(server.url("/a")) == (1, [f"{server.url('/a')}: gone: HTTP 410"])
    assert site.store.states()[server.url("/a")].gone


def test_what_is_due_anyway_fails_as_ever(site, server, poll):
    server.pages["/a"] = answer(500)
    site.store.record(server.url("/a"), FeedState(next_at=utc_now() - HOUR, last_try=utc_now() - HOUR))
    site.write(server.url("/a"))
    poll(server.url("/a"))
    assert site.store.states()[server.url("/a")].failures >= 1


def test_what_still_is_gone_is_asked_no_more(site, server, poll):
    server.pages["/a"] = answer(410)
    later(site, server.url("/a"), gone=True, failures=1, outcome="gone")
    assert poll(server.url("/a")) == (1, [f"{server.url('/a')}: gone: HTTP 410"])


def test_a_host_that_wants_to_be_left_alone_is_not_asked(site, server, poll):
    later(site, server.url("/a"))
    site.store.hold_host("127.0.0.1", utc_now() + timedelta(minutes=30), now=utc_now())
    code, (said,) = poll(server.url("/a"))
    assert code == 1
    assert "asked for a pause (Retry-After); it is polled in 30 min" in said
    assert server.seen == []


def test_the_end_of_being_left_alone_is_when_it_is_asked(site, server, poll):
    """Not when its own plan says."""
    later(site, server.url("/a"))
    held = utc_now() + timedelta(minutes=30)
    site.store.hold_host("127.0.0.1", held, now=utc_now())
    asked = []

    async def go():
        async with site.running():
            await until(lambda: site.loop.table.feeds)
            site.store.ask([server.url("/a")])
            await until(lambda: site.loop.table.states[server.url("/a")].why == "asked for by hand")
            asked.append(site.loop.table.states[server.url("/a")].next_at)

    asyncio.run(go())
    assert [held - asked[0] < timedelta(milliseconds=2)] == [True]  # as it is stored


def test_what_is_not_asked_in_time_is_said_and_stays_wanted(tmp_path):
    """Nobody runs the loop here."""
    url = "https://a.example/rss"
    FeedStore(open_database(tmp_path / DATABASE)).close()
    (tmp_path / "feeds.yaml").write_text(f"sources: [{{name: a.example, feeds: ['{url}']}}]")
    (polled,) = poll_by_hand(load_feeds(tmp_path), tmp_path, now=utc_now, patience=0)
    assert (polled.asked, polled.read, polled.held_until) == (False, False, None)
    store = FeedStore(open_database(tmp_path / DATABASE))
    assert (store.take_asked(), store.take_asked()) == ([url], [])
    store.close()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("https://a.example/rs", "did you mean https://a.example/rss?", id="a slip in a URL"),
        pytest.param("B.example", "did you mean b.example", id="a slip in a name"),
        pytest.param("off.example", "off.example is switched off in feeds.yaml", id="switched off"),
        pytest.param("zzz", "zzz; see `wirewatch feeds list`", id="nothing like it"),
        pytest.param("a.example", "feeds is not running on ", id="nobody runs"),
    ],
)
def test_what_cannot_be_asked(tmp_path, name, says):
    desk = Desk(tmp_path)
    sources = [{"name": each, "feeds": [f"https://{each}/rss"]} for each in ("a.example", "b.example")]
    off = {"name": "off.example", "enabled": False, "feeds": ["https://off.example/rss"]}
    desk.write({"sources": [*sources, off]})
    done = desk.run("poll", name)
    assert says in str(done.exception)
    assert not desk.data.exists()
