"""The loop over feeds, in this process: a real server and store, no Kafka."""

import asyncio
import contextlib
from datetime import timedelta

import msgspec
import pytest
import yaml
from aiohttp import web
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from connectors.feeds.config import Feed
from connectors.feeds.fetch.access import secret_reader
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.outcomes import Answer, Outcome
from connectors.feeds.fetch.robots import Robots
from connectors.feeds.fetch.uplink import Uplink
from connectors.feeds.loop import FeedLoop
from connectors.feeds.pages import PageReader
from connectors.feeds.parser import ParserPool
from connectors.feeds.poll import Poller
from connectors.feeds.state import FeedState
from connectors.feeds.store import FeedStore, open_database
from tests.feeds.server import item, rss
from wirewatch.errors import ConfigError
from wirewatch.part import PartContext, utc_now
from wirewatch.records import ALERTS
from wirewatch.settings import Settings


class Site:
    """A config folder, a store, and a loop that runs while the test looks on."""

    def __init__(self, folder):
        self.folder = folder
        self.store = FeedStore(open_database(folder / "feeds.db"))
        settings = Settings(feeds={"enabled": True, "shortest_minutes": 0.01})
        self.context = PartContext(settings, config_dir=folder, data_dir=folder, now=self.now)
        self.loop = None
        self.off = timedelta()

    def now(self):
        return utc_now() + self.off

    def write(self, *urls, text=None):
        feeds = [{"url": url, "allow_private": True} for url in urls]
        document = yaml.safe_dump({"sources": [{"name": "test.example", "feeds": feeds}]})
        (self.folder / "feeds.yaml").write_text(text if text is not None else document)

    @contextlib.asynccontextmanager
    async def running(self, read=FeedLoop.run):
        parser = ParserPool(1)
        async with Fetcher(user_agent(None), utc_now, Hosts(pause=0)) as fetcher:
            asker = Asker(
                fetcher, Robots(fetcher), self.store, utc_now, secret_reader(self.folder, self.folder)
            )
            poller = Poller(
                asker,
                parser,
                PageReader(asker, parser),
                self.store,
                self.now,
                shortest=timedelta(seconds=0.5),
                incidents=self.store.incidents(),
            )
            self.loop = FeedLoop(self.context, poller, lambda: None)
            poller.is_read = self.loop.is_read
            task = asyncio.create_task(read(self.loop))
            try:
                yield task
            finally:
                self.context.stop.set()
                await asyncio.gather(task, return_exceptions=True)
                await parser.close()


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    site.store.close()


async def until(condition, seconds=15):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # what it waits for is in a thread or on disk
            await asyncio.sleep(0.02)


def in_force():
    return REGISTRY.get_sample_value("wirewatch_config_last_reload_successful", {"config": "feeds"})


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
            assert (set(site.loop.feeds), task.done()) == ({a, b}, False)
            site.write(c)
            await until(lambda: "/c" in server.paths())
            assert set(site.loop.feeds) == {c}
            assert in_force() == 1

    asyncio.run(go())
    assert site.store.states().keys() == {a, b, c}  # what is known of them stays for a while


def test_a_feed_whose_own_settings_change_is_asked_again(site, server):
    """But for who said when (Retry-After), and for what is only said of its source."""
    a, b, c = urls = [server.url(path) for path in ("/a", "/b", "/c")]
    later = utc_now() + timedelta(hours=1)
    for url, outcome in zip(urls, ("client_error", "busy", "client_error"), strict=True):
        site.store.record(url, FeedState(next_at=later, outcome=outcome, last_try=utc_now()))
    server.pages["/a"] = rss(item("A", "https://test.example/1"))

    def write(agent, tag):
        feeds = [{"url": url, "allow_private": True, "user_agent": agent} for url in (a, b)]
        feeds.append({"url": c, "allow_private": True})
        source = {"name": "test.example", "tags": [tag], "feeds": feeds}
        site.write(text=yaml.safe_dump({"sources": [source]}))

    async def go():
        write("Desk/1", "x")
        async with site.running():
            await until(lambda: site.loop.feeds)
            write("Desk/2", "y")
            await until(lambda: "/a" in server.paths(), 30)
            assert [site.loop.states[url].next_at for url in (b, c)] == [later, later]
            assert {feed.tags for feed in site.loop.feeds.values()} == {("y",)}

    asyncio.run(go())
    assert [seen.headers["User-Agent"] for seen in server.seen if seen.path == "/a"][:1] == ["Desk/2"]


