"""What a change of feeds.yaml does to the loop, and what a start says of it."""

import asyncio
import threading
from datetime import timedelta

import pytest
import yaml
from aiohttp import web
from structlog.testing import capture_logs

from connectors.feeds.state import FeedState
from connectors.feeds.store import FeedStore
from tests.feeds.server import item, rss
from tests.feeds.site import in_force, until
from wirewatch.errors import ConfigError
from wirewatch.part import PartContext, utc_now
from wirewatch.settings import Settings


def test_a_change_of_feeds_yaml_counts_while_running(site, server):
    server.pages |= {path: rss(item(path, f"https://test.example{path}")) for path in ("/a", "/b", "/c")}
    a, b, c = map(server.url, ("/a", "/b", "/c"))

    async def go():
        site.write(a)
        async with site.running() as task:
            await until(lambda: "/a" in server.paths())
            site.write(a, b)
            await until(lambda: "/b" in server.paths())
            site.write(text="sources: [")
            await until(lambda: in_force() == 0)
            assert (set(site.loop.table.feeds), task.done()) == ({a, b}, False)
            site.write(c)
            await until(lambda: "/c" in server.paths())
            assert set(site.loop.table.feeds) == {c}
            assert in_force() == 1

    asyncio.run(go())
    assert site.store.states().keys() == {a, b, c}  # what is known of them stays for a while


def test_no_version_of_feeds_is_told_before_they_are_read(site, server, monkeypatch):
    told = []

    def tell(_name, version, *, error):
        told.append((version, sorted(site.loop.table.feeds), error))

    async def go():
        site.write(server.url("/a"))
        async with site.running():
            await until(lambda: site.loop.table.feeds)
            monkeypatch.setattr(site.context.health, "config", tell)
            site.write(server.url("/b"))
            await until(lambda: told)

    asyncio.run(go())
    assert [(feeds, error) for _, feeds, error in told] == [([server.url("/b")], None)]


def test_a_feed_whose_own_settings_change_is_asked_again(site, server):
    """But for whose host said when (Retry-After), and for what is only said of its source."""
    a, c, d = (server.url(path) for path in ("/a", "/c", "/d"))
    b = server.url("/b").replace("127.0.0.1", "localhost")
    later = utc_now().replace(microsecond=0) + timedelta(hours=1)
    site.store.hold_host("localhost", later, now=utc_now())
    for url, outcome in ((a, "client_error"), (b, "busy"), (c, "client_error"), (d, "busy")):
        site.store.record(url, FeedState(next_at=later, outcome=outcome, last_try=utc_now()))
    server.pages["/a"] = rss(item("A", "https://test.example/1"))

    def write(agent, tag):
        feeds = [{"url": url, "allow_private": True, "user_agent": agent} for url in (a, b, d)]
        feeds.append({"url": c, "allow_private": True})
        source = {"name": "test.example", "tags": [tag], "feeds": feeds}
        site.write(text=yaml.safe_dump({"sources": [source]}))

    async def go():
        write("Desk/1", "x")
        async with site.running():
            await until(lambda: site.loop.table.feeds)
            write("Desk/2", "y")
            await until(lambda: {"/a", "/d"} <= set(server.paths()))
            assert [site.loop.table.states[url].next_at for url in (b, c)] == [later, later]
            assert {feed.tags for feed in site.loop.table.feeds.values()} == {("y",)}

    asyncio.run(go())
    assert [seen.headers["User-Agent"] for seen in server.seen if seen.path == "/a"][:1] == ["Desk/2"]


def test_settings_that_change_while_the_feed_is_asked_count_at_once(site, server):
    """What the old ones came to, a refusal with hours to wait, is no answer to the new ones."""
    asked, answered = threading.Event(), threading.Event()

    async def page(request):
        if request.headers["User-Agent"] == "Desk/1":
            return web.Response(body=rss(item("A", "https://test.example/1")))
        asked.set()
        while not answered.is_set():  # noqa: ASYNC110  # of another thread's loop
            await asyncio.sleep(0.02)
        return web.Response(status=403)

    server.pages["/a"] = page
    url = server.url("/a")
    feed = {"url": url, "allow_private": True}

    def write(**fields):
        site.write(text=yaml.safe_dump({"sources": [{"name": "x", "feeds": [{**feed, **fields}]}]}))

    async def go():
        write()
        async with site.running():
            await until(asked.is_set)
            write(user_agent="Desk/1")
            await until(lambda: site.loop.table.feeds[url].user_agent)
            answered.set()
            await until(lambda: site.loop.table.states[url].last_ok)
            assert site.loop.table.states[url].failures == 0

    asyncio.run(go())


@pytest.mark.parametrize("empty", [True, False], ids=["emptied", "removed"])
def test_a_feeds_yaml_that_is_emptied_or_gone_changes_nothing(site, server, empty):
    server.pages["/a"] = rss(item("A", "https://test.example/1"))
    url, file = server.url("/a"), site.folder / "feeds.yaml"

    async def go():
        site.write(url)
        async with site.running():
            await until(lambda: site.loop is not None and site.loop.table.feeds)
            file.write_text("") if empty else file.unlink()
            await until(lambda: in_force() == 0)
            assert set(site.loop.table.feeds) == {url}
            (state,) = site.context.health.configs().values()
            assert f"{file}: " in state.error

    asyncio.run(go())


@pytest.mark.parametrize("text", ["sources: {}", "", None], ids=["wrong", "empty", "missing"])
def test_a_start_with_a_broken_file_says_so(site, text):
    if text is not None:
        site.write(text=text)

    async def go():
        async with site.running() as task:
            await task

    with pytest.raises(ConfigError, match=r"feeds\.yaml"):
        asyncio.run(go())


@pytest.mark.parametrize("missing", [False, True])
def test_a_start_with_nothing_switched_on_says_so(site, missing):
    """Of a config without feeds, as the demo's in Docker, the file may be missing."""
    if missing:
        site.context = PartContext(Settings(), config_dir=site.folder, data_dir=site.folder, now=site.now)
    else:
        site.write(text="sources: [{name: x, enabled: false, feeds: ['https://x.example/']}]")

    async def go():
        async with site.running():
            await until(lambda: site.loop is not None and site.context.health.configs())

    with capture_logs() as logs:
        asyncio.run(go())
    assert "no_feed_enabled" in {line["event"] for line in logs}


def test_the_store_is_never_waited_for_on_the_event_loop(site, server, monkeypatch):
    """Of many feeds it takes long, and so may a disk: polls and hubs would wait."""
    here, waited = threading.current_thread(), []

    def watched(name):
        call = getattr(FeedStore, name)

        def asked(self, *given, **named):
            if threading.current_thread() is here:
                waited.append(name)
            return call(self, *given, **named)

        return asked

    server.pages |= {path: rss(item(path, f"https://test.example{path}")) for path in ("/a", "/b")}
    a, b = map(server.url, ("/a", "/b"))
    site.store.record(b, FeedState(next_at=utc_now(), last_try=utc_now(), gone=True))

    async def go():
        site.write(a)
        async with site.running():
            for name in ("states", "record", "record_all", "known", "backlog", "forget_feeds"):
                monkeypatch.setattr(FeedStore, name, watched(name))
            await until(lambda: "/a" in server.paths())
            site.write(a, b)
            await until(lambda: "/b" in server.paths())

    asyncio.run(go())
    assert waited == []
