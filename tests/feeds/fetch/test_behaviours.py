"""Fetching from a server that misbehaves: each behaviour, and what it comes to."""

import asyncio
import gzip
import socket
import zlib

import brotli
import pytest
import zstandard
from aiohttp import web

from connectors.feeds.fetch.body import decode_body
from connectors.feeds.fetch.outcomes import FetchOutcome
from tests.feeds.fetch.support import FEED, answer, fetch, raw, redirect

ZEROS = b"\0" * (4 << 20)


async def drip(request):
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.1)


async def endless(request):
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65536)


async def silent(_):
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        pytest.param(answer(), FetchOutcome.READ, id="plain"),
        pytest.param(answer(203), FetchOutcome.READ, id="by a proxy"),
        pytest.param(answer(410), FetchOutcome.GONE, id="gone"),
        pytest.param(answer(404), FetchOutcome.CLIENT_ERROR, id="not found"),
        pytest.param(answer(401), FetchOutcome.CLIENT_ERROR, id="needs a password"),
        pytest.param(answer(500), FetchOutcome.SERVER_ERROR, id="server error"),
        pytest.param(answer(503), FetchOutcome.SERVER_ERROR, id="unavailable, not saying until when"),
        pytest.param(answer(503, Retry_After="60"), FetchOutcome.BUSY, id="unavailable for a minute"),
        pytest.param(answer(429), FetchOutcome.BUSY, id="too many requests"),
        pytest.param(drip, FetchOutcome.TIMEOUT, id="drips a byte at a time"),
        pytest.param(silent, FetchOutcome.TIMEOUT, id="accepts and says nothing"),
        pytest.param(endless, FetchOutcome.TOO_LARGE, id="never ends"),
        pytest.param(answer(body=FEED + b" " * (1 << 20)), FetchOutcome.TOO_LARGE, id="over the bound"),
        pytest.param(redirect("/same"), FetchOutcome.REDIRECTS, id="redirects to itself"),
        pytest.param(redirect(""), FetchOutcome.REDIRECTS, id="redirects to nowhere"),
        pytest.param(redirect("http://[::1"), FetchOutcome.REDIRECTS, id="redirects to no URL"),
        pytest.param(redirect("ftp://test.example/"), FetchOutcome.REFUSED, id="redirects to another scheme"),
        pytest.param(
            redirect("http://169.254.169.254/"), FetchOutcome.REFUSED, id="redirects to cloud metadata"
        ),
        pytest.param(redirect("http://u:p@127.0.0.1/"), FetchOutcome.REFUSED, id="redirects to credentials"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>"),
            FetchOutcome.BROKEN_BODY,
            id="hangs up early",
        ),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
            FetchOutcome.BROKEN_BODY,
            id="length below 0",
        ),
        pytest.param(raw(b"SSH-2.0-OpenSSH\r\n"), FetchOutcome.BROKEN_BODY, id="speaks something else"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000), FetchOutcome.BROKEN_BODY, id="endless header"
        ),
        pytest.param(answer(body=gzip.compress(FEED), Content_Encoding="gzip"), FetchOutcome.READ, id="gzip"),
        pytest.param(
            answer(body=zlib.compress(FEED), Content_Encoding="deflate"), FetchOutcome.READ, id="deflate"
        ),
        pytest.param(
            answer(body=zlib.compress(FEED)[2:-4], Content_Encoding="deflate"),
            FetchOutcome.READ,
            id="deflate, raw",
        ),
        pytest.param(answer(body=brotli.compress(FEED), Content_Encoding="br"), FetchOutcome.READ, id="br"),
        pytest.param(
            answer(body=zstandard.compress(FEED), Content_Encoding="zstd"), FetchOutcome.READ, id="zstd"
        ),
        pytest.param(
            answer(body=gzip.compress(brotli.compress(FEED)), Content_Encoding="br, gzip"),
            FetchOutcome.READ,
            id="both",
        ),
        pytest.param(answer(body=gzip.compress(FEED)), FetchOutcome.READ, id="a gzip file"),
        pytest.param(answer(Content_Encoding="gzip"), FetchOutcome.READ, id="says gzip, is plain"),
        pytest.param(answer(Content_Encoding="br"), FetchOutcome.READ, id="says br, is plain"),
        pytest.param(
            answer(body=gzip.compress(FEED)[:-20], Content_Encoding="gzip"),
            FetchOutcome.BROKEN_BODY,
            id="gzip cut short",
        ),
        pytest.param(
            answer(body=brotli.compress(FEED)[:-9], Content_Encoding="br"),
            FetchOutcome.BROKEN_BODY,
            id="br cut short",
        ),
        pytest.param(
            answer(body=zstandard.compress(FEED)[:-9], Content_Encoding="zstd"),
            FetchOutcome.BROKEN_BODY,
            id="zstd cut short",
        ),
        pytest.param(answer(X_Policy="x" * 20_000), FetchOutcome.READ, id="a long header"),
        pytest.param(answer(Content_Encoding="utf-8"), FetchOutcome.READ, id="a charset for an encoding"),
        pytest.param(answer(Content_Encoding="aws-chunked, gzip"), FetchOutcome.READ, id="nobody's encoding"),
        pytest.param(
            answer(body=gzip.compress(FEED), Content_Encoding="gzip, aws-chunked"),
            FetchOutcome.READ,
            id="nobody's encoding above gzip",
        ),
        pytest.param(
            answer(body=b"\x00\x01", Content_Encoding="lzma"),
            FetchOutcome.BROKEN_BODY,
            id="an encoding not asked for",
        ),
        pytest.param(
            answer(body=gzip.compress(ZEROS), Content_Encoding="gzip"), FetchOutcome.TOO_LARGE, id="gzip bomb"
        ),
        pytest.param(
            answer(body=brotli.compress(ZEROS), Content_Encoding="br"), FetchOutcome.TOO_LARGE, id="br bomb"
        ),
        pytest.param(
            answer(body=zstandard.compress(ZEROS), Content_Encoding="zstd"),
            FetchOutcome.TOO_LARGE,
            id="zstd bomb",
        ),
        pytest.param(
            answer(body=gzip.compress(gzip.compress(ZEROS)), Content_Encoding="gzip, gzip"),
            FetchOutcome.TOO_LARGE,
            id="a bomb in a wrapper",
        ),
        pytest.param(answer(304), FetchOutcome.SERVER_ERROR, id="304 though nothing was there before"),
    ],
)
def test_behaviour(server, page, outcome):
    server.pages["/same"] = page
    found = fetch(server.url("/same"), seconds=1.5 if outcome is FetchOutcome.TIMEOUT else 60)
    assert (found.outcome, found.body) == (outcome, FEED if outcome is FetchOutcome.READ else b""), (
        found.detail
    )


@pytest.mark.parametrize("encoding", ["UTF-8", "none", "aws-chunked", "iso-8859-1"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"User-agent: *\nDisallow: /x\n", id="robots.txt"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xef\xbb\xbf<rss/>", id="with a byte order mark"),
        pytest.param("# Überall\n".encode("latin-1"), id="in another charset"),
    ],
)
def test_what_was_never_an_encoding_is_passed_over_whatever_the_file(body, encoding):
    """Servers that write it write it of all files: the feed alone would be read, and its robots.txt not."""
    assert decode_body(body, encoding, limit=1 << 20) == body


def test_a_plain_feed_with_a_byte_order_mark_that_says_br():
    assert decode_body(b"\xef\xbb\xbf" + FEED, "br", limit=1 << 20) == b"\xef\xbb\xbf" + FEED


def test_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert found.outcome is FetchOutcome.UNREACHABLE
