"""Bytes of all kinds into the parse path: an answer each time, soon, and in bounded memory."""

import random
import resource
import time

import msgspec
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.feeds.parse.document import MAX_ENTRIES
from connectors.feeds.parse.page import load
from connectors.feeds.parse.worker import LIMIT_BYTES, UNFORESEEN, Reply, Request, answer, encoded
from tests.feeds.parse.test_dates import DATES
from tests.feeds.parse.test_documents import BROKEN, CHARSETS
from tests.feeds.parse.test_links import LINKS
from tests.feeds.parse.test_text import TEXTS, TITLES
from wirewatch.article import MAX_TEXT_BYTES

SEEDS = [
    body if isinstance(body, bytes) else body.encode()
    for table in (TITLES, TEXTS, DATES, LINKS, CHARSETS, BROKEN)
    for _, body, *_ in table
]
SMALL = [seed for seed in SEEDS if len(seed) < 20_000]
PAGE = (
    b"<html><head><title>T</title></head><body><article><p>" + b"Words and words. " * 40 + b"</p></article>"
)
TYPES = ("application/xml", "text/html; charset=utf-16", "text/xml; charset=x-nonsense", "")
PIECES = (
    *(
        b"<",
        b">",
        b"&",
        b"&#0;",
        b"&#xD800;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ),
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"xmlns:x='y'", b"<item>", b"</item>", b"<?xml encoding='utf-7'?>"),
    *(b"<div>" * 200, b"style='" + b" " * 2000 + b"'", b"{" * 200, b"[" * 500, b'"', b"\\u0000", b"9" * 400),
    *(
        "\u202e\u0000\ufffe".encode("utf-8", "replace"),
        b"<content:encoded>",
        b"<guid>",
        b"-" * 3000,
        b"\n" * 3000,
    ),
)
SLOWEST = 2.0
"""Of the processor, for a document; a process that takes more than 5 is ended anyway."""
WARM = 2500
"""Documents until libraries are loaded and caches full."""
GROWTH = 128 << 20
"""Bytes held at rest beyond those after WARM documents: what large ones leave in pieces is about 50 MB."""


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """As the parsing process does before a page: what is loaded once is charged to no document."""
    load()


def mutate(rng, body):
    """Return `body` after a few edits: pieces put in, cut out, doubled, moved, and bytes changed."""
    data = bytearray(body)
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(data))
        to = min(len(data), at + rng.choice((1, 3, 20, 200)))
        match rng.randrange(5):
            case 0:
                data[at:at] = rng.choice(PIECES) * rng.choice((1, 1, 1, 50))
            case 1:
                del data[at:to]
            case 2:
                data[at:at] = data[at:to] * rng.choice((1, 2, 100))
            case 3:
                data[at:to] = rng.randbytes(to - at)
            case _:
                other = rng.choice(SMALL)
                cut = rng.randint(0, len(other))
                data[at:to] = other[cut : cut + 200]
    return bytes(data)


def check(body, content_type, *, is_page=False):
    """Parse, and look at what comes out; return the processor seconds it took."""
    started = time.process_time()
    reply = answer(Request(body, "https://news.example/rss", content_type, is_page=is_page))
    assert not (reply.problem or "").startswith(UNFORESEEN), reply.problem
    assert msgspec.msgpack.decode(encoded(reply), type=Reply) == reply
    took = time.process_time() - started
    given = [reply.document is not None, reply.problem is not None, reply.page is not None]
    assert sum(given) == 1
    for entry in reply.document.entries if reply.document else ():
        assert len(entry.title.encode()) + sum(len(p.encode()) for p in entry.paragraphs) <= MAX_TEXT_BYTES
        assert "\n" not in entry.title
        assert entry.published is None or entry.published.tzinfo is not None
        assert entry.url is None or entry.url.startswith(("http://", "https://"))
    assert reply.document is None or len(reply.document.entries) <= MAX_ENTRIES
    return took


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=2000), st.sampled_from(TYPES))
def test_any_bytes_get_an_answer(body, content_type):
    check(body, content_type)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.sampled_from(SMALL), st.sampled_from(TYPES))
def test_mangled_feeds_get_an_answer(rng, body, content_type):
    check(mutate(rng, body), content_type)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_mangled_pages_get_an_answer(rng):
    check(mutate(rng, PAGE), "", is_page=True)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(5))
def test_ten_minutes_of_mangled_documents(part):
    """Two minutes each. Seeded, so that what it finds can be had again: the number of a run is its seed."""
    begin = run = part * 1_000_000
    until, slowest = time.monotonic() + 120, (0.0, 0)
    process, first = psutil.Process(), 0
    while time.monotonic() < until:
        rng = random.Random(run)
        is_page = run % 20 == 0
        body = mutate(rng, PAGE if is_page else rng.choice(SEEDS))
        slowest = max(slowest, (check(body, rng.choice(TYPES), is_page=is_page), run))
        run += 1
        if run == begin + WARM:
            first = process.memory_info().rss
    grown = process.memory_info().rss - first
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print({"runs": run - begin, "slowest_s": slowest, "peak_mb": peak >> 20, "grown_mb": grown >> 20})
    assert slowest[0] < SLOWEST, f"run {slowest[1]} took {slowest[0]:.1f} s"
    assert first, f"too slow: fewer than {WARM} documents"
    assert grown < GROWTH
    assert peak < LIMIT_BYTES / 2