def test_who_gave_no_answer_is_asked_at_once_when_somebody_answers_again(site, server):
    """Three hosts without an answer are enough for who reads fewer than ten. robots.txt is asked for anew."""

    async def hang_up(request):
        request.transport.close()
        return web.Response()

    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/robots.txt": hang_up}
    url, later = server.url("/a"), utc_now() + timedelta(hours=1)
    site.store.record(url, FeedState(next_at=later, outcome="timeout", last_try=utc_now()))
    site.write(url)

    async def go():
        async with site.running():
            await until(lambda: site.loop.feeds)
            uplink, robots = site.loop.poller.asker.uplink, site.loop.poller.asker.robots
            assert (await robots.refusal(url, allow_private=True)).outcome is Outcome.UNREACHABLE
            del server.pages["/robots.txt"]
            for n in range(3):
                assert not uplink.down
                uplink.heard(Answer(Outcome.TIMEOUT, f"https://away{n}.example/"))
            assert uplink.down
            await until(lambda: site.loop._was_down)
            assert site.loop.states[url].next_at == later
            uplink.heard(Answer(Outcome.READ, "https://here.example/", 200))
            await until(lambda: "/a" in server.paths(), 30)

    asyncio.run(go())


@pytest.mark.parametrize(("hosts", "enough"), [(0, 3), (1, 3), (5, 5), (10, 10), (5000, 10)])
def test_how_many_hosts_must_be_silent(hosts, enough):
    uplink = Uplink()
    uplink.among(hosts)
    assert uplink.enough == enough


def test_feeds_that_never_had_an_entry_are_silent_since_they_are_read(site, server):
    """Not since 1970: the alert on silence would fire at every first start."""
    server.pages["/a"] = b"<html>"
    name, began = "wirewatch_feeds_last_entry_timestamp_seconds", site.now().timestamp()

    async def go():
        site.write(server.url("/a"))
        async with site.running():
            await until(lambda: site.loop is not None and site.loop._gauged, 30)
            first = REGISTRY.get_sample_value(name)
            assert began <= first <= site.now().timestamp()
            site.off = timedelta(hours=3)
            seen = site.loop._gauged
            await until(lambda: site.loop._gauged > seen, 30)
            assert REGISTRY.get_sample_value(name) == first

    asyncio.run(go())


def test_the_last_entry_is_of_the_feeds_that_are_switched_on(site):
    """A feed that was switched off would hide for days that the others are silent."""
    now = utc_now()
    on, off = "https://on.example/rss", "https://off.example/rss"
    for url, ago in ((on, timedelta(days=2)), (off, timedelta(0))):
        site.store.record(url, FeedState(next_at=now + timedelta(hours=1), last_new=now - ago))
    feeds = [{"url": on}, {"url": off, "enabled": False}]
    site.write(text=yaml.safe_dump({"sources": [{"name": "test.example", "feeds": feeds}]}))

    async def go():
        async with site.running():
            await until(lambda: site.loop._gauged, 30)
            told = REGISTRY.get_sample_value("wirewatch_feeds_last_entry_timestamp_seconds")
            assert told == pytest.approx((now - timedelta(days=2)).timestamp())

    asyncio.run(go())


@pytest.mark.parametrize("empty", [True, False], ids=["emptied", "removed"])
def test_a_feeds_yaml_that_is_emptied_or_gone_changes_nothing(site, server, empty):
    server.pages["/a"] = rss(item("A", "https://test.example/1"))
    url, file = server.url("/a"), site.folder / "feeds.yaml"

    async def go():
        site.write(url)
        async with site.running():
            await until(lambda: site.loop is not None and site.loop.feeds, 30)
            file.write_text("") if empty else file.unlink()
            await until(lambda: in_force() == 0, 30)
            assert set(site.loop.feeds) == {url}
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
            await until(lambda: site.loop is not None and site.context.health.configs(), 30)

    with capture_logs() as logs:
        asyncio.run(go())
    assert any("no feed is switched on" in line["event"] for line in logs)


def test_an_incident_ends_when_its_feed_is_not_read_any_more(site, server):
    server.pages["/page"] = b"<html>"

    async def go():
        site.write(server.url("/page"))
        async with site.running():
            await until(site.store.incidents)
            site.write()
            await until(lambda: not site.store.incidents())

    asyncio.run(go())
    told = [ALERTS.decode(r.body) for r in site.store.unsent(10, max_bytes=1 << 20)]
    assert [alert.status for alert in told] == ["opened", "closed"]
    assert told[1].title == "test.example: feed is not read any more"


def test_feeds_that_have_long_been_gone_are_forgotten(site, server):
    server.pages["/a"] = rss(item("A", "https://test.example/1"))
    url = server.url("/a")

    async def go():
        site.write(url)
        async with site.running():
            await until(lambda: site.loop.feeds and site.loop.states[url].last_try)
            site.write()
            site.loop.load()
            site.loop.context = PartContext(
                site.context.settings,
                site.folder,
                site.folder,
                stop=site.context.stop,
                now=lambda: utc_now() + timedelta(days=31),
            )
            await until(lambda: not site.store.states())

    asyncio.run(go())


def test_a_restart_is_no_stampede(site, server):
    server.pages |= {f"/{n}": rss() for n in range(8)}
    urls = [server.url(f"/{n}") for n in range(8)]

    async def go():
        site.write(*urls)
        async with site.running():
            await until(lambda: len({path for path in server.paths() if path != "/robots.txt"}) == 8)

    asyncio.run(go())
    first = {}
    for seen in server.seen:
        first.setdefault(seen.path, seen.at)
    del first["/robots.txt"]
    assert max(first.values()) - min(first.values()) > 0.25  # 8 feeds, 50 ms apart


