"""What is never fetched, and whom nobody vouches for."""

import asyncio
import ssl
from pathlib import Path

import pytest

from connectors import guard
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.outcomes import FetchOutcome
from tests.feeds.fetch.support import FEED, NOW, Names, fetch, redirect
from tests.feeds.server import FeedServer


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        pytest.param("http://127.0.0.1/", "loopback", id="loopback"),
        pytest.param("http://localhost/", "loopback", id="a name of it"),
        pytest.param("http://[::ffff:127.0.0.1]/", "loopback", id="mapped into IPv6"),
        pytest.param("http://2130706433/", "not a URL", id="as one number"),
        pytest.param("http://10.0.0.1/", "private", id="private"),
        pytest.param("http://[64:ff9b::a00:1]/", "NAT64", id="NAT64"),
        pytest.param("http://192.0.2.1:22/", "port 22", id="another port"),
        pytest.param("file:///etc/passwd", "only http", id="a file"),
        pytest.param("http://user:secret@192.0.2.1/", "credentials", id="credentials"),
    ],
)
def test_what_is_not_public_is_refused(url, detail):
    found = fetch(url, private=False)
    assert found.outcome is FetchOutcome.REFUSED, found
    assert detail in found.detail


def test_a_redirect_does_not_get_around_the_guard(server):
    """A feed that is allowed nothing private, behind a public name, leads to loopback: the socket refuses."""
    server.pages["/rss"] = FEED
    found = fetch(server.url("/rss").replace(str(server.port), "80"), private=False)
    assert found.outcome is FetchOutcome.REFUSED
    assert server.seen == []


def test_a_redirect_from_a_public_address_to_loopback_is_refused(monkeypatch):
    """127.0.0.2 stands in for a public address, which no test may reach."""
    monkeypatch.setattr(guard, "_PRIVATE_TABLE", guard._table({"loopback": ("127.0.0.1/32",)}))
    monkeypatch.setattr(guard, "_NEVER_TABLE", ())
    server = FeedServer(hosts=("127.0.0.1", "127.0.0.2"))
    monkeypatch.setattr("connectors.feeds.urls.PORTS", {server.port})
    monkeypatch.setattr("ipaddress.IPv4Address.is_global", True)
    public = f"http://127.0.0.2:{server.port}"
    try:
        server.pages |= {"/plain": FEED, "/loop": redirect(server.url("/loop")), "/rss": redirect("/loop")}
        assert fetch(f"{public}/plain", private=False).outcome is FetchOutcome.READ
        found = fetch(f"{public}/rss", private=False)
    finally:
        server.close()
    assert (found.outcome, found.detail) == (FetchOutcome.REFUSED, "127.0.0.1 is loopback")
    assert [seen.headers["Host"].partition(":")[0] for seen in server.seen] == ["127.0.0.2"] * 3


def test_a_certificate_nobody_vouches_for():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "tls" / "self_signed.pem")
    server = FeedServer({"/rss": FEED}, tls=context)
    try:
        found = fetch(f"https://localhost:{server.port}/rss")
    finally:
        server.close()
    assert (found.outcome, server.seen) == (FetchOutcome.TLS_FAILED, [])
    assert "certificate" in found.detail


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        pytest.param("http://nobody.example/", FetchOutcome.NO_ADDRESS, id="no such name"),
        pytest.param(
            "http://inside.example/", FetchOutcome.REFUSED, id="a public name with a private address"
        ),
        pytest.param("http://mapped.example/", FetchOutcome.REFUSED, id="a metadata service"),
    ],
)
def test_what_names_lead_to(url, outcome):
    names = Names(inside="10.1.2.3", mapped="169.254.169.254")

    async def go():
        async with Fetcher(user_agent(None), lambda: NOW, Hosts(pause=0), resolver=names) as fetcher:
            return await fetcher.fetch(url)

    assert asyncio.run(go()).outcome is outcome
