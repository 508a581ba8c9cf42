"""Feeds behind a login, and servers that turn our name away: who is told what."""

import base64

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors import guard
from connectors.feeds.condition import condition
from connectors.feeds.config import Feed
from connectors.feeds.fetch.access import Access, access_of, secret_reader
from connectors.feeds.urls import site_of
from tests.feeds.server import item, rss
from wirewatch.errors import ConfigError

PASSWORD = "pa55-of-the-wire"
BASIC = f"Basic {base64.b64encode(f'reader:{PASSWORD}'.encode()).decode()}"
URL = "https://wire.example:8443/rss"
LOGIN = {"username": "reader", "password_file": "secrets/wire"}


def feed(**fields):
    return Feed(URL, source="wire.example", enabled=True, allow_private=False, **fields)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("https://wire.example:8443/other", True, id="its own site"),
        pytest.param("https://WIRE.example:8443/other", True, id="in capitals"),
        pytest.param("http://wire.example:8443/rss", False, id="without TLS"),
        pytest.param("https://wire.example/rss", False, id="another port"),
        pytest.param("https://evil.example:8443/rss", False, id="another host"),
        pytest.param("https://wire.example.evil.example:8443/rss", False, id="a host that looks like it"),
    ],
)
def test_a_login_goes_to_its_own_site_only(url, told):
    access = access_of(feed(**LOGIN, user_agent="Desk/1"), lambda *_: PASSWORD)
    expected = {"User-Agent": "Desk/1"} | ({"Authorization": BASIC} if told else {})
    assert access.headers(url) == expected
    assert PASSWORD not in repr(access)
    assert BASIC not in repr(access)


@pytest.mark.parametrize(
    ("own", "url", "is_own"),
    [
        pytest.param("http://nas:80/feed", "http://nas/feed", True, id="http, dropped"),
        pytest.param("https://nas/feed", "https://NAS:443/", True, id="https, said"),
        pytest.param("http://nas:/feed", "http://nas/", True, id="an empty one"),
        pytest.param("http://[fd00::80]/", "http://[fd00::80]:80/", True, id="IPv6"),
        pytest.param("http://[fd00::80]/", "http://[fd00::]/", False, id="an address that ends like it"),
        pytest.param("http://nas/", "http://nas:443/", False, id="that of https"),
        pytest.param("http://nas/", "https://nas/", False, id="with TLS"),
        pytest.param("http://nas/", "http://nas:8080/", False, id="another"),
    ],
)
def test_a_port_that_goes_without_saying(own, url, is_own):
    assert Access(site_of(own), allow_private=True).opens(url) is is_own


def test_a_bearer_token():
    assert access_of(feed(token_file="t"), lambda *_: "abc").headers(URL) == {"Authorization": "Bearer abc"}


def test_nobody_is_told_anything_without_a_login():
    assert access_of(feed(), lambda *_: PASSWORD).headers(URL) == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param("", "is empty", id="empty"),
        pytest.param(f"{PASSWORD}\nX: y", "on one line", id="a line too many"),
    ],
)
def test_a_secret_that_is_none_names_its_file(tmp_path, content, says):
    if content is not None:
        (tmp_path / "token").write_text(content)
    with pytest.raises(ConfigError, match=says) as refused:
        access_of(feed(token_file="{data}/token"), secret_reader(tmp_path / "config", tmp_path))
    assert "token" in str(refused.value)
    assert PASSWORD not in str(refused.value)


def test_a_feed_behind_a_login(world, server):
    """The password is read anew at each poll, so that a new one needs no restart."""

    async def page(request):
        if request.headers.get("Authorization") != BASIC:
            return web.Response(status=401)
        return web.Response(body=rss(item("A", "https://wire.example/1")))

    url = server.url("/rss")
    server.pages["/rss"] = page
    with capture_logs() as logs:
        state = world.poll(url, **LOGIN)
        assert (state.outcome, "secrets/wire" in state.detail) == ("no_login", True)
        assert server.paths() == []  # nobody is asked without it
        (world.path.parent / "secrets").mkdir()
        (world.path.parent / "secrets" / "wire").write_text("wrong")
        state = world.poll(url, **LOGIN)
        assert (state.outcome, "needs a login" in condition(state, world.now).why) == ("client_error", True)
        (world.path.parent / "secrets" / "wire").write_text(f"{PASSWORD}\n")
        assert world.poll(url, **LOGIN).outcome == "read"
    assert world.sent() == [("A", 0)]
    robots = next(seen for seen in server.seen if seen.path == "/robots.txt")
    assert "Authorization" not in robots.headers
    world.store.close()
    told = f"{logs}".encode() + world.path.read_bytes()
    assert not any(form in told for form in (PASSWORD.encode(), BASIC.encode(), BASIC.split()[1].encode()))


def test_a_redirect_takes_the_login_nowhere_else(world, server, monkeypatch):
    """127.0.0.1 and localhost stand in for two public hosts."""
    monkeypatch.setattr(guard, "_PRIVATE_TABLE", ())
    monkeypatch.setattr(guard, "_NEVER_TABLE", ())
    monkeypatch.setattr("ipaddress.IPv4Address.is_global", True)
    monkeypatch.setattr("connectors.feeds.urls.PORTS", {server.port})

    async def away(_):
        return web.Response(status=302, headers={"Location": f"http://localhost:{server.port}/there"})

    server.pages |= {"/rss": away, "/there": rss(item("A", "https://wire.example/1"))}
    (world.path.parent / "token").write_text(PASSWORD)
    world.poll(server.url("/rss"), token_file="token", user_agent="Desk/1")
    told = {seen.path: seen.headers for seen in server.seen}
    assert told["/rss"]["Authorization"] == f"Bearer {PASSWORD}"
    assert "Authorization" not in told["/there"]
    assert told["/rss"]["User-Agent"] == told["/there"]["User-Agent"] == "Desk/1"
    assert told["/robots.txt"]["User-Agent"].startswith("wirewatch/")