def test_a_clock_that_was_wrong_keeps_no_feed_waiting_for_years(site, server):
    server.pages["/a"] = rss(item("A", "https://test.example/1"))
    ahead = utc_now() + timedelta(days=4000)
    site.store.record(server.url("/a"), FeedState(next_at=ahead, last_try=ahead))

    async def go():
        site.write(server.url("/a"))
        async with site.running():
            await until(lambda: "/a" in server.paths())

    asyncio.run(go())


def test_once_reads_every_feed_but_those_that_are_gone(site, server):
    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/b": rss()}
    later = utc_now() + timedelta(hours=1)
    site.store.record(server.url("/a"), FeedState(next_at=later, last_try=utc_now()))
    site.store.record(server.url("/b"), FeedState(next_at=later, last_try=utc_now(), gone=True))
    site.write(server.url("/a"), server.url("/b"))

    async def go():
        async with site.running(FeedLoop.once) as task:
            await task

    asyncio.run(go())
    assert [path for path in server.paths() if path != "/robots.txt"] == ["/a"]


def test_what_was_switched_off_because_it_is_gone_is_asked_again_after_a_restart(site, server):
    url = server.url("/a")
    server.pages["/a"] = rss(item("A", "https://test.example/1"))
    site.store.record(url, FeedState(next_at=utc_now(), last_try=utc_now(), gone=True))

    async def go():
        async with site.running(FeedLoop.once) as task:
            await task

    site.write(text=f"sources: [{{name: t, feeds: [{{url: '{url}', enabled: false, allow_private: true}}]}}]")
    asyncio.run(go())
    assert server.seen == []
    site.context.stop.clear()
    site.write(url)
    asyncio.run(go())
    assert "/a" in server.paths()


def test_what_is_gone_is_told_of_again_when_it_is_taken_out_and_back(site, server):
    async def gone(_):
        return web.Response(status=410)

    server.pages |= {"/a": gone, "/b": rss()}
    a, b = server.url("/a"), server.url("/b")

    async def go():
        site.write(a, b)
        async with site.running():
            await until(site.store.incidents, 30)
            site.write(b)
            await until(lambda: not site.store.incidents(), 30)
            site.write(a, b)
            await until(site.store.incidents, 30)

    asyncio.run(go())
    told = [ALERTS.decode(r.body) for r in site.store.unsent(10, max_bytes=1 << 20)]
    assert [(alert.status, alert.labels["state"]) for alert in told] == [
        ("opened", "gone"),
        ("closed", "gone"),
        ("opened", "gone"),
    ]
    assert server.paths().count("/a") == 2


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "forward"])
def test_a_clock_that_is_set_while_it_runs_stops_no_reading_and_no_reload(site, server, off):
    """Each page is new at every poll, so that it is polled at the shortest interval."""
    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/b": rss()}

    def polls(path="/a"):
        return server.paths().count(path)

    async def go():
        site.write(server.url("/a"))
        async with site.running():
            await until(lambda: polls() > 0 and not site.loop._running)
            site.loop.states = {
                url: msgspec.structs.replace(state, next_at=site.now() + timedelta(seconds=1))
                for url, state in site.loop.states.items()
            }
            site.loop._line_up()
            before, site.off = polls(), off
            await until(lambda: polls() > before)
            site.write(server.url("/a"), server.url("/b"))
            await until(lambda: polls("/b") > 0)

    asyncio.run(go())


def test_feeds_in_trouble_are_named_those_longest_without_an_answer_first(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.feeds.loop.NAMED", 1)
    now = utc_now()
    loop = FeedLoop(PartContext(Settings(), tmp_path, tmp_path), None, lambda: None)
    answered = {"https://a.example/": now, "https://b.example/": now - timedelta(days=2)}
    loop.feeds = {url: Feed(url, "test.example", enabled=True, allow_private=False) for url in answered}
    loop.states = {
        url: FeedState(next_at=now, last_try=now, last_ok=at, failures=9, outcome="timeout")
        for url, at in answered.items()
    }
    loop._gauge(now)

    def named(url):
        labels = {"feed": url, "source": "test.example", "state": "failing"}
        return REGISTRY.get_sample_value("wirewatch_feed_trouble", labels)

    assert [named(url) for url in answered] == [None, 1]
    loop._name_trouble({})
    assert [named(url) for url in answered] == [None, None]


def test_what_is_gone_is_asked_for_no_more(site, server):
    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/b": rss()}
    long_ago = utc_now() - timedelta(days=2)
    site.store.record(server.url("/a"), FeedState(next_at=long_ago + timedelta(days=1)))
    site.store.record(server.url("/b"), FeedState(next_at=long_ago, last_try=long_ago, gone=True))
    site.write(server.url("/a"), server.url("/b"))

    async def go():
        async with site.running():
            await until(lambda: "/a" in server.paths())  # /b would have come first

    asyncio.run(go())
    assert "/b" not in server.paths()
